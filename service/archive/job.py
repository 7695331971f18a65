"""What one run is to do: plain values that travel to workers and stand in the journal."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from service.readers.record import ReadOptions
from service.readers.sources import Source

PIECE_RECORDS = 128


@dataclass(frozen=True, slots=True)
class Job:
    """The part of a command that decides the output's bytes.

    Attributes:
        inputs: as the caller gave them.
        version: id of the version that tags.
        home: workspace folder that holds the version; workers load it from there.
        options: how to read.
        any_language: tag what isn't English too.
        with_text: put each document's text into the output.
        copies: group wire copies.
        commit_every: records that are committed together; a kill undoes no more.
    """

    inputs: tuple[str, ...]
    version: str
    home: str
    options: ReadOptions = field(default_factory=ReadOptions)
    any_language: bool = False
    with_text: bool = False
    copies: bool = True
    commit_every: int = PIECE_RECORDS

    def to_json(self) -> dict[str, Any]:
        """Return the job as the journal keeps it; where the workspace lies decides nothing."""
        return {key: value for key, value in asdict(self).items() if key != "home"}


def fingerprint(sources: Sequence[Source]) -> str:
    """Return a hash of the sources as they lie there: names, sizes, times of change."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(orjson.dumps([source.name, source.size, source.stamp]) + b"\n")
    return digest.hexdigest()
