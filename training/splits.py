"""Folds that keep whole documents, or whole files of origin, together: never random sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from labels.labelled_set import CodedDocument


@dataclass(frozen=True, slots=True)
class Fold:
    """One split; both sides are positions in the list of documents, in ascending order."""

    name: str
    fitted: tuple[int, ...]
    held_out: tuple[int, ...]


def by_document(n_documents: int, *, k: int, seed: int) -> tuple[Fold, ...]:
    """Deal documents into k folds at random; each is held out once.

    Raises:
        ValueError: fewer documents than folds, or k under 2.
    """
    if not 2 <= k <= n_documents:
        raise ValueError(f"{n_documents} documents can't make {k} folds")
    order = list(range(n_documents))
    Random(seed).shuffle(order)  # noqa: S311 - deals folds, guards nothing
    parts = [frozenset(order[i::k]) for i in range(k)]
    return tuple(_fold(f"fold {i + 1}", part, n_documents) for i, part in enumerate(parts))


def by_origin(documents: Sequence[CodedDocument]) -> tuple[Fold, ...]:
    """Hold out one file of origin at a time."""
    return tuple(_fold(origin, part, len(documents)) for origin, part in _origins(documents))


def _origins(documents: Sequence[CodedDocument]) -> Iterator[tuple[str, frozenset[int]]]:
    for origin in dict.fromkeys(coded.origin for coded in documents):
        yield origin, frozenset(i for i, coded in enumerate(documents) if coded.origin == origin)


def _fold(name: str, held_out: frozenset[int], n: int) -> Fold:
    return Fold(
        name=name,
        fitted=tuple(i for i in range(n) if i not in held_out),
        held_out=tuple(sorted(held_out)),
    )
