"""Cuts the prose of a news article into paragraphs and sentences."""

import re

from labels.document import Sentence

PARAGRAPH = re.compile(r"\n\s*\n")
BOUNDARY = re.compile(
    r"(?<=[.!?][\"”’')])\s+(?=[\"“‘(]?[A-Z0-9])|(?<=[.!?])\s+(?=[\"“‘(]?[A-Z0-9])"
)


def segment(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text: ordered, disjoint, stripped, covering all that is visible."""
    sentences = []
    start = 0
    breaks = [(m.start(), m.end()) for m in PARAGRAPH.finditer(text)] + [(len(text), len(text))]
    for number, (stop, following) in enumerate(breaks):
        cuts = [m.end() for m in BOUNDARY.finditer(text, start, stop)] + [stop]
        for end in cuts:
            piece = text[start:end]
            if stripped := piece.strip():
                first = start + len(piece) - len(piece.lstrip())
                sentences.append(Sentence(first, first + len(stripped), number))
            start = end
        start = following
    return tuple(sentences)
