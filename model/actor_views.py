"""The views by which the actor heads judge whether an outside actor's intervention is meant.

Two heads judge. `named_actor` sees an actor that a sentence names, in that sentence. From its
probabilities over the document, `proposed_actor` sees who the document's interveners are, and judges
both the actors that a sentence names and those that it may only point at ("the strikes", "they").
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from labels.actors import STATE_KINDS, Kind
from labels.scheme import UNSPECIFIED
from model.force import ABOUT, FORCES, POINTING
from model.heads import Row, View
from model.scene import Line, Scene

NEAR = 4  # words on either side of a mention in the "near" view
MAX_CARRIED = 5  # actors of other sentences that are tried in a sentence
PRONOUNS = {
    "it": "it", "its": "it", "itself": "it", "they": "they", "them": "they", "their": "they",
    "we": "we", "us": "we", "our": "we", "he": "he", "she": "he", "his": "he", "her": "he",
    "you": "you", "your": "you", "there": "there", "here": "there",
}  # fmt: skip
BODIES = {
    "bloc": "body", "alliance": "body", "organisation": "body", "organization": "body",
    "union": "body", "grouping": "body", "pact": "body", "council": "body", "kingdom": "state",
    "neighbour": "state", "neighbor": "state", "allies": "all", "neighbours": "all",
    "neighbors": "all", "world": "all", "foreigners": "all", "outsiders": "all",
    "coalition": "coalition", "mission": "mission", "force": "mission", "plan": "plan",
    "proposal": "plan", "resolution": "plan", "decision": "plan", "move": "plan", "offer": "plan",
    "request": "plan",
}  # fmt: skip
BODY_WORDS = frozenset(BODIES)
LOOSE = frozenset({"def", "bare", "poss"})  # owners of forces that name nobody
Probabilities = Mapping[tuple[int, str], float]


def named_rows(scene: Scene) -> Iterator[tuple[int, str, Row]]:
    """Yield (line, id, row) for every outside actor that a line names, in order."""
    for at, line in enumerate(scene.lines):
        common = _line_tokens(line, scene)
        for actor in line.outside:
            yield at, actor, _named_row(scene, at, actor, common)


def _named_row(scene: Scene, at: int, actor: str, common: Sequence[str]) -> Row:
    line = scene.lines[at]
    masked = mask(line, actor, scene.host)
    positions = line.outside[actor]
    near: list[str] = []
    for position in positions[:4]:
        near += [*masked[max(0, position - NEAR) : position + NEAR + 1], "|"]
    shape = [*_place_tokens(scene, at, actor), *_force_tokens(line, actor), *common]
    return {
        "shape": View(tuple(shape)),
        "near": View(tuple(near)),
        "words": View(tuple(dict.fromkeys(masked))),
    }


def mask(line: Line, actor: str, host: str | None) -> list[str]:
    """Return a line's words with every mention replaced by its part: X is the actor judged."""
    masked = []
    for token, id, kind in zip(line.tokens, line.ids, line.kinds, strict=True):
        if id is None or kind is None:
            masked.append("0" if token[0].isdigit() else token)
            continue
        adjective = "a" if kind in {Kind.ADJECTIVE, Kind.PEOPLE} else ""
        if kind in {Kind.TERRITORY, Kind.GROUP, Kind.AGENCY}:
            masked.append(("H" if id == host else "O") + kind)
        elif id == actor:
            masked.append("X" + adjective)
        elif id == host:
            masked.append("H" + adjective)
        elif id == UNSPECIFIED:
            masked.append("U")
        else:
            masked.append("O" + adjective)
    return masked


def _line_tokens(line: Line, scene: Scene) -> list[str]:
    """Return what a line says of interventions, whoever they are."""
    tokens = []
    names = {force.name for force in line.forces}
    tokens += [f"has={name}" for name in sorted(names)]
    tokens += sorted({f"{f.name}:{_owner(f.owner)}" for f in line.forces if f.owner})
    tokens.append("about" if names & ABOUT else "idle")
    tokens.append(f"n_about={_few(sum(force.name in ABOUT for force in line.forces))}")
    tokens.append("host" if scene.host in line.ids else "nohost")
    tokens.append("quote" if {'"', "“", "”"} & set(line.tokens) else "plain")
    tokens.append(f"n_named={_few(len(line.outside))}")
    tokens.append("short" if len(line.tokens) < 12 else "long")
    return tokens


