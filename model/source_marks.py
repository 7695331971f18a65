"""What sort of source a description tells of, told in a few marks: whose office, which trade.

A long description dilutes its one telling word in TF-IDF; marks count as present or absent.

```
"a spokesman for the Danish army" | masked words | OFFICE, ARMY, FOREIGN, FOREIGN+OFFICE, FOREIGN+ARMY
```
"""

from collections.abc import Iterable, Sequence

from model import source_words as lexicon


def _sorts(**listed: str) -> dict[str, str]:
    return {word: sort for sort, words in listed.items() for word in words.split()}


SPOKESMEN = "spokesman spokeswoman spokesperson spokespersons spokesmen speaker"
SORTS = _sorts(
    OFFICE="""minister ministers ministry government cabinet president premier chancellor king queen
        prince emir sultan official officials ambassador ambassadors envoy envoys diplomat diplomats
        embassy consulate parliament parliamentary assembly governor governors mayor secretary
        undersecretary administration presidency palace authorities treasury intelligence police
        state regime prosecutor prosecutors judge court tribunal""",
    LAWMAKER="""lawmaker lawmakers legislator legislators senator senators sen rep congress congressman
        congresswoman congressmen senate mp mps parliamentarian parliamentarians deputies democrat
        democrats republican republicans conservative conservatives liberals greens labour shadow""",
    ARMY="""army military general gen colonel col major captain lieutenant lt commander commanders
        admiral adm brigadier brig sergeant marshal soldier soldiers navy marines marine troops forces
        force command officer officers pilot pilots pentagon defence defense""",
    SPOKESMAN=SPOKESMEN,
    REBEL="""rebel rebels militant militants insurgent insurgents insurgency separatist separatists
        guerrilla guerrillas militia militias warlord warlords islamist islamists fighter fighters
        faction factions jihadist jihadists mutineers secessionist secessionists tribesmen breakaway
        self-declared self-proclaimed GROUP""",
    OPPONENT="opposition dissident dissidents exile exiles exiled",
    NGO="""activist activists campaigner campaigners charity charities ngo ngos rights humanitarian
        relief aid bishop bishops archbishop cardinal pope imam church clergy cleric clerics pastor
        priest priests mosque elder elders association associations federation foundation diaspora
        community communities observatory amnesty watchdog advocates aid-worker medics cross crescent
        campaign""",
    EXPERT="""analyst analysts expert experts professor professors academic academics researcher
        researchers scholar scholars historian historians economist economists lecturer fellow
        columnist commentator commentators institute institution university think-tank thinktank
        think tank strategist strategists studies specialist specialists observers author research""",
    PUBLIC="""resident residents witness witnesses eyewitness eyewitnesses villager villagers refugee
        refugees survivor survivors victim victims shopkeeper farmer farmers teacher student students
        trader traders driver worker workers mother father widow protester protesters demonstrator
        demonstrators voters voter respondents civilian civilians people locals relatives inhabitants
        citizens citizen herder merchant pensioner neighbour neighbor family families crowd""",
    PRESS="journalist reporter correspondent editor columnist photographer MEDIA",
    STATEPRESS="MEDIA.STATE",
    ONCE="former ex retired ex-minister ex-president ex-general onetime",
    SOURCES="source sources",
    LEADER="leader leaders chief head chairman chairwoman founder",
    BODY="""council secretary-general commissioner rapporteur peacekeeper peacekeepers mission
        coalition alliance bloc union""",
)  # fmt: skip
OFFICIAL = frozenset(["OFFICE", "LAWMAKER", "ARMY", "SPOKESMAN", "LEADER"])
# Beside these an office is not all that a source is: "a retired general", "a rebel commander".
NOT_OF_A_STATE = frozenset(["ONCE", "EXPERT", "NGO", "PUBLIC", "REBEL", "PRESS", "STATEPRESS"])
UNKNOWN = "NOBODY'S"
TARGETS = frozenset(["to", "in", "on", "at", "near", "against", "towards", "with", "about"])
SPEAKS_FOR = frozenset(SPOKESMEN.split())


def aimed(words: Sequence[str]) -> list[str]:
    """Return masked words in which a role that an office is directed at is marked as such.

    "The Danish envoy for Mali", "the ambassador to Lima" are no officials of the second state;
    "a spokesman for the Danish army" is the army's.
    """
    out: list[str] = []
    target = speaks = False
    for word in words:
        speaks = speaks or word in SPEAKS_FOR
        if word in TARGETS or (word == "for" and not speaks):
            target = bool(out)
        elif word in ("of", "from", "and", ","):
            target = target and word == "and"
        role = "." in word or word in ("IGO", "AGENCY", "GROUP")
        out.append(f"TO.{word}" if target and role and word.isupper() else word)
    return out


def sorts_in(words: Iterable[str]) -> set[str]:
    """Return the sorts of source that masked words tell of."""
    return {SORTS[word] for word in words if word in SORTS}


def role_in(tokens: Iterable[str]) -> list[str]:
    """Return the roles (HOST, FOREIGN, IGO, AGENCY, GROUP) among masked words, in order."""
    return [
        token.split(".")[0]
        for token in tokens
        if token.isupper() and not token.startswith(("MEDIA", "TO.")) and token[0].isalpha()
    ]


def marks(descriptions: Sequence[Sequence[str]]) -> list[str]:
    """Return the marks of a source that masked descriptions tell of, each once, in a fixed order.

    Args:
        descriptions: masked words of each phrase that names the source.
    """
    sorts: set[str] = set()
    roles: set[str] = set()
    found: set[str] = set()
    once, now = False, False
    for words in descriptions:
        here = sorts_in(words)
        official = bool(here & OFFICIAL)
        once = once or (official and "ONCE" in here)
        now = now or (official and "ONCE" not in here)
        found |= {f"to={word.split('.')[1]}" for word in words if word.startswith("TO.")}
        whose = role_in(words)
        sorts |= here
        roles |= set(whose)
        found |= {f"{role}+{sort}" for role in whose[:2] for sort in here}
        if whose:
            found.add(f"first={whose[0]}")
            found |= {f"first={whose[0]}+{sort}" for sort in here}
    found |= sorts | roles
    found |= {"once-official"} if once and not now else set()
    found.add("roles=" + ("-".join(sorted(roles)) or UNKNOWN))
    found.add("sorts=" + ("-".join(sorted(sorts)) or "-"))
    if not roles:
        found |= {f"{UNKNOWN}+{sort}" for sort in sorts or {"-"}}
    return sorted(found)


def current(descriptions: Sequence[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Return descriptions (head and masked words) without "former president" beside "UN envoy"."""
    sorts = [sorts_in(words) for _, words in descriptions]
    if not any(OFFICIAL & here and "ONCE" not in here for here in sorts):
        return list(descriptions)
    return [told for told, here in zip(descriptions, sorts, strict=True) if "ONCE" not in here]


def media_in(words: Sequence[str]) -> str:
    """Return "MEDIA" or "MEDIA.STATE" where a description names a newspaper, an agency, a station."""
    bare = [word.removesuffix("'s") for word in words]
    about = " ".join(bare)
    named = lexicon.MEDIA & set(bare) or lexicon.MEDIA_NAME.search(about)
    if not named and not {"media", "television", "radio"} & set(bare[-3:]):
        return ""
    return "MEDIA.STATE" if lexicon.STATE_MEDIA & set(bare) else "MEDIA"
