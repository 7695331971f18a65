"""What all who judged a sentence say of it together: settled by agreement or adjudication, or disputed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from labels.document import Document, Sentence
from labels.judgement import FIELDS, Judgement, Kind, Place, standing
from labels.labelled_set import CodedDocument
from labels.scheme import Coding


class Verdict(StrEnum):
    """How a sentence's coding was settled."""

    ADJUDICATED = "adjudicated"
    AGREED = "agreed"
    SINGLE = "single"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Settled:
    """What the coders together say of one sentence.

    Attributes:
        place: the sentence.
        verdict: how it was settled.
        coding: the coding that counts; None while it is disputed.
        judgements: the standing ones, the adjudication included.
    """

    place: Place
    verdict: Verdict
    coding: Coding | None
    judgements: tuple[Judgement, ...]


def settle(judgements: Iterable[Judgement]) -> tuple[Settled, ...]:
    """Settle every judged sentence: adjudication first, else what all its coders agree on."""
    by_place: dict[Place, list[Judgement]] = {}
    for judgement in standing(judgements):
        by_place.setdefault(judgement.place, []).append(judgement)
    return tuple(_settled(place, tuple(said)) for place, said in by_place.items())


def _settled(place: Place, said: tuple[Judgement, ...]) -> Settled:
    for judgement in said:
        if judgement.kind is Kind.ADJUDICATION:
            return Settled(place, Verdict.ADJUDICATED, judgement.coding, said)
    if differing(said):
        return Settled(place, Verdict.DISPUTED, None, said)
    verdict = Verdict.SINGLE if len(said) == 1 else Verdict.AGREED
    return Settled(place, verdict, _joined(said), said)


def comparable(field: str, coding: Coding) -> str | tuple[str, ...] | None:
    """Return a field's value as coders are compared by it: names without case and spacing."""
    value: str | tuple[str, ...] | None = getattr(coding, field)
    if field == "speaker" and isinstance(value, str):
        return " ".join(value.casefold().split())
    return value


def differing(said: Sequence[Judgement]) -> tuple[str, ...]:
    """Return the fields in which coders of one sentence differ.

    Only what coders said themselves is compared: what was filled in from a machine's tag is
    nobody's word, and two versions may fill in two things. Adjudications are no coder's word either.
    """
    coders = [one for one in said if one.kind is Kind.CODING and one.coding is not None]
    return tuple(
        field
        for field in FIELDS
        if len(
            {comparable(field, one.coding) for one in coders if one.coding and field in one.coded}
        )
        > 1
    )


def _joined(said: Sequence[Judgement]) -> Coding | None:
    """Return what coders who agree say together: the fullest coding, and what the others add to it."""
    fullest = max(said, key=lambda one: len(one.coded))
    if fullest.coding is None:
        return None
    added = {
        field: getattr(one.coding, field)
        for one in said
        for field in one.coded
        if field not in fullest.coded
    }
    return replace(fullest.coding, **added)


def coded_documents(
    settled: Iterable[Settled], documents: Mapping[str, Document], *, origin: str = "judgements"
) -> tuple[CodedDocument, ...]:
    """Return the settled sentences as coded documents, by document id; disputed ones are left out.

    Of sentences that overlap (two tools cut the article differently) the first is kept.

    Args:
        settled: what `settle` returned.
        documents: the articles by id; sentences of others are left out.
        origin: name under which folds keep these documents together.
    """
    by_document: dict[str, list[Settled]] = {}
    for one in settled:
        if one.coding is not None and one.place[0] in documents:
            by_document.setdefault(one.place[0], []).append(one)
    return tuple(
        _coded_document(documents[key], kept, origin) for key, kept in sorted(by_document.items())
    )


def _coded_document(document: Document, kept: Sequence[Settled], origin: str) -> CodedDocument:
    sentences: list[Sentence] = []
    codings: list[Coding] = []
    last = 0
    for one in sorted(kept, key=lambda one: one.place):
        _, start, end = one.place
        if start < last or one.coding is None:
            continue
        sentences.append(Sentence(start, end, document.text.count("\n\n", 0, start)))
        codings.append(one.coding)
        last = end
    return CodedDocument(document, tuple(sentences), tuple(codings), origin)
