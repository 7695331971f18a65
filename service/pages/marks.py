"""A tagged document as marked-up pieces, ready for a template: pure, no HTML here.

It reads the JSON contract, so that what was just tagged and what was stored look the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

PARAGRAPH = "\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text inside a sentence; `actor` and `speaker` say what it is evidence of."""

    text: str
    actor: str | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """One sentence, cut where marks begin and end.

    Attributes:
        number: place in the document, from 1.
        tag: the sentence as it stands in the JSON contract.
        pieces: join to the sentence's text.
        source: number of the sentence that names the speaker, where this one doesn't.
    """

    number: int
    tag: dict[str, Any]
    pieces: tuple[Piece, ...]
    source: int | None = None


def paragraphs(text: str, sentences: Sequence[dict[str, Any]]) -> list[list[Marked]]:
    """Return the sentences of each paragraph, in order; a line break in between parts them."""
    out: list[list[Marked]] = []
    last = 0
    for number, tag in enumerate(sentences, 1):
        if not out or PARAGRAPH in text[last : tag["start"]]:
            out.append([])
        last = tag["end"]
        out[-1].append(
            Marked(number, tag, tuple(pieces(text, tag)), _source(text, number, sentences))
        )
    return out


def pieces(text: str, tag: dict[str, Any]) -> Iterator[Piece]:
    """Cut a sentence at every span of evidence that stands inside it; pieces join to the sentence."""
    start, end = tag["start"], tag["end"]
    actors = [(a["start"], a["end"], a["id"]) for a in tag["proposed_actors"]]
    speaker = tag.get("speaker")
    spoken = []
    if speaker and speaker["start"] is not None:
        spoken = [(speaker["start"], speaker["end"], speaker["name"] or speaker["type"])]
    inside = [(a, b) for a, b, _ in actors + spoken if start <= a < b <= end]
    for left, right in pairwise(sorted({start, end, *(cut for span in inside for cut in span)})):
        yield Piece(
            text[left:right],
            actor=next((name for a, b, name in actors if a <= left and right <= b), None),
            speaker=next((name for a, b, name in spoken if a <= left and right <= b), None),
        )


def _source(text: str, number: int, sentences: Sequence[dict[str, Any]]) -> int | None:
    """Return which sentence names the speaker of the one with this number, if it doesn't itself.

    Where speech is carried, the tag says where the name stands. A pronoun or a surname stands for
    the last longer mention of the same speaker.
    """
    tag = sentences[number - 1]
    speaker = tag.get("speaker")
    if not speaker or speaker["start"] is None:
        return None
    if speaker["carried"]:
        return _holding(speaker["start"], sentences)
    for earlier in range(number - 1, 0, -1):
        other = sentences[earlier - 1].get("speaker") or {}
        if other.get("name") == speaker["name"] and _said(text, other) > _said(text, speaker):
            return _holding(other["start"], sentences)
    return None


def _holding(place: int, sentences: Sequence[dict[str, Any]]) -> int | None:
    found = (n for n, one in enumerate(sentences, 1) if one["start"] <= place < one["end"])
    return next(found, None)


def _said(text: str, speaker: dict[str, Any]) -> int:
    """Return how many words an article uses for a speaker at the place that a tag tells."""
    return 0 if speaker["start"] is None else len(text[speaker["start"] : speaker["end"]].split())
