"""Who intervenes in a document, as far as the first two heads can tell: what its candidates are judged by.

```
named_actor's probability by line and actor, actor_line's by line | each actor's share, its forces
```
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.force import FORCES
from model.line_views import Probabilities
from model.scene import Line, Scene
from model.stems import stem

# A line that talks of something else lends its actors this share of their probability.
IDLE_SHARE = 0.3
INTERVENER = 0.15  # part of a document's probabilities that makes an actor an intervener


@dataclass(frozen=True, slots=True)
class Interveners:
    """Who intervenes in a document, as far as the first heads can tell.

    Attributes:
        named: probability of `named_actor` by (line, id).
        about: probability of `actor_line` by line.
        share: each actor's part of the probabilities over the document, in [0, 1].
        best: each actor's largest probability.
        ranked: the three actors with the largest share, by falling share.
        n_interveners: how many actors have more than a small share.
        owns: by stem of a force's word ("coalition"), by actor, the lines where it is theirs.
        armed: in how many places a force is each actor's.
        leading: actors that lead a force ("Saudi-led", "led by the Americans").
    """

    named: Probabilities
    about: Sequence[float]
    share: Mapping[str, float]
    best: Mapping[str, float]
    ranked: Sequence[str]
    n_interveners: int
    owns: Mapping[str, Mapping[str, Sequence[int]]]
    armed: Mapping[str, int]
    leading: frozenset[str]

    def rank(self, actor: str) -> int:
        """Return 0 for who has the largest share, 1 and 2 for the next, 3 for all others."""
        return self.ranked.index(actor) if actor in self.ranked else 3


def interveners(scene: Scene, named: Probabilities, about: Sequence[float]) -> Interveners:
    """Return who intervenes in a document, by the heads' probabilities."""
    share: dict[str, float] = {}
    best: dict[str, float] = {}
    for (at, actor), probability in named.items():
        share[actor] = share.get(actor, 0.0) + probability * weight(about[at])
        best[actor] = max(best.get(actor, 0.0), probability)
    total = sum(share.values()) or 1.0
    share = {actor: part / total for actor, part in share.items()}
    owns: dict[str, dict[str, list[int]]] = {}
    armed: dict[str, int] = {}
    leading = set()
    for at, line in enumerate(scene.lines):
        for actor in line.outside:
            for force in line.owned_by(actor):
                if force.name in FORCES:
                    word = head_stem(line, force.at)
                    owns.setdefault(word, {}).setdefault(actor, []).append(at)
                    armed[actor] = armed.get(actor, 0) + 1
            if any(_leads(line.tokens, position) for position in line.outside[actor]):
                leading.add(actor)
    return Interveners(
        named=named,
        about=about,
        share=share,
        best=best,
        ranked=sorted(share, key=lambda actor: -share[actor])[:3],
        n_interveners=sum(part > INTERVENER for part in share.values()),
        # Each in the order in which they first owned any force: the first wins ties.
        owns={
            word: {actor: there[actor] for actor in armed if actor in there}
            for word, there in owns.items()
        },
        armed=armed,
        leading=frozenset(leading),
    )


def weight(about: float) -> float:
    """Return what a line lends its actors, by how surely it is about an intervention."""
    return IDLE_SHARE + (1.0 - IDLE_SHARE) * about


def _leads(tokens: Sequence[str], at: int) -> bool:
    after = tuple(tokens[at + 1 : at + 3])
    before = tuple(word for word in tokens[max(0, at - 3) : at] if word != "the")
    return after in {("-", "led"), ("-", "backed")} or before[-2:] == ("led", "by")


def head_stem(line: Line, at: int) -> str:
    """Return the stem of the last word of the token at `at`: "peacekeeping forces" gives "forc"."""
    return stem(line.tokens[at].rpartition(" ")[2])
