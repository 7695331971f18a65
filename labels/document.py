"""Articles and the places of sentences in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labels.errors import InvalidDocument

OPTIONAL_TEXT = ("title", "url", "publisher", "published", "host", "conflict")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where one sentence stands in its document's text.

    Attributes:
        start: first code point of the sentence.
        end: one past its last; `text[start:end]` has no white space at its ends.
        paragraph: number of its paragraph in the text, from 0.
    """

    start: int
    end: int
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One article as it came in.

    Attributes:
        id: unique within its source.
        text: the article without its headline; offsets everywhere are code points into it.
        title: the headline.
        url: where it was published.
        publisher: the outlet.
        published: ISO 8601 date or date-time, as given.
        host: ISO 3166 alpha-3 code of the state in conflict, where the caller knows it.
        conflict: the caller's name for the conflict.
    """

    id: str
    text: str
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    published: str | None = None
    host: str | None = None
    conflict: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the document as a JSON object, without the fields that are not known."""
        known = {"id": self.id, "text": self.text}
        return known | {
            key: value for key in OPTIONAL_TEXT if (value := getattr(self, key)) is not None
        }

    @classmethod
    def from_json(cls, raw: object) -> "Document":
        """Read one document object; fields that stancewire doesn't know are passed over.

        Raises:
            InvalidDocument: not an object, a field of the wrong type, no text, or text that is not
                valid Unicode (a lone surrogate) or holds a NUL.
        """
        if not isinstance(raw, Mapping):
            raise InvalidDocument('must be an object such as {"id": "a1", "text": "..."}')
        text = _text(raw, "text")
        if text is None or not text.strip():
            raise InvalidDocument("must be a string with something in it", field="text")
        identity = raw.get("id")
        if isinstance(identity, int) and not isinstance(identity, bool):
            identity = str(identity)
        if not isinstance(identity, str) or not identity:
            raise InvalidDocument("must be a string that is not empty", field="id")
        _refuse_unreadable(identity, "id")
        return cls(id=identity, text=text, **{key: _text(raw, key) for key in OPTIONAL_TEXT})


def _text(raw: Mapping[str, Any], field: str) -> str | None:
    value = raw.get(field)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidDocument(f"must be a string, not {type(value).__name__}", field=field)
    _refuse_unreadable(value, field)
    return value


def _refuse_unreadable(value: str, field: str) -> None:
    # No database column and no XML file holds a NUL; where one stands, the bytes were not text.
    if (place := value.find("\0")) >= 0:
        raise InvalidDocument(
            f"holds a NUL character at position {place}: is it a binary file?", field=field
        )
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidDocument(
            f"holds a lone surrogate at position {error.start}: not valid Unicode", field=field
        ) from error
