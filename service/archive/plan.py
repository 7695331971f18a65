"""Divides sources into shards and records into pieces; the same sources, the same division."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.archive.job import PIECE_RECORDS, Job
from service.readers.record import Record
from service.readers.sources import Source

SHARD_BYTES = 8 * 1024 * 1024
SHARD_FILES = 512
# What one worker holds at a time beside the most records of a job.
PIECE_BYTES = 2 * 1024 * 1024
# Every stripe reads its whole shard and works on a share of its pieces.
MOST_STRIPES = 8
STRIPE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Shard:
    """Sources that become one part of the output.

    Attributes:
        number: place in the output, from 0.
        sources: read one after the other.
    """

    number: int
    sources: tuple[Source, ...]

    @property
    def size(self) -> int:
        """Bytes of its sources as they lie there."""
        return sum(source.size for source in self.sources)


@dataclass(frozen=True, slots=True)
class Task:
    """A share of one shard, for one worker.

    Attributes:
        job: what to do.
        shard: what to read.
        stripe: which pieces to make: those whose number leaves this rest ...
        stripes: ... when divided by this.
        folder: where the pieces of the run lie; the same path for all workers.
    """

    job: Job
    shard: Shard
    stripe: int
    stripes: int
    folder: str

    @property
    def key(self) -> tuple[int, int]:
        """Names the task among those of its run."""
        return self.shard.number, self.stripe


def shards(sources: Sequence[Source]) -> list[Shard]:
    """Put small sources together, leave large ones alone."""
    made: list[Shard] = []
    some: list[Source] = []
    weight = 0
    for source in sources:
        if some and (weight + source.size > SHARD_BYTES or len(some) >= SHARD_FILES):
            made.append(Shard(len(made), tuple(some)))
            some, weight = [], 0
        some.append(source)
        weight += source.size
    if some:
        made.append(Shard(len(made), tuple(some)))
    return made


def n_stripes(shard: Shard, *, n_shards: int, n_workers: int) -> int:
    """Return into how many stripes a shard is cut: one, unless workers would stand idle."""
    if n_shards >= 4 * n_workers:
        return 1
    return max(1, min(n_workers, MOST_STRIPES, shard.size // STRIPE_BYTES))


def pieces(
    records: Iterable[Record], *, most: int = PIECE_RECORDS
) -> Iterator[tuple[int, list[Record]]]:
    """Yield (number from 0, records); a piece ends by what was read, never by time or worker."""
    number = 0
    some: list[Record] = []
    weight = 0
    for record in records:
        if some and (len(some) >= most or weight + record.size > PIECE_BYTES):
            yield number, some
            number += 1
            some, weight = [], 0
        some.append(record)
        weight += record.size
    if some:
        yield number, some
