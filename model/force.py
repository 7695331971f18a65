"""Words for interventions in a sentence, and whose they are ("the Kenyan troops": Kenya's).

The lists are our own general vocabulary of armed forces and of what is done with them; none is taken
from an article.
"""

from collections.abc import Sequence
from typing import NamedTuple

WORDS = {
    "TROOPS": "troops troop soldiers soldier forces army armies military militaries marine marines "
    "paratrooper paratroopers commando commandos infantry gendarmes battalion battalions brigade "
    "brigades regiment regiments company companies platoon squadron squadrons detachment units "
    "unit garrison garrisons base bases boots men personnel legionnaires servicemen guards corps "
    "column columns tanks armour armor artillery advisers advisors adviser advisor trainers "
    "trainer instructors instructor mercenaries contractors fighters commander commanders",
    "PEACE": "peacekeepers peacekeeper peacekeeping peace-keeping peace-keepers mission missions "
    "force contingent contingents observers observer monitors monitor monitoring helmets berets "
    "police policemen stabilisation stabilization protection mandate buffer interposition",
    "AIR": "airstrike airstrikes strike strikes bombing bombings bombardment raid raids sortie "
    "sorties warplane warplanes jet jets plane planes aircraft helicopter helicopters gunships "
    "drone drones missile missiles no-fly bombs bomber bombers overflights flights air aerial "
    "zone zones shelling",
    "SEA": "warship warships ship ships frigate frigates carrier fleet navy navies naval blockade "
    "vessel vessels destroyer destroyers patrols patrol",
    "OP": "intervention interventions operation operations offensive campaign incursion incursions "
    "invasion occupation involvement interference coalition alliance engagement presence deployment "
    "deployments aggression action withdrawal pullout pull-out exit departure",
    "GO": "intervene intervenes intervened intervening deploy deploys deployed deploying send sends "
    "sent sending dispatch dispatched dispatching commit committed enter entered entering invade "
    "invaded invading land landed landing arrive arrived arriving cross crossed reinforce "
    "reinforced contribute contributes contributed contributing contribution pledged interfere "
    "interfering bomb bombed hit struck step stepped join joined joining",
    "STAY": "stay stays stayed staying remain remains remained remaining extend extended extending "
    "extension renew renewed renewal maintain stationed keep kept keeping prolong",
    "LEAVE": "withdraw withdraws withdrew withdrawn withdrawing leave leaves leaving left pull "
    "pulled pulling quit reduce reduced reduction reductions timetable home drawdown",
    "HELP": "help helps helped helping protect protects protecting protected support supports "
    "supported supporting back backs backed backing stop save rescue defend secure",
    "ASK": "call calls called calling urge urged urges urging ask asks asked asking request "
    "requests requested appeal appealed appeals demand demanded demands invite invited want wants "
    "wanted need needs",
    "SHUN": "reject rejects rejected rejecting refuse refuses refused refusal oppose opposes "
    "opposed rule ruled ruling decline declined denied deny denies condemn condemned",
    "WAR": "attack attacks attacked attacking killed kill killing fighting fight fought battle war "
    "clashes offensive wounded casualties civilians captured",
    "SAY": "said says say saying told tells tell added adds announce announced announces warned "
    "warns warn statement spokesman spokeswoman replied argued stated declared quoted reporters "
    "according reported wrote tweeted insisted claimed",
    "OFFICE": "president minister ministry ministers secretary chancellor government officials "
    "official ambassador envoy diplomat diplomats parliament senate senator senators lawmakers "
    "lawmaker lawmaker's congress congressman leaders leader administration foreign king prince "
    "embassy representative opposition analyst analysts expert professor newspaper media press "
    "citizens nationals people companies company firm agency chief",
    "TALK": "talks mediation mediator mediators mediate negotiations negotiate negotiating summit "
    "meeting meetings met visit visited conference diplomacy diplomatic agreement accord treaty "
    "election elections vote resolution draft sanctions embargo trade oil gas aid humanitarian "
    "relief refugees refugee economic economy budget currency border borders law court tribunal "
    "investigation report border export exports pipeline football school hospital",
}  # fmt: skip
CLASS_OF = {word: name for name, words in WORDS.items() for word in words.split()}
FORCES = frozenset({"TROOPS", "PEACE", "AIR", "SEA", "OP"})
ABOUT = FORCES | {"GO", "STAY", "LEAVE"}
# Words before a force that make it the state's own, or its rebels'.
HOME_WORDS = (
    "government rebel rebels national security opposition militia militias insurgent regime "
    "loyalist own local presidential islamist guerrilla separatist enemy state republican"
)
HOME = frozenset(HOME_WORDS.split())
POINTING = dict.fromkeys(("the", "this", "these", "those", "such"), "def")
POINTING |= dict.fromkeys(("its", "their", "our", "his", "her", "your", "my"), "poss")
STOPPING_WORDS = (
    "of by in to from and or that which who with for on at as is are was were be been has had "
    "have will would said not but"
)
STOPPING = frozenset(STOPPING_WORDS.split())
REACH = 4  # words between a force and the word that says whose it is


class Force(NamedTuple):
    """One word for an intervention, or for what is done with it.

    Attributes:
        at: position among the tokens.
        name: its class, a key of `WORDS`.
        owner: id of the actor whose it is, "home", "def" (the, that), "poss" (its, their) or
            "bare"; "" for classes that nobody owns.
    """

    at: int
    name: str
    owner: str


def find_forces(tokens: Sequence[str], ids: Sequence[str | None], host: str | None) -> list[Force]:
    """Return the words for interventions, in order.

    Args:
        tokens: lower-case words, with one token a mention.
        ids: whose mention each token is, or None.
        host: the state in conflict; what it owns is "home".
    """
    found = []
    for at, token in enumerate(tokens):
        name = CLASS_OF.get(token if ids[at] is None else token.rpartition(" ")[2])
        if name is None:
            continue
        if name not in FORCES:
            found.append(Force(at, name, ""))
            continue
        owner = ids[at] or _owner(tokens, ids, at)
        found.append(Force(at, name, "home" if owner == host else owner))
    return found


def _owner(tokens: Sequence[str], ids: Sequence[str | None], at: int) -> str:
    for before in range(at - 1, max(-1, at - 1 - REACH), -1):
        token = tokens[before]
        if (owner := ids[before]) is not None:
            return owner
        if token in HOME:
            return "home"
        if token in POINTING:
            return _of(tokens, ids, at) or POINTING[token]
        if token in STOPPING or not token[0].isalnum():
            break
    return _of(tokens, ids, at) or "bare"


def _of(tokens: Sequence[str], ids: Sequence[str | None], at: int) -> str | None:
    """Return the actor after "troops of", "soldiers from the"."""
    for after in range(at + 1, min(len(tokens), at + 4)):
        if (owner := ids[after]) is not None:
            return owner
        if tokens[after] not in {"of", "from", "the", "by"}:
            return None
    return None
