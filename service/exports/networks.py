"""Who wants whose intervention, as networks; numbers as Discourse Network Analyzer computes them.

```
statements -> ties (speaker, actor, stance, when) | without repetitions | in a window -> network
```

Two modes: speakers and actors, an edge bears how often each stance was taken. One mode: speakers,
linked by agreeing (congruence) or disagreeing (conflict) on the same actors; subtract is the one
less the other.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from service.exports.choices import Duplicates, NetworkKind, Normalisation, Qualifier
from service.exports.dna import actor_kind
from service.exports.statements import POLARITY, Statement


@dataclass(frozen=True, slots=True)
class Tie:
    """One speaker's stance on one actor's intervention, told in one document.

    Attributes:
        speaker: name of the speaker, never empty.
        speaker_type: type of the speaker, or "".
        actor: id of the actor.
        actor_name: its usual name.
        stance: the stance label.
        day: of publication in UTC, or None.
        document_id: the document.
        confidence: the weakest of the scores, in [0, 1].
    """

    speaker: str
    speaker_type: str
    actor: str
    actor_name: str
    stance: str
    day: date | None
    document_id: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Node:
    """A speaker or an actor.

    Attributes:
        id: unique among all nodes of both modes.
        label: its name.
        variable: "speaker" or "proposed_actor", as the variables are called in DNA.
        type: the speaker's most frequent type; an actor's kind.
        frequency: number of ties that it has.
    """

    id: str
    label: str
    variable: str
    type: str
    frequency: int


Value = str | int | float
Array = NDArray[np.float64]
# Shared by all edges of a network, which may have millions.
SIGNS: Mapping[bool, Mapping[str, Value]] = {True: {"sign": 1}, False: {"sign": -1}}


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two nodes.

    Attributes:
        source: id of a node (a speaker).
        target: id of another (an actor in two modes, a speaker in one).
        weight: not negative, for programs that take no other: ties in two modes; the absolute of
            `signed` in one.
        signed: favor less against in two modes; what DNA computes in one.
        attributes: what else is known, by name.
    """

    source: str
    target: str
    weight: float
    signed: float
    attributes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes and edges, both in a fixed order.

    Attributes:
        kind: what they mean.
        nodes: speakers by name, then actors by id.
        edges: by source, then target; none of weight 0.
    """

    kind: NetworkKind
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def ties(
    statements: Iterable[Statement],
    *,
    duplicates: Duplicates = Duplicates.INCLUDE,
    copies: bool = False,
) -> Iterator[Tie]:
    """Yield one tie a statement and actor; statements about no actor have none.

    Args:
        statements: any number of them; of repetitions, the first stays.
        duplicates: within what repetitions of speaker, actor and stance are left out. Other than in
            DNA, a month is the month of one year, and so is a week (Monday to Sunday).
        copies: count every copy of a text; else only the first document of a duplicate group.
    """
    seen: set[tuple[object, ...]] = set()
    first_of: dict[str, str] = {}
    for statement in statements:
        group = statement.duplicate_group
        if group is not None and not copies:
            first = first_of.setdefault(group, statement.document_id)
            if first != statement.document_id:
                continue
        day = statement.time.date() if statement.time else None
        for actor in statement.actors:
            if duplicates is not Duplicates.INCLUDE:
                span = _span(duplicates, statement.document_id, day)
                key = (statement.voice, actor.id, statement.stance, *span)
                if key in seen:
                    continue
                seen.add(key)
            yield Tie(
                statement.voice,
                statement.speaker_type or "",
                actor.id,
                actor.name,
                statement.stance,
                day,
                statement.document_id,
                statement.confidence,
            )


def _span(duplicates: Duplicates, document_id: str, day: date | None) -> tuple[object, ...]:
    """What repetitions share; undated statements repeat only within their document."""
    if duplicates is Duplicates.ACROSS_RANGE:
        return ()
    if duplicates is Duplicates.DOCUMENT or day is None:
        return (document_id,)
    if duplicates is Duplicates.WEEK:
        return tuple(day.isocalendar()[:2])
    return (day.year, day.month) if duplicates is Duplicates.MONTH else (day.year,)


def two_mode(found: Sequence[Tie]) -> Network:
    """Link speakers and actors; an edge bears the counts of each stance and where they stand."""
    by_pair: dict[tuple[str, str], list[Tie]] = {}
    for tie in found:
        by_pair.setdefault((f"s:{tie.speaker}", f"a:{tie.actor}"), []).append(tie)
    stances = sorted({*POLARITY, *(tie.stance for tie in found)})
    edges = []
    for (source, target), group in sorted(by_pair.items()):
        counts = Counter(tie.stance for tie in group)
        signed = sum(POLARITY.get(stance, 0) * n for stance, n in counts.items())
        days = sorted(tie.day for tie in group if tie.day)
        attributes: dict[str, Value] = {
            "sign": (signed > 0) - (signed < 0),
            **{f"n_{stance}": counts[stance] for stance in stances},
            "n_articles": len({tie.document_id for tie in group}),
            "mean_confidence": sum(tie.confidence for tie in group) / len(group),
            "first": days[0].isoformat() if days else "",
            "last": days[-1].isoformat() if days else "",
        }
        edges.append(Edge(source, target, len(group), signed, attributes))
    return Network(NetworkKind.TWO_MODE, (*_speakers(found), *_actors(found)), tuple(edges))


def _speakers(found: Iterable[Tie]) -> Iterator[Node]:
    types: dict[str, Counter[str]] = {}
    for tie in found:
        types.setdefault(tie.speaker, Counter())[tie.speaker_type] += 1
    for name, counts in sorted(types.items()):
        kind = min(counts, key=lambda one: (-counts[one], one))
        yield Node(f"s:{name}", name, "speaker", kind, counts.total())


def _actors(found: Iterable[Tie]) -> Iterator[Node]:
    counts = Counter(tie.actor for tie in found)
    names = {tie.actor: tie.actor_name for tie in found}
    for actor, n in sorted(counts.items()):
        yield Node(f"a:{actor}", names[actor], "proposed_actor", actor_kind(actor), n)


def one_mode(
    found: Sequence[Tie],
    kind: NetworkKind,
    *,
    qualifier: Qualifier = Qualifier.STANCE_NUM,
    normalisation: Normalisation = Normalisation.NO,
    value_range: int | None = None,
) -> Network:
    """Link speakers who take stances on the same actors.

    Args:
        found: the ties.
        kind: congruence, conflict or subtract.
        qualifier: how stances are compared.
        normalisation: what each edge is divided by.
        value_range: greatest less smallest stance number of the whole data, where `found` is a
            part of it (a window): DNA takes the range of all statements.
    """
    compared = _Speakers(found, stance_range(found) if value_range is None else value_range)
    edges = []
    for i, name in enumerate(compared.names):
        congruence, conflict = compared.with_later(i, qualifier)
        values = {
            NetworkKind.CONGRUENCE: congruence,
            NetworkKind.CONFLICT: conflict,
            NetworkKind.SUBTRACT: congruence - conflict,
        }[kind]
        norms = compared.norms(i, normalisation)
        for j in np.flatnonzero(values).tolist():
            signed = float(values[j] / norms[j])
            other = compared.names[i + 1 + j]
            sign = SIGNS[signed > 0]
            edges.append(Edge(f"s:{name}", f"s:{other}", abs(signed), signed, sign))
    return Network(kind, tuple(_speakers(found)), tuple(edges))


def stance_range(found: Iterable[Tie]) -> int:
    """Greatest less smallest stance number that occurs."""
    numbers = {POLARITY.get(tie.stance, 0) for tie in found}
    return max(numbers, default=0) - min(numbers, default=0)


class _Speakers:
    """Who said what how often, as a sparse matrix: speakers x (actor, stance)."""

    def __init__(self, found: Sequence[Tie], spread: int) -> None:
        # Half a second to import, and most processes never draw a network.
        from scipy.sparse import csr_array  # noqa: PLC0415

        self.names = sorted({tie.speaker for tie in found})
        said = sorted({(tie.actor, tie.stance) for tie in found})
        rows = {name: i for i, name in enumerate(self.names)}
        columns = {key: i for i, key in enumerate(said)}
        places = [(rows[tie.speaker], columns[tie.actor, tie.stance]) for tie in found]
        at = np.array(places, dtype=np.int64).reshape(-1, 2)
        shape = (len(rows), len(columns))
        self.counts = csr_array((np.ones(len(at)), (at[:, 0], at[:, 1])), shape=shape)
        self.counts.sum_duplicates()
        self.made = (self.counts > 0).astype(np.float64)
        self.totals: Array = np.asarray(self.counts.sum(axis=1), dtype=np.float64)
        self.apart = np.zeros((len(said), len(said)))
        self.shared = np.zeros((len(said), len(said)))
        for i, (actor, stance) in enumerate(said):
            for j, (other, stance_j) in enumerate(said):
                if actor == other:
                    distance = abs(POLARITY.get(stance, 0) - POLARITY.get(stance_j, 0))
                    self.apart[i, j] = distance / spread if spread else 0.0
                    self.shared[i, j] = 1.0

    def with_later(self, i: int, qualifier: Qualifier) -> tuple[Array, Array]:
        """Compare a speaker with all that come later: how much they agree, and disagree.

        By distance: over shared actors, the products of counts, split by how far the stances lie
        apart. By label: products where both said the same of an actor; counts of what only one
        of them said.
        """
        if qualifier is Qualifier.STANCE:
            return self._by_label(i)
        mine = self.counts[[i]].toarray()[0]
        others = self.counts[i + 1 :]
        conflict: Array = others @ (self.apart @ mine)
        return others @ (self.shared @ mine) - conflict, conflict

    def _by_label(self, i: int) -> tuple[Array, Array]:
        mine, made = self.counts[[i]].toarray()[0], self.made[[i]].toarray()[0]
        others = self.counts[i + 1 :]
        in_both = self.made[i + 1 :] @ mine + others @ made
        same: Array = others @ mine
        return same, self.totals[i] + self.totals[i + 1 :] - in_both

    def norms(self, i: int, normalisation: Normalisation) -> Array:
        """What DNA divides the edges to all later speakers by.

        average: the mean number of statements of the two. jaccard: statements (actor and stance)
        of one alone, plus products where both made them. cosine: the product of their numbers of
        statements, as in DNA's source, which takes the root of each square. None of them is 0,
        since every speaker has said something.
        """
        others: Array = self.totals[i + 1 :]
        norm: Array
        match normalisation:
            case Normalisation.AVERAGE:
                norm = (self.totals[i] + others) / 2
            case Normalisation.JACCARD:
                same, alone = self._by_label(i)
                norm = same + alone
            case Normalisation.COSINE:
                norm = self.totals[i] * others
            case Normalisation.NO:
                norm = np.ones_like(others)
        return norm
