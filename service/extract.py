"""The article in a web page: its text, headline, date and outlet (trafilatura)."""

from dataclasses import dataclass

import trafilatura

from labels.errors import InvalidDocument


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page says; texts are None where the page doesn't tell."""

    text: str
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    url: str | None = None


def extract(html: str | bytes, *, url: str | None = None) -> Extracted:
    """Take the article out of a page; its paragraphs are parted by empty lines.

    Raises:
        InvalidDocument: the page holds no article text.
    """
    found = trafilatura.bare_extraction(
        html, url=url, include_comments=False, include_tables=False, with_metadata=True
    )
    text = found.text if found is not None and not isinstance(found, dict) else None
    if found is None or isinstance(found, dict) or not text or not text.strip():
        raise InvalidDocument("no article text found in the page", field="html")
    return Extracted(
        # trafilatura parts paragraphs by one line break; ours are parted by an empty line.
        text="\n\n".join(line.strip() for line in text.splitlines() if line.strip()),
        title=found.title or None,
        published=found.date or None,
        publisher=found.sitename or None,
        url=found.url or url,
    )
