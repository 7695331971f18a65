"""Prodigy's JSONL: one task a sentence, the stance as a choice, the rest as form fields.

Prodigy compares annotators by `_input_hash`, so the same sentence must bear the same hash in
everybody's file: hashes that came in go out again, and new ones hang on document and place only.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from labels.document import Document
from labels.errors import InvalidCoding, InvalidDocument
from labels.exchange.files import OnError, known_fields, placing, read_lines, write_lines
from labels.exchange.task import SentenceCoding, Task, check_span, read_coding, stand_in
from labels.scheme import CODEBOOK, Scheme

TOOL = "Prodigy"
HASHES = ("_input_hash", "_task_hash")


def to_json(task: Task, scheme: Scheme = CODEBOOK) -> Iterator[dict[str, Any]]:
    """Return one task a coded sentence; suggestions come without an answer, to be reviewed."""
    for item, suggested in task.items():
        coding = item.coding
        line: dict[str, Any] = {
            "text": task.document.text[item.start : item.end],
            "meta": {
                "id": task.document.id,
                "start": item.start,
                "end": item.end,
                **known_fields(task.document),
            },
            "options": [{"id": stance, "text": stance} for stance in scheme.stances],
            "accept": [coding.stance],
            "speaker_type": coding.speaker_type or "",
            "speaker": coding.speaker or "",
            "proposed_actors": ", ".join(coding.proposed_actors),
            "_view_id": "choice",
            **_hashes(task.document.id, item),
        }
        if suggested:
            line["meta"] |= {"model_version": item.coder, "score": item.score}
        else:
            line["answer"] = "accept"
            if item.coder is not None:
                line |= {"_annotator_id": item.coder, "_session_id": item.coder}
            if item.coded_at is not None:
                line["_timestamp"] = _seconds(item.coded_at)
        yield line


def _seconds(coded_at: str) -> int:
    """Seconds since 1970; a time without a zone is taken for UTC."""
    time = datetime.fromisoformat(coded_at)
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())


def _hashes(identity: str, item: SentenceCoding) -> dict[str, int | str]:
    place = f"{identity}\n{item.start}\n{item.end}"
    made = {name: _hash(f"{name}\n{place}") for name in HASHES}
    return made | {name: item.tool_ids[name] for name in HASHES if name in item.tool_ids}


def _hash(text: str) -> int:
    """A signed 32-bit number, as Prodigy's own hashes are."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big", signed=True)


def from_json(
    raw: object, scheme: Scheme = CODEBOOK
) -> tuple[dict[str, Any], SentenceCoding | None]:
    """Read one line.

    Returns:
        What the line tells of the document (its `meta` and the sentence's text), and the coding;
        None where the annotator rejected or ignored the task, or chose nothing.

    Raises:
        InvalidDocument: the line doesn't say from which document it comes.
        InvalidCoding: a value can't be read.
    """
    line = raw if isinstance(raw, Mapping) else {}
    meta, text = line.get("meta"), line.get("text")
    if not isinstance(meta, Mapping) or meta.get("id") is None or not isinstance(text, str):
        raise InvalidDocument("needs meta with id, start and end, as stancewire writes it")
    start, end = meta.get("start"), meta.get("end")
    if type(start) is not int or type(end) is not int or end - start != len(text):
        raise InvalidCoding("start and end don't fit the text's length", field="meta")
    check_span(" " * end, start, end)
    known = {**meta, "text": text}
    chosen = line.get("accept") or []
    if line.get("answer", "accept") != "accept" or not chosen:
        return known, None
    if not isinstance(chosen, list) or len(chosen) != 1:
        raise InvalidCoding(f"{chosen!r}: one stance, please", field="accept")
    suggested = "answer" not in line
    seconds = line.get("_timestamp")
    coding = SentenceCoding(
        start,
        end,
        read_coding({**line, "stance": chosen[0]}, scheme),
        coder=meta.get("model_version") if suggested else line.get("_annotator_id"),
        coded_at=datetime.fromtimestamp(seconds, UTC).isoformat() if seconds is not None else None,
        score=meta.get("score") if suggested else None,
        tool_ids={name: line[name] for name in HASHES if name in line},
    )
    return known | {"suggested": suggested}, coding


def read(
    path: Path,
    *,
    documents: Mapping[str, Document] | None = None,
    on_error: OnError | None = None,
) -> Iterator[Task]:
    """Read an exported file; all of it before the first task, since sentences may be mixed.

    Args:
        path: the file.
        documents: articles by id; for those that are not there the sentences' own text stands in.
        on_error: takes faulty lines; without it the first one stops the reading.

    Raises:
        InvalidExchange: a line is at fault and `on_error` is None.
    """
    lines: dict[str, list[tuple[dict[str, Any], SentenceCoding | None]]] = {}
    for place, raw in read_lines(path, TOOL, on_error):
        with placing(TOOL, place, on_error):
            known, coding = from_json(raw)
            lines.setdefault(str(known["id"]), []).append((known, coding))
    for identity, found in lines.items():
        places = {(known["start"], known["end"], known["text"]) for known, _ in found}
        document = (documents or {}).get(identity) or stand_in(found[0][0], places)
        with placing(TOOL, f"document {identity}", on_error):
            for start, end, text in places:
                if document.text[start:end] != text:
                    raise InvalidCoding(
                        f"[{start}, {end}) of the article isn't {text!r}", field="meta"
                    )
            yield Task(
                document,
                tuple(coding for known, coding in found if coding and not known["suggested"]),
                tuple(coding for known, coding in found if coding and known["suggested"]),
            )


def write(tasks: Iterable[Task], path: Path) -> None:
    """Write lines for Prodigy, one after the other."""
    write_lines((line for task in tasks for line in to_json(task)), path)
