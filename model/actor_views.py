"""The views by which a head judges whether the intervention of an actor that a line names is meant.

`named_actor` sees one actor in one line. What it says over the document is read by `actor_line`
(line_views), and both by `proposed_actor` (proposed_views), which decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from labels.actors import STATE_KINDS, Kind
from labels.scheme import UNSPECIFIED
from model.force import ABOUT
from model.rows import Row, View
from model.scene import Line, Scene

PLACES = frozenset({Kind.TERRITORY, Kind.GROUP, Kind.AGENCY})
PEOPLES = frozenset({Kind.ADJECTIVE, Kind.PEOPLE})
NEAR = 4  # words on either side of a mention in the "near" view


@dataclass(slots=True)
class Told:
    """What a line tells before any head looks, for every view that needs it.

    Attributes:
        tokens: of interventions, whoever's they are.
        masked: its words, every mention masked as if none were judged.
        naming: of each outside actor that it names, where and how, and which forces are whose.
    """

    tokens: Sequence[str]
    masked: Sequence[str]
    naming: Mapping[str, Sequence[str]]


def told(scene: Scene) -> list[Told]:
    """Return what each line tells, in order."""
    return [
        Told(
            line_tokens(line, scene),
            mask(line, scene.host),
            {
                actor: [*place_tokens(scene, at, actor), *force_tokens(line, actor)]
                for actor in line.outside
            },
        )
        for at, line in enumerate(scene.lines)
    ]


def named_rows(scene: Scene, lines: Sequence[Told]) -> Iterator[tuple[int, str, Row]]:
    """Yield (line, id, row) for every outside actor that a line names, in order.

    Args:
        scene: the document.
        lines: what `told` says of it.
    """
    for at, (line, here) in enumerate(zip(scene.lines, lines, strict=True)):
        for actor in line.outside:
            yield at, actor, _named_row(line, here, actor)


def _named_row(line: Line, here: Told, actor: str) -> Row:
    masked = judged(line, here.masked, actor)
    near: list[str] = []
    for position in line.outside[actor][:4]:
        near += [*masked[max(0, position - NEAR) : position + NEAR + 1], "|"]
    return {
        "shape": View((*here.naming[actor], *here.tokens)),
        "near": View(tuple(near)),
        "words": View(tuple(dict.fromkeys(masked))),
    }


def mask(line: Line, host: str | None) -> list[str]:
    """Return a line's words with every mention replaced by its part, as if none were judged."""
    masked = ["0" if token[0].isdigit() else token for token in line.tokens]
    for at, (id, kind) in enumerate(zip(line.ids, line.kinds, strict=True)):
        if id is None or kind is None:
            continue
        if kind in PLACES:
            masked[at] = ("H" if id == host else "O") + kind
        elif id == host:
            masked[at] = "H" + _adjective(kind)
        else:
            masked[at] = "U" if id == UNSPECIFIED else "O" + _adjective(kind)
    return masked


def judged(line: Line, masked: Sequence[str], actor: str) -> list[str]:
    """Return masked words in which X is the actor judged."""
    words = list(masked)
    for at in line.outside[actor]:
        words[at] = "X" + _adjective(line.kinds[at])
    return words


def _adjective(kind: Kind | None) -> str:
    return "a" if kind in PEOPLES else ""


def line_tokens(line: Line, scene: Scene) -> list[str]:
    """Return what a line says of interventions, whoever they are."""
    tokens = []
    names = {force.name for force in line.forces}
    tokens += [f"has={name}" for name in sorted(names)]
    tokens += sorted({f"{f.name}:{_owner(f.owner)}" for f in line.forces if f.owner})
    tokens.append("about" if names & ABOUT else "idle")
    tokens.append(f"n_about={few(sum(force.name in ABOUT for force in line.forces))}")
    tokens.append("host" if scene.host in line.ids else "nohost")
    tokens.append("quote" if {'"', "“", "”"} & set(line.tokens) else "plain")
    tokens.append(f"n_named={few(len(line.outside))}")
    tokens.append("short" if len(line.tokens) < 12 else "long")
    return tokens


