"""The article in a web page: its text, headline, date and outlet (trafilatura)."""

from dataclasses import dataclass

from labels.errors import InvalidDocument

# Dates as the page gives them: neither guessed from stray digits nor bounded by today, for an
# archive run that resumes tomorrow must write the same bytes.
DATES = {"original_date": True, "extensive_search": False, "max_date": "2200-01-01"}


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
    import trafilatura  # noqa: PLC0415 - a third of a second that a server needn't wait for

    found = trafilatura.bare_extraction(
        html,
        url=url,
        include_comments=False,
        include_tables=False,
        with_metadata=True,
        date_extraction_params=dict(DATES),
    )
    text = found.text if found is not None and not isinstance(found, dict) else None
    if found is None or isinstance(found, dict) or not text or not text.strip():
        raise InvalidDocument("no article text found in the page", field="html")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and lines[0] == found.title:
        del lines[0]  # a document's text is the article without its headline
    return Extracted(
        # trafilatura parts paragraphs by one line break; ours are parted by an empty line.
        text="\n\n".join(lines),
        title=found.title or None,
        published=found.date or None,
        publisher=found.sitename or None,
        url=found.url or url,
    )
