"""The views by which a head judges whether a line talks of an intervention, whoever's it is.

Most wrong actors stand in lines that talk of something else: an outside state's own politics, talks,
the host's army. A line can be judged without asking who is meant, from all its words and from those
beside it; `named_actor` has said before how sure it is of anybody here and around.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from labels.actors import Kind
from labels.scheme import UNSPECIFIED
from model.actor_views import PEOPLES, PLACES
from model.force import FORCES
from model.reading import DocumentReading, Reading
from model.rows import Row, View
from model.scene import Line, Scene
from model.stems import stem

Probabilities = Mapping[tuple[int, str], float]
STEPS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
MOVES = frozenset({"GO", "STAY", "LEAVE"})
BODIES = frozenset({Kind.ORGANISATION, Kind.ORGAN})
NOTHING = View(())
NAMELESS_OWNERS = frozenset({"home", "def", "poss", "bare", UNSPECIFIED})


def line_rows(
    scene: Scene, named: Probabilities, reading: DocumentReading
) -> Iterator[tuple[int, Row]]:
    """Yield (line, row) for every line, in order.

    Args:
        scene: the document.
        named: probability of the `named_actor` head by (line, id).
        reading: its cues and positions.
    """
    title = [f"title={name}" for name in sorted(reading.headline)]
    stems = [[stem(word) for word in masked(line, scene.host)] for line in scene.lines]
    sure = [
        max((named[at, actor] for actor in line.outside), default=0.0)
        for at, line in enumerate(scene.lines)
    ]
    armed = [_armed(line) for line in scene.lines]
    beside = [NOTHING, *(View(tuple(dict.fromkeys(words))) for words in stems), NOTHING]
    whole = [
        *steps("document", sum(sure) / max(1, len(sure))),
        *steps("surest", max(sure, default=0.0)),
    ]
    for at, line in enumerate(scene.lines):
        yield (
            at,
            {
                "words": View(tuple(stems[at])),
                "before": beside[at],
                "after": beside[at + 2],
                "sequence": View(tuple(_sequence(line, scene.host))),
                "shape": View(
                    (
                        *_shape(scene, at, sure, armed, whole),
                        *_told(reading.sentences[at]),
                        *title,
                    )
                ),
            },
        )


def steps(name: str, value: float) -> tuple[str, ...]:
    """Return one token for every step of `STEPS` that a value passes: nearness is kept."""
    return _ladder(name)[: bisect_left(STEPS, value)]


@cache
def _ladder(name: str) -> tuple[str, ...]:
    return tuple(f"{name}>{step}" for step in STEPS)


def masked(line: Line, host: str | None) -> list[str]:
    """Return a line's words with every mention replaced by its sort; generic ones keep their words."""
    found = []
    for token, id, kind in zip(line.tokens, line.ids, line.kinds, strict=True):
        if id is None or kind is None:
            found.append("0" if token[0].isdigit() else token)
        elif kind in PLACES:
            found.append(("H" if id == host else "O") + kind)
        elif id == UNSPECIFIED:
            found += ["U", token.replace(" ", "_")]
        elif kind == Kind.MISSION:
            found.append("MISSION")
        elif id == host:
            found.append("H")
        elif kind in BODIES:
            found.append("Oo")
        else:
            found.append("Oa" if kind in PEOPLES else "O")
    return found


def _armed(line: Line) -> list[str]:
    """Return the forces of a line with whose they are, and the moves."""
    owned = {
        f"{f.name}:{f.owner if f.owner in NAMELESS_OWNERS else 'actor'}"
        for f in line.forces
        if f.name in FORCES
    }
    return sorted(owned | {force.name for force in line.forces if force.name in MOVES})


def _sequence(line: Line, host: str | None) -> Iterator[str]:
    """Yield the sorts of mentions and the classes of words about interventions, in order."""
    forces = {force.at: force for force in line.forces}
    for at, (id, kind) in enumerate(zip(line.ids, line.kinds, strict=True)):
        if id is not None:
            if id == host:
                yield "H"
            elif kind in PLACES:
                yield "K"
            else:
                yield {Kind.MISSION: "M", Kind.GENERIC: "G"}.get(kind or Kind.NAME, "O")
        elif at in forces:
            yield forces[at].name + ("h" if forces[at].owner == "home" else "")


def _shape(
    scene: Scene,
    at: int,
    sure: Sequence[float],
    armed: Sequence[Sequence[str]],
    whole: Sequence[str],
) -> Iterator[str]:
    """Yield how sure the first head is here and around, and which forces stand there."""
    n = len(sure)
    yield from steps("here", sure[at])
    yield from whole
    yield from armed[at]
    for name, there in (("before", at - 1), ("after", at + 1), ("before2", at - 2)):
        if not 0 <= there < n:
            yield f"{name}=none"
            continue
        yield from steps(name, sure[there])
        if name != "before2":
            yield from (f"{name}:{token}" for token in armed[there])
    if at and scene.paragraphs[at] == scene.paragraphs[at - 1]:
        yield "same_paragraph"
    yield "host" if scene.host in scene.lines[at].ids else "nohost"
    yield "quote" if {'"', "“", "”"} & set(scene.lines[at].tokens) else "plain"
    yield f"line={min(at, 3)}"
    yield "headline" if scene.headline else "no_headline"


def _told(reading: Reading) -> Iterator[str]:
    """Yield the cue classes of a line, the positions composed of them, and whose force is named."""
    yield from (f"cue={name}" for name in sorted(reading.classes()))
    yield from (f"outcome={name}" for name in sorted({one.token for one in reading.outcomes}))
    yield f"subject={reading.subject}"
    if reading.linked:
        yield "force_of_outsider"
    if reading.touched:
        yield "force_perhaps_of_outsider"
