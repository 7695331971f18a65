"""doccano's JSONL for sequence labelling: labels such as `stance=favor` over whole sentences.

The project must allow overlapping spans, since a sentence bears several labels. doccano doesn't
tell what was suggested from what a person confirmed: export approved documents only.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from labels.document import OPTIONAL_TEXT, Document
from labels.errors import InvalidCoding
from labels.exchange.files import OnError, known_fields, placing, read_lines, write_lines
from labels.exchange.task import SentenceCoding, Task, check_span, read_coding, read_time
from labels.scheme import CODEBOOK, Coding, Scheme

TOOL = "doccano"
MAX_LABEL = 100  # doccano's column; what is longer stands in the line's `long_labels`
SINGLE = ("stance", "speaker_type", "speaker")


def to_json(task: Task) -> Iterator[dict[str, Any]]:
    """Return one line a coder; where nobody has coded, one line a version with its suggestions."""
    shown = task.codings or task.suggestions
    for (coder, coded_at, example), group in groupby(shown, key=_session):
        labels: list[list[object]] = []
        long: list[str] = []
        for item in group:
            for label in _labels_of(item.coding):
                short = _short(label)
                if short != label and label not in long:
                    long.append(label)
                labels.append([item.start, item.end, short])
        line: dict[str, Any] = {"text": task.document.text, "label": labels}
        line |= {"document_id": task.document.id, **known_fields(task.document)}
        optional = {"coder": coder, "coded_at": coded_at, "id": example, "long_labels": long}
        yield line | {key: value for key, value in optional.items() if value}


def _session(item: SentenceCoding) -> tuple[str | None, str | None, int | str | None]:
    return item.coder, item.coded_at, item.tool_ids.get("example")


def _labels_of(coding: Coding) -> Iterator[str]:
    for field in SINGLE:
        if (value := getattr(coding, field)) is not None:
            yield f"{field}={value}"
    for actor in coding.proposed_actors:
        yield f"actor={actor}"


def _short(label: str) -> str:
    if len(label) <= MAX_LABEL:
        return label
    digest = hashlib.sha256(label.encode()).hexdigest()[:8]
    return f"{label[: MAX_LABEL - 9]}…{digest}"


def from_json(raw: object, *, coder: str | None = None, scheme: Scheme = CODEBOOK) -> Task:
    """Read one exported line; a label that is a bare stance ("favor") counts as one.

    Args:
        raw: the line's object.
        coder: who coded, where the line doesn't say (doccano names a file after each person).
        scheme: the label names.

    Raises:
        InvalidDocument: no article in it.
        InvalidCoding: a span can't be read.
    """
    line = raw if isinstance(raw, Mapping) else {}
    known = {key: line.get(key) or None for key in OPTIONAL_TEXT}
    identity = line.get("document_id") or line.get("id")
    document = Document.from_json({"id": identity, "text": line.get("text"), **known})
    long = {_short(label): label for label in line.get("long_labels") or []}
    spans: dict[tuple[int, int], dict[str, Any]] = {}
    for number, (start, end, label) in enumerate(_spans(line)):
        try:
            fields = spans.setdefault(check_span(document.text, start, end), {})
            _take(long.get(label, label), fields, scheme)
        except InvalidCoding as error:
            raise InvalidCoding(error.reason, field=f"label[{number}].{error.field}") from error
    example = line.get("id")
    ids = {"example": example} if isinstance(example, int) and "document_id" in line else {}
    coded = tuple(
        SentenceCoding(
            start,
            end,
            read_coding(fields, scheme),
            coder=line.get("coder") or coder,
            coded_at=read_time(line.get("coded_at")),
            tool_ids=ids,
        )
        for (start, end), fields in sorted(spans.items())
    )
    return Task(document, coded)


def _spans(line: Mapping[str, Any]) -> Iterator[tuple[object, object, str]]:
    """The spans of both of doccano's forms: lists of three, or entities."""
    for item in line.get("label") or line.get("labels") or []:
        if not isinstance(item, list) or len(item) != 3:
            raise InvalidCoding("must be [start, end, label]", field="label")
        yield item[0], item[1], str(item[2])
    for item in line.get("entities") or []:
        yield item.get("start_offset"), item.get("end_offset"), str(item.get("label"))


def _take(label: str, fields: dict[str, Any], scheme: Scheme) -> None:
    name, _, value = label.partition("=") if "=" in label else ("stance", "=", label)
    if name == "actor":
        fields.setdefault("proposed_actors", []).append(value)
        return
    if name not in SINGLE or (name == "stance" and value not in scheme.stances):
        raise InvalidCoding(f"{label!r} is no label of the codebook", field="label")
    if fields.setdefault(name, value) != value:
        raise InvalidCoding(f"both {fields[name]!r} and {value!r}", field=name)


def read(
    path: Path, *, coder: str | None = None, on_error: OnError | None = None
) -> Iterator[Task]:
    """Read an exported file; where the lines name no coder, it is `coder`, or else the file's name.

    Raises:
        InvalidExchange: a line is at fault and `on_error` is None.
    """
    for place, raw in read_lines(path, TOOL, on_error):
        with placing(TOOL, place, on_error):
            yield from_json(raw, coder=coder or path.stem)


def write(tasks: Iterable[Task], path: Path) -> None:
    """Write lines for import, one after the other."""
    write_lines((line for task in tasks for line in to_json(task)), path)