def _place_tokens(scene: Scene, at: int, actor: str) -> list[str]:
    """Return where and how a line names an actor, and how much of the document is about it."""
    line = scene.lines[at]
    kind = line.mentions[actor].kind
    positions = line.outside[actor]
    group = line.listed_with(positions[0])
    first, last = group[0], group[-1]
    side = _side(kind, actor)
    tokens = [f"kind={kind}", f"side={side}", f"listed={_few(len(group) - 1)}"]
    tokens.append(f"n={_few(len(positions))}")
    tokens.append("opens" if positions[0] < 3 else "early" if positions[0] < 9 else "late")
    tokens.append(f"before={_word_class(line, first - 1)}")
    tokens.append(f"after={_word_class(line, last + 1)}")
    tokens.append(f"after2={_word_class(line, last + 2)}")
    tokens.append(f"next={_word_class(line, positions[0] + 1)}")
    if actor == UNSPECIFIED:
        words = line.mentions[actor].form.lower().split()
        tokens += [f"u={words[0]}", f"u={words[-1]}"]
    tokens.append(f"armed={_few(scene.armed.get(actor, 0))}")
    tokens.append("most_armed" if scene.armed.get(actor, 0) == scene.most_armed else "less_armed")
    tokens.append("most_named" if scene.n_naming(actor) == scene.most_naming else "less_named")
    tokens.append(f"share={scene.n_naming(actor) * 5 // max(1, len(scene.lines))}")
    tokens.append(_headline(scene, actor))
    tokens.append(f"line={_few(at)}")
    return tokens


def _force_tokens(line: Line, actor: str) -> list[str]:
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


@dataclass(frozen=True, slots=True)
class Tie:
    """How an actor hangs together with a line that doesn't name it.

    Attributes:
        share: its part of the first head's probabilities over the document, in [0, 1].
        mean: their mean over the lines that name it, in [0, 1].
        rank: its place by share, from 0.
        last: it is meant in the last line that means anybody.
        gap: lines since then.
        forces: classes of forces that stand with it where it is meant.
    """

    share: float
    mean: float
    rank: int
    last: bool
    gap: int
    forces: frozenset[str]


def proposed_rows(scene: Scene, named: Probabilities) -> Iterator[tuple[int, str, Row]]:
    """Yield (line, id, row) for every actor that a line names or may point at, in order.

    Args:
        scene: the document.
        named: probability of the first head by (line, id).
    """
    weight: dict[str, float] = {}
    for (_, actor), probability in named.items():
        weight[actor] = weight.get(actor, 0.0) + probability
    total = sum(weight.values()) or 1.0
    ranked = sorted(weight, key=lambda actor: -weight[actor])
    ranks = {actor: rank for rank, actor in enumerate(ranked)}
    profiles = _profiles(scene, named)
    last: list[str] = []
    seen: list[str] = []  # actors met so far, the latest last
    gap = 0
    for at, line in enumerate(scene.lines):
        shared = (_line_tokens(line, scene), _document_tokens(scene, at, named))
        for actor in dict.fromkeys((*line.outside, *_carriable(scene, line, seen, ranked))):
            tie = Tie(
                share=weight.get(actor, 0.0) / total,
                mean=weight.get(actor, 0.0) / max(1, scene.n_naming(actor)),
                rank=ranks.get(actor, 9),
                last=actor in last,
                gap=gap,
                forces=profiles.get(actor, frozenset()),
            )
            if actor in line.outside:
                yield at, actor, _stacked_row(scene, at, actor, tie, named[at, actor], *shared)
            else:
                yield at, actor, _carried_row(scene, at, actor, tie, *shared)
        meant = [actor for actor in line.outside if named[at, actor] > 0.5]
        last, gap = (meant, 0) if meant else (last, gap + 1)
        seen = [actor for actor in seen if actor not in line.outside][-8:] + list(line.outside)


def _carriable(scene: Scene, line: Line, seen: Sequence[str], ranked: Sequence[str]) -> list[str]:
    """Return the actors that a line may mean without naming them."""
    tried = dict.fromkeys([*reversed(seen[-3:]), *scene.headline[:2], *ranked[:2]])
    kept = [actor for actor in tried if actor not in line.outside][:MAX_CARRIED]
    if UNSPECIFIED not in kept and UNSPECIFIED not in line.outside:
        kept.append(UNSPECIFIED)
    return kept


