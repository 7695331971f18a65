"""JSONL: one document object a line."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import orjson

from labels.document import Document
from service.readers.encoding import SAMPLE_BYTES, as_bytes_of_lines, decode, guess, lines
from service.readers.fields import ALIASES, FIELDS, build, plain
from service.readers.record import Opened, ReadOptions, Record, UnreadableRecord, unreadable


def read(opened: Opened, options: ReadOptions) -> Iterator[Record]:
    """Yield one record for each line that isn't empty."""
    stream = as_bytes_of_lines(opened.stream, options.encoding)
    if options.encoding is None:
        options = replace(options, encoding=guess(stream.peek(SAMPLE_BYTES)))
    for number, line, size in lines(stream, options.max_record_bytes):
        position = f"line {number}"
        if line is None:
            yield unreadable(opened.name, position, f"a line of {size:,} bytes", size=size)
        elif line.strip():
            yield _record(opened.name, number, line, size, options)


def _record(name: str, number: int, line: bytes, size: int, options: ReadOptions) -> Record:
    return Record(name, f"line {number}", size, lambda: parse_line(line, options))


def parse_line(line: bytes, options: ReadOptions) -> Document:
    """Make the document of one line.

    Raises:
        UnreadableRecord: not JSON, or no key holds the text.
        InvalidDocument: JSON, but no document.
    """
    try:
        raw = orjson.loads(line)
    except orjson.JSONDecodeError:
        try:  # a lone surrogate, an old encoding, a mark at the start of the file
            raw = orjson.loads(decode(line, declared=options.encoding).encode())
        except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
            raise UnreadableRecord(f"not JSON: {error}") from error
    if not isinstance(raw, dict):
        return Document.from_json(raw)
    return build(pick(raw, options), options)


def pick(raw: Mapping[str, object], options: ReadOptions) -> dict[str, object]:
    """Return the fields of a document among an object's keys: as mapped, ours, or usual names.

    Raises:
        UnreadableRecord: no key holds the text.
    """
    picked = {"html": raw["html"]} if "html" in raw and "text" not in raw else {}
    by_plain: dict[str, str] | None = None
    for field in FIELDS:
        key = options.columns.get(field, field)
        if key not in raw and field not in options.columns:
            if by_plain is None:
                by_plain = {plain(str(name)): name for name in raw}
            key = next((by_plain[alias] for alias in ALIASES[field] if alias in by_plain), key)
        if key in raw:
            picked[field] = raw[key]
    if "text" not in picked and "html" not in picked:
        wanted = options.columns.get("text")
        told = f"no key {wanted!r} (for text)" if wanted else "no key holds the text"
        keys = ", ".join(map(str, list(raw)[:20]))
        raise UnreadableRecord(f"{told}; --column text=KEY names it. The keys are {keys}")
    return picked
