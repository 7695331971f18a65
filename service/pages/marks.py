"""A tagged document as marked-up pieces, ready for a template: pure, no HTML here."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from model.tag import Tag, TaggedDocument


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text inside a sentence; `actor` and `speaker` say what it is evidence of."""

    text: str
    actor: str | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """One sentence, cut where marks begin and end."""

    number: int
    tag: Tag
    pieces: tuple[Piece, ...]
    text: str


def paragraphs(tagged: TaggedDocument) -> list[list[Marked]]:
    """Return the sentences of each paragraph, in order."""
    text = tagged.document.text
    out: list[list[Marked]] = []
    last = None
    for number, tag in enumerate(tagged.tags, 1):
        if tag.sentence.paragraph != last:
            out.append([])
            last = tag.sentence.paragraph
        start, end = tag.sentence.start, tag.sentence.end
        out[-1].append(Marked(number, tag, tuple(pieces(text, tag)), text[start:end]))
    return out


def pieces(text: str, tag: Tag) -> Iterator[Piece]:
    """Cut a sentence at every span of evidence that stands inside it; pieces join to the sentence."""
    start, end = tag.sentence.start, tag.sentence.end
    actors = [(actor.start, actor.end, actor.id) for actor in tag.proposed_actors]
    speaker = tag.speaker
    spoken = []
    if speaker and speaker.start is not None and speaker.end is not None:
        spoken = [(speaker.start, speaker.end, speaker.name or speaker.type)]
    inside = [(a, b) for a, b, _ in actors + spoken if start <= a < b <= end]
    cuts = sorted({start, end, *(place for span in inside for place in span)})
    for left, right in itertools.pairwise(cuts):
        yield Piece(
            text[left:right],
            actor=next((name for a, b, name in actors if a <= left and right <= b), None),
            speaker=next((name for a, b, name in spoken if a <= left and right <= b), None),
        )
