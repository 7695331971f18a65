"""Tags from or to a pipe: in one process, in the order of the input, without a journal."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import BinaryIO

import orjson

from service.archive.job import Job
from service.archive.worker import load_tagger, make
from service.readers import opening
from service.readers.record import Record
from service.readers.sources import STDIN, find

# Few, for someone may wait at the other end of the pipe.
BATCH_RECORDS = 32


def tag_stream(job: Job, out: BinaryIO, *, complain: Callable[[str], None]) -> int:
    """Tag all that comes in; return the number of records that couldn't be.

    Copies are not marked: who has one is only known at the end.

    Raises:
        NothingToRead: an input stands for no file.
        UnknownFormat, UnknownEncoding, UnknownColumn, MissingExtra: options that can't be met.
    """
    opening.check(job.options)
    tagger = load_tagger(job.home, job.version)
    reading = _records(job)
    failed = 0
    while records := list(islice(reading, BATCH_RECORDS)):
        made = make(records, replace(job, copies=False), tagger)
        out.writelines(made.tagged)
        out.flush()
        for line in made.errors:
            complain(told_of(line))
        for line in made.skipped:
            complain(told_of(line) + "skipped, not English; --any-language tags it")
        failed += len(made.errors)
    return failed


def _records(job: Job) -> Iterator[Record]:
    for given in job.inputs:
        options = job.options
        if given == STDIN and options.format is None:
            options = replace(options, format="jsonl")
        for source in find([given], format=options.format).sources:
            yield from opening.records(source, options)


def told_of(line: bytes) -> str:
    """Return a line of errors or of skipped articles as people read it."""
    event = orjson.loads(line)
    return f"{event['source']} {event['position']}: {event.get('reason', '')}"