def place_tokens(scene: Scene, at: int, actor: str) -> list[str]:
    """Return where and how a line names an actor, and how much of the document is about it."""
    line = scene.lines[at]
    kind = line.mentions[actor].kind
    positions = line.outside[actor]
    group = line.listed_with(positions[0])
    first, last = group[0], group[-1]
    side = side_of(kind, actor)
    tokens = [f"kind={kind}", f"side={side}", f"listed={few(len(group) - 1)}"]
    tokens.append(f"n={few(len(positions))}")
    tokens.append("opens" if positions[0] < 3 else "early" if positions[0] < 9 else "late")
    tokens.append(f"before={_word_class(line, first - 1)}")
    tokens.append(f"after={_word_class(line, last + 1)}")
    tokens.append(f"after2={_word_class(line, last + 2)}")
    tokens.append(f"next={_word_class(line, positions[0] + 1)}")
    if actor == UNSPECIFIED:
        words = line.mentions[actor].form.lower().split()
        tokens += [f"u={words[0]}", f"u={words[-1]}"]
    tokens.append(f"armed={few(scene.armed.get(actor, 0))}")
    tokens.append("most_armed" if scene.armed.get(actor, 0) == scene.most_armed else "less_armed")
    tokens.append("most_named" if scene.n_naming(actor) == scene.most_naming else "less_named")
    tokens.append(f"share={scene.n_naming(actor) * 5 // max(1, len(scene.lines))}")
    tokens.append(headline_token(scene, actor))
    tokens.append(f"line={few(at)}")
    return tokens


def force_tokens(line: Line, actor: str) -> list[str]:
    """Return which words for interventions are the actor's, another's, or near it."""
    owned = line.owned_by(actor)
    tokens = [f"own={force.name}" for force in owned]
    tokens.append("owns" if owned else "owns_none")
    positions = line.outside[actor]
    nearest: dict[str, int] = {}
    for force in line.forces:
        distance = min((force.at - p for p in positions), key=abs)
        side = f"{force.name}{'<' if distance < 0 else '>'}"
        nearest[side] = min(nearest.get(side, 99), abs(distance))
    for side, distance in nearest.items():
        tokens.append(
            f"{side}{1 if distance < 2 else 3 if distance < 4 else 7 if distance < 8 else 9}"
        )
    others = {f.name for f in line.forces if f.owner in line.outside and f not in owned}
    tokens += [f"other={name}" for name in sorted(others)]
    return tokens


def _word_class(line: Line, at: int) -> str:
    if not 0 <= at < len(line.tokens):
        return "end"
    if line.ids[at] is not None:
        return "MENTION"
    for force in line.forces:
        if force.at == at:
            return force.name
    token = line.tokens[at]
    if token in LITTLE:
        return token
    return "word" if token[0].isalpha() else "0" if token[0].isdigit() else token


LITTLE_WORDS = (
    "in to from by of with at for against on into the a an and or but 's ' - led backed is "
    "was has had have will would should must could can may might not that which who as "
    "between over under near inside where when if than like toward towards via its their"
)
LITTLE = frozenset(LITTLE_WORDS.split())


def _owner(owner: str) -> str:
    return owner if owner in {"home", "def", "poss", "bare", UNSPECIFIED} else "actor"


def side_of(kind: Kind | None, actor: str) -> str:
    """Return whether an actor is a state, a body of states or unnamed."""
    if actor == UNSPECIFIED:
        return "unnamed"
    if kind in STATE_KINDS:
        return "state"
    return (
        "state" if kind is None and len(actor) == 3 and actor not in ORGANISATIONS_OF_3 else "body"
    )


# Three letters, yet no state.
BODIES_OF_3 = "CIS SCO OAU EAC LAS GCC OIC OAS PIF G5S WEU COE MFO RSS MSG AES UMA ICC ICJ IMF"
ORGANISATIONS_OF_3 = frozenset(BODIES_OF_3.split())


def headline_token(scene: Scene, actor: str) -> str:
    """Return whether the title names an actor."""
    if actor in scene.headline:
        return "headline_first" if scene.headline[0] == actor else "headline"
    return "not_in_headline" if scene.headline else "no_headline"


def few(n: int) -> str:
    """Return a small number as a token; larger ones in two bins."""
    return str(n) if n < 3 else "3+" if n < 6 else "6+"
