"""Tagged documents as they leave: version 1 of the JSON contract, with the source's metadata."""

from typing import Any

from model.tag import TaggedDocument

METADATA = ("title", "publisher", "published", "url", "host")


def tagged_json(tagged: TaggedDocument, *, with_text: bool = False) -> dict[str, Any]:
    """Return the contract's object, plus `document` with what is known of the source.

    Args:
        tagged: one tagged document.
        with_text: add the text itself, where the receiver doesn't have it (it sent a web page).
    """
    out = tagged.to_json()
    source = {
        key: value for key in METADATA if (value := getattr(tagged.document, key)) is not None
    }
    if with_text:
        source["text"] = tagged.document.text
    if source:
        out["document"] = source
    return out
