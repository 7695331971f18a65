"""Coded sentences beside tagged ones, as counts that add up over documents.

Every figure of `training.evaluate` is a function of sums of these counts, so that a bootstrap by
document is a matrix product and needs no second look at a sentence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labels.labelled_set import CodedDocument
from labels.scheme import Coding, Scheme
from model.tag import Tag, TaggedDocument

Array = npt.NDArray[np.float64]
N_BINS = 10
# Articles and titles don't tell one source from another.
IDLE = frozenset(
    {"the", "a", "an", "of", "and", "for", "in", "on", "at", "to"}
    | {"mr", "mrs", "ms", "dr", "gen", "col", "prof", "professor"}
    | {"president", "minister", "prime", "foreign"}
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One coded sentence and the tag that covers most of it.

    Attributes:
        start: first code point of the coded sentence.
        end: one past its last.
        coded: what people said.
        said: what the machine said; nothing covers it: neutral, the narrator, no actor.
        score: the winning stance's probability, or None where nothing covers the sentence.
        abstains: the tag abstains.
        source_is_here: a word of the coded source's name stands in the sentence itself.
    """

    start: int
    end: int
    coded: Coding
    said: Coding
    score: float | None
    abstains: bool
    source_is_here: bool

    @property
    def is_right(self) -> bool:
        """Say whether stance, speaker type and the set of actors are all as coded."""
        return (
            self.coded.stance == self.said.stance
            and self.coded.speaker_type == self.said.speaker_type
            and set(self.coded.proposed_actors) == set(self.said.proposed_actors)
        )


def align(coded: CodedDocument, tagged: TaggedDocument | None, scheme: Scheme) -> Iterator[Pair]:
    """Pair every coded sentence with the tag that covers most of its code points.

    The tagger may cut sentences its own way: one tag may serve two coded sentences, or none.
    """
    tags = tagged.tags if tagged else ()
    first = 0
    for sentence, coding in zip(coded.sentences, coded.codings, strict=True):
        while first < len(tags) and tags[first].sentence.end <= sentence.start:
            first += 1
        best, cover = None, 0
        for tag in tags[first:]:
            if tag.sentence.start >= sentence.end:
                break
            shared = min(tag.sentence.end, sentence.end) - max(tag.sentence.start, sentence.start)
            if shared > cover:
                best, cover = tag, shared
        yield _pair(coded, sentence.start, sentence.end, coding, best, scheme)


def _pair(
    coded: CodedDocument, start: int, end: int, coding: Coding, tag: Tag | None, scheme: Scheme
) -> Pair:
    text = coded.document.text[start:end]
    return Pair(
        start=start,
        end=end,
        coded=coding,
        said=tag.coding() if tag else Coding(scheme.neutral, scheme.narrator),
        score=max(tag.stance.scores.values()) if tag else None,
        abstains=bool(tag and tag.stance.abstain),
        source_is_here=bool(name_words(coding.speaker) & name_words(text)),
    )


def name_words(name: str | None) -> frozenset[str]:
    """Return the words of a name in lower case, without articles and titles."""
    return frozenset(word for word in re.findall(r"\w+", (name or "").lower()) if word not in IDLE)


def is_same_name(coded: str | None, said: str | None) -> bool:
    """Say whether one of two names holds all words of the other, articles and titles aside."""
    a, b = name_words(coded), name_words(said)
    return bool(a and b) and (a <= b or b <= a)


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of sentences; axis 0 is the document, or the bootstrap sample after `weighted`.

    Attributes:
        scheme: names the labels; the order of the axes below is the scheme's.
        stance: shape (n, stances, stances): coded, said.
        speaker: shape (n, types, types): coded, said; no types, no columns.
        names: shape (n, 2, 2): source named in the sentence or elsewhere; right, all.
        types: shape (n, 2, 2): the same for the types of these sentences.
        actors: shape (n, 3): right, too many, missing (sentence, actor) pairs.
        statements: shape (n, 3): right, too many, missing whole statements.
        bins: shape (n, 10, 3): sum of scores, right ones, all, by tenth of the stance score.
        abstained: shape (n,): tags that abstain.
    """

    scheme: Scheme
    stance: Array
    speaker: Array
    names: Array
    types: Array
    actors: Array
    statements: Array
    bins: Array
    abstained: Array

    @classmethod
    def zeros(cls, n: int, scheme: Scheme) -> "Counts":
        """Return empty counts of n documents."""
        s, t = len(scheme.stances), len(scheme.speaker_types)
        return cls(
            scheme=scheme,
            stance=np.zeros((n, s, s)),
            speaker=np.zeros((n, t, t)),
            names=np.zeros((n, 2, 2)),
            types=np.zeros((n, 2, 2)),
            actors=np.zeros((n, 3)),
            statements=np.zeros((n, 3)),
            bins=np.zeros((n, N_BINS, 3)),
            abstained=np.zeros(n),
        )

    def weighted(self, weights: Array) -> "Counts":
        """Return sums over documents: `weights` of shape (n_samples, n) says how often each counts."""

        def add(counts: Array) -> Array:
            return np.asarray(np.tensordot(weights, counts, axes=1), dtype=np.float64)

        return Counts(
            scheme=self.scheme,
            stance=add(self.stance),
            speaker=add(self.speaker),
            names=add(self.names),
            types=add(self.types),
            actors=add(self.actors),
            statements=add(self.statements),
            bins=add(self.bins),
            abstained=add(self.abstained),
        )


def count(
    coded: Sequence[CodedDocument], tagged: Mapping[str, TaggedDocument], scheme: Scheme
) -> Counts:
    """Count every pair of every document; a document that nobody tagged counts as neutral."""
    counts = Counts.zeros(len(coded), scheme)
    stances = {label: i for i, label in enumerate(scheme.stances)}
    types = {label: i for i, label in enumerate(scheme.speaker_types)}
    for n, document in enumerate(coded):
        for pair in align(document, tagged.get(document.document.id), scheme):
            counts.stance[n, stances[pair.coded.stance], stances[pair.said.stance]] += 1
            counts.abstained[n] += pair.abstains
            _count_speaker(counts, n, pair, types)
            _count_actors(counts, n, pair)
            _count_statement(counts, n, pair, scheme.neutral)
            if pair.score is not None:
                right = pair.coded.stance == pair.said.stance
                tenth = min(int(pair.score * N_BINS), N_BINS - 1)
                counts.bins[n, tenth] += (pair.score, right, 1)
    return counts


def _count_speaker(counts: Counts, n: int, pair: Pair, types: Mapping[str, int]) -> None:
    coded, said = pair.coded.speaker_type, pair.said.speaker_type
    if coded is not None and said is not None:
        counts.speaker[n, types[coded], types[said]] += 1
    if pair.coded.speaker:
        where = 0 if pair.source_is_here else 1
        counts.names[n, where] += (is_same_name(pair.coded.speaker, pair.said.speaker), 1)
        counts.types[n, where] += (coded == said, 1)


def _count_actors(counts: Counts, n: int, pair: Pair) -> None:
    coded, said = set(pair.coded.proposed_actors), set(pair.said.proposed_actors)
    counts.actors[n] += (len(coded & said), len(said - coded), len(coded - said))


def _count_statement(counts: Counts, n: int, pair: Pair, neutral: str) -> None:
    told, coded, right = pair.said.stance != neutral, pair.coded.stance != neutral, pair.is_right
    counts.statements[n] += (told and right, told and not right, coded and not right)
