"""Plain text: one file an article, what else is known of it in its name."""

import re
from collections.abc import Iterator

from labels.document import Document
from service.readers.encoding import decode
from service.readers.fields import build, from_name
from service.readers.record import Opened, ReadOptions, Record, read_whole


def read(opened: Opened, options: ReadOptions) -> Iterator[Record]:
    """Yield the file as one record."""
    data = read_whole(opened, options)

    def parse() -> Document:
        text = decode(data, declared=options.encoding).replace("\r\n", "\n")
        fields = {**from_name(opened.name, options), "text": text.strip("\ufeff\0")}
        return build(fields, options, default_id=opened.name)

    yield Record(opened.name, "", len(data), parse)


def paragraphs(text: str) -> str:
    """Return text whose lines are paragraphs with an empty line between any two."""
    return "\n\n".join(line for raw in text.splitlines() if (line := _squeeze(raw)))


def _squeeze(line: str) -> str:
    return re.sub(r"\s+", " ", line).strip()
