"""What is read off a document once, before any head looks at it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from labels.document import Document, Sentence
from model.segment import segment

# Words keep inner hyphens, apostrophes and dots ("vice-president", "don't", "U.N."); any other
# visible character is a token of its own.
TOKEN = re.compile(r"\w+(?:[-'’.&]\w+)*\.?(?<=\w\.\w\.)|\w+(?:[-'’&]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Word:
    """One token of a sentence, at [start, end) code points of the document."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """A document cut into sentences and words.

    Attributes:
        document: as it came in.
        sentences: in the order of the text.
        words: the words of each sentence, parallel to `sentences`.
    """

    document: Document
    sentences: tuple[Sentence, ...]
    words: tuple[tuple[Word, ...], ...]


def analyse(document: Document, sentences: Sequence[Sentence] | None = None) -> Analysis:
    """Cut a document; `sentences` given (a coded document's own) are taken as they are."""
    cut = tuple(sentences) if sentences is not None else segment(document.text)
    words = tuple(
        tuple(
            Word(match.group(), match.start(), match.end())
            for match in TOKEN.finditer(document.text, sentence.start, sentence.end)
        )
        for sentence in cut
    )
    return Analysis(document=document, sentences=cut, words=words)
