"""What runs in a worker: reads its share of a shard, tags it, commits it piece by piece.

```
shard | records | pieces that are mine and not there yet | parse | language | tag | signature | file
```
"""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import orjson

from labels.document import Document
from labels.errors import StancewireError
from model.batches import batches
from model.tag import TaggedDocument
from model.tagger import Tagger
from service.archive import pieces
from service.archive.job import Job
from service.archive.plan import Shard, Task, pieces as cut
from service.contract import tagged_json
from service.duplicates import signature
from service.readers import opening
from service.readers.language import detect
from service.readers.record import ReadOptions, Record
from training.registry import Registry

ENGLISH = "en"
# Four times as many are hardly faster, and take 60 MB more.
TAGGED_AT_ONCE = 32
CHARACTERS_AT_ONCE = 100_000
# Threads of one process (a Dask worker may have several) take turns: a tagger is loaded once, and
# its work holds the interpreter anyway.
_TURN = threading.Lock()


@lru_cache(maxsize=2)
def load_tagger(home: str, version: str) -> Tagger:
    """Load a version once a process."""
    return Registry(Path(home)).load(version)


def run(task: Task) -> int:
    """Do a task; return the number of pieces in its whole shard.

    What is committed already is not done again.

    Raises:
        OSError: a source can't be reached, or the disk is full.
    """
    return deque(steps(task), maxlen=1).pop()


def steps(task: Task) -> Iterator[int]:
    """Do a task piece by piece, yielding how many pieces of the shard are behind it."""
    folder = Path(task.folder)
    pieces.shard_folder(folder, task.shard.number).mkdir(parents=True, exist_ok=True)
    yield 0
    for number, records in cut(read(task.shard, task.job.options), most=task.job.commit_every):
        if number % task.stripes == task.stripe:
            path = pieces.piece_path(folder, task.shard.number, number)
            if not path.exists():
                with _TURN:
                    made = make(records, task.job, load_tagger(task.job.home, task.job.version))
                weight = sum(record.size for record in records)
                pieces.write(
                    path, made.tagged, made.errors, made.skipped, made.signatures, read=weight
                )
        yield number + 1


def read(shard: Shard, options: ReadOptions) -> Iterator[Record]:
    """Yield the records of a shard's sources, one after the other."""
    for source in shard.sources:
        yield from opening.records(source, options)


@dataclass(frozen=True, slots=True)
class Made:
    """What became of records: lines of JSON, and the signatures of the tagged ones."""

    tagged: list[bytes]
    errors: list[bytes]
    skipped: list[bytes]
    signatures: bytes


class Tags(Protocol):
    """What a tagger does."""

    def tag(self, documents: Sequence[Document]) -> list[TaggedDocument]:
        """Tag documents, in their order."""


def make(records: Sequence[Record], job: Job, tagger: Tags) -> Made:
    """Tag records; what can't be read or tagged becomes an error, never an exception."""
    kept: list[tuple[Record, Document, str]] = []
    errors: list[bytes] = []
    skipped: list[bytes] = []
    for record in records:
        try:
            document = record.parse()
            language = detect(document.text)
        except Exception as error:  # noqa: BLE001 - hostile input finds new ways to fail
            errors.append(_line(record, reason=_reason(error)))
            continue
        if language == ENGLISH or job.any_language:
            kept.append((record, document, language))
        else:
            skipped.append(_line(record, id=document.id, language=language))
    tagged: list[bytes] = []
    signatures = []
    parts = batches(
        (document for _, document, _ in kept),
        most=TAGGED_AT_ONCE,
        most_characters=CHARACTERS_AT_ONCE,
    )
    answers = (answer for part in parts for answer in _tag(tagger, part))
    for (record, document, language), answer in zip(kept, answers, strict=True):
        if isinstance(answer, Exception):
            errors.append(_line(record, id=document.id, reason=_reason(answer)))
            continue
        tagged.append(_tagged_line(record, answer, language, job))
        if job.copies:
            signatures.append(signature(document.text))
    return Made(tagged, errors, skipped, np.array(signatures, dtype="<u4").tobytes())


def _tag(tagger: Tags, documents: Sequence[Document]) -> list[TaggedDocument | Exception]:
    try:
        return list(tagger.tag(documents))
    except Exception as error:  # noqa: BLE001 - one document must not stop an archive
        if len(documents) == 1:
            return [error]
        return [answer for document in documents for answer in _tag(tagger, [document])]


def _tagged_line(record: Record, answer: TaggedDocument, language: str, job: Job) -> bytes:
    """Return the contract's object; it ends with `document`, where publishing adds the group."""
    out = tagged_json(answer, with_text=job.with_text)
    known = out.pop("document", {})
    place = {"source": record.source, "position": record.position, "language": language}
    return orjson.dumps(out | {"document": known | place}) + b"\n"


def _line(record: Record, **fields: Any) -> bytes:
    return orjson.dumps({"source": record.source, "position": record.position, **fields}) + b"\n"


def _reason(error: Exception) -> str:
    known = isinstance(error, StancewireError)
    text = str(error) if known else f"{type(error).__name__}: {error}"
    return text.encode("utf-8", "replace").decode()
