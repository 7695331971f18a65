"""Files with codings, in every format that people use, to judgements in the store and back."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from labels.document import Document
from labels.errors import StancewireError
from labels.exchange.files import write_lines
from labels.exchange.task import InvalidExchange, SentenceCoding, Task
from labels.exchange.tools import Tool, read_tasks, write_tasks
from labels.judgement import Judgement, Kind, standing
from labels.labelled_set import parse
from labels.settlement import coded_documents, settle
from service.judging import MachineTags, coded_sentences, from_task
from service.label_formats import Format as Format

OnError = Callable[[StancewireError], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """One article out of a file, with what people said of it.

    Attributes:
        document: the article.
        judgements: whole ones, where the file holds such.
        task: codings that still are to be made judgements, where it doesn't.
    """

    document: Document
    judgements: tuple[Judgement, ...] = ()
    task: Task | None = None


def detect(path: Path) -> Format:
    """Tell a file's format from its name and its first line.

    Raises:
        InvalidExchange: it can't be told.
    """
    if path.suffix.lower() == ".csv":
        return Format.CSV
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first = next((line for line in file if line.strip()), "")
    if first.lstrip().startswith("["):
        return Format.LABEL_STUDIO
    try:
        keys = set(json.loads(first))
    except (ValueError, TypeError) as error:
        raise InvalidExchange(
            "codings", path.name, "can't tell the format: say it with --format"
        ) from error
    if {"document", "judgements"} <= keys:
        return Format.JUDGEMENTS
    if "sentences" in keys:
        return Format.JSONL
    return Format.PRODIGY if keys & {"_input_hash", "_task_hash", "answer"} else Format.DOCCANO


def read_batches(
    path: Path,
    form: Format,
    *,
    known: Mapping[str, Document] | None = None,
    coder: str | None = None,
    on_error: OnError | None = None,
) -> Iterator[Batch]:
    """Read a file, article by article.

    Args:
        path: the file.
        form: its format; AUTO looks at it.
        known: articles by id, for tools that carry single sentences.
        coder: who coded, for the tool (doccano) of which the file's name would tell it otherwise.
        on_error: takes what is at fault, and the reading goes on; without it the first one raises.

    Raises:
        InvalidExchange: naming place and field.
    """
    form = detect(path) if form is Format.AUTO else form
    if form in (Format.JSONL, Format.JUDGEMENTS):
        yield from _lines(path, form, on_error)
        return
    for task in read_tasks(path, Tool(form), documents=known, coder=coder, on_error=on_error):
        yield Batch(task.document, task=task)


def _lines(path: Path, form: Format, on_error: OnError | None) -> Iterator[Batch]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield _batch(json.loads(line), form)
            except (StancewireError, ValueError) as error:
                told = InvalidExchange(form, f"{path.name}, line {number}", str(error))
                if on_error is None:
                    raise told from error
                on_error(told)


def _batch(raw: Any, form: Format) -> Batch:
    if form is Format.JUDGEMENTS:
        if not isinstance(raw, dict) or not isinstance(raw.get("judgements"), list):
            raise ValueError('must be an object {"document": {...}, "judgements": [...]}')
        told = tuple(Judgement.from_json(one) for one in raw["judgements"])
        return Batch(Document.from_json(raw.get("document")), told)
    coded = parse(raw)
    listed = tuple(
        SentenceCoding(sentence.start, sentence.end, coding, item.get("coder"), item.get("made_at"))
        for sentence, coding, item in zip(
            coded.sentences, coded.codings, raw["sentences"], strict=True
        )
    )
    return Batch(coded.document, task=Task(coded.document, listed))


def judgements_of(
    batch: Batch,
    *,
    tool: str,
    now: datetime,
    coder: str | None,
    machine: MachineTags | None,
    kind: Kind = Kind.CODING,
) -> list[Judgement]:
    """Make judgements of one article of a file; whole ones stay as they are.

    Raises:
        InvalidJudgement: a coding can't be kept.
    """
    if batch.task is None:
        return list(batch.judgements)
    told = from_task(batch.task, tool=tool, now=now, coder=coder, machine=machine)
    return [replace(one, kind=kind) for one in told]


def write(
    path: Path,
    form: Format,
    judgements: Iterable[Judgement],
    documents: Mapping[str, Document],
) -> int:
    """Write what people said; return the number of articles.

    JSONL holds the settled codings as a labelled file, JUDGEMENTS everything that was ever said,
    the tools' formats each coder's standing codings.
    """
    told = list(judgements)
    if form in (Format.JSONL, Format.AUTO):
        coded = coded_documents(settle(told), documents)
        write_lines((one.to_json() for one in coded), path)
        return len(coded)
    by_document: dict[str, list[Judgement]] = {}
    for one in told if form is Format.JUDGEMENTS else standing(told):
        by_document.setdefault(one.document, []).append(one)
    kept = [(documents[key], listed) for key, listed in sorted(by_document.items())]
    if form is Format.JUDGEMENTS:
        lines = (
            {"document": article.to_json(), "judgements": [one.to_json() for one in listed]}
            for article, listed in kept
        )
        write_lines(lines, path)
    else:
        tasks = (Task(article, tuple(_by_coder(article, listed))) for article, listed in kept)
        write_tasks(tasks, path, Tool(form))
    return len(kept)


def _by_coder(document: Document, judgements: list[Judgement]) -> list[SentenceCoding]:
    """Return codings coder after coder; adjudications go out as their adjudicator's."""
    coded = coded_sentences(document, judgements)
    return sorted(coded, key=lambda item: (item.coder or "", item.start))