def _stacked_row(
    scene: Scene,
    at: int,
    actor: str,
    tie: Tie,
    probability: float,
    common: Sequence[str],
    told: Sequence[str],
) -> Row:
    line = scene.lines[at]
    stacked = [
        "named",
        f"p={_tenth(probability)}",
        f"rank={min(tie.rank, 3)}",
        f"share={int(4 * tie.share)}",
        f"mean={_tenth(tie.mean)}",
        "last" if tie.last else "not_last",
        *told,
        *_place_tokens(scene, at, actor),
        *_force_tokens(line, actor),
        *common,
    ]
    masked = mask(line, actor, scene.host)
    return {
        "shape": View(tuple(f"n.{token}" for token in stacked)),
        "words": View(tuple(f"n.{word}" for word in dict.fromkeys(masked))),
    }


def _carried_row(
    scene: Scene, at: int, actor: str, tie: Tie, common: Sequence[str], told: Sequence[str]
) -> Row:
    line = scene.lines[at]
    side, share = _side(None, actor), int(4 * tie.share)
    loose = sorted({f"{f.name}:{f.owner}" for f in line.forces if f.owner in LOOSE})
    pointed = sorted({PRONOUNS[t] for t in line.tokens if t in PRONOUNS} | _bodies(line))
    matched = sorted({f.name for f in line.forces if f.name in tie.forces and f.owner in LOOSE})
    bound = ("L" if tie.last else "") + {0: "D", 1: "S"}.get(tie.rank, "") + ("m" * bool(matched))
    parts = [
        f"side={side}",
        f"tie={bound}",
        f"gap={_few(tie.gap)}",
        f"share={share}",
        f"rank={min(tie.rank, 3)}",
        _headline(scene, actor),
        *told,
        *(f"match={name}" for name in matched),
        *(f"tie{bound}|{token}" for token in (*loose, *pointed, *common)),
        *(f"side{side}|{token}" for token in (*loose, *pointed)),
        *(f"share{share}|{token}" for token in loose),
        f"share{share}|{'about' if 'about' in common else 'idle'}",
        *loose,
        *pointed,
        *common,
    ]
    key = "k" if tie.last or tie.rank == 0 else "o"
    masked = mask(line, actor, scene.host)
    return {
        "shape": View(tuple(f"c.{part}" for part in parts)),
        "words": View(tuple(f"{key}.{word}" for word in dict.fromkeys(masked))),
    }


def _document_tokens(scene: Scene, at: int, named: Probabilities) -> list[str]:
    """Return how sure the first head is around a line."""
    tokens = []
    for name, there in (("here", at), ("prev", at - 1), ("next", at + 1)):
        best = 0.0
        if 0 <= there < len(scene.lines):
            best = max((named[there, a] for a in scene.lines[there].outside), default=0.0)
        tokens.append(f"{name}={int(best * 4)}")
    if at and scene.paragraphs[at] == scene.paragraphs[at - 1]:
        tokens.append("same_paragraph")
    tokens.append(f"line={_few(at)}")
    return tokens


def _profiles(scene: Scene, named: Probabilities) -> dict[str, frozenset[str]]:
    """Return the classes of forces that stand with each actor where it is meant."""
    classes: dict[str, set[str]] = {}
    for at, line in enumerate(scene.lines):
        here = {force.name for force in line.forces if force.name in FORCES}
        for actor in line.outside:
            if named[at, actor] > 0.5:
                classes.setdefault(actor, set()).update(here)
    return {actor: frozenset(names) for actor, names in classes.items()}


def _bodies(line: Line) -> set[str]:
    """Return the sorts of nouns that stand for an actor named before ("the bloc")."""
    return {
        BODIES[token]
        for before, token in zip(("", *line.tokens), line.tokens, strict=False)
        if token in BODY_WORDS and before in POINTING
    }


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


def _side(kind: Kind | None, actor: str) -> str:
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


def _headline(scene: Scene, actor: str) -> str:
    if actor in scene.headline:
        return "headline_first" if scene.headline[0] == actor else "headline"
    return "not_in_headline" if scene.headline else "no_headline"


def _few(n: int) -> str:
    return str(n) if n < 3 else "3+" if n < 6 else "6+"


def _tenth(probability: float) -> str:
    return str(int(probability * 10))
