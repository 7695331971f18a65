"""What is read off a document once, before any head looks at it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from labels.actors import ActorRegister, Mention
from labels.document import Document, Sentence
from model.host import find_host
from model.segment import segment
from model.spelled import known

# Words keep inner hyphens, apostrophes and dots ("vice-president", "don't", "U.N."); any other
# visible character is a token of its own. Most words have no dot: they are told first, and once.
TOKEN = re.compile(
    r"\w++(?:[-'’&]\w++)*+(?!\.)"
    r"|\w+(?:[-'’.&]\w+)*\.?(?<=\w\.\w\.)|\w+(?:[-'’&]\w+)*|[^\w\s]"
)

MAX_WORDS = 400  # a longer "sentence" is a table or a list; its tail is not read


@dataclass(init=False, slots=True)
class Word:
    """One token of a sentence.

    Attributes:
        text: as it stands.
        low: in lower case, typographic apostrophes made plain.
        start: first code point in the document.
        end: one past the last.
    """

    text: str
    low: str
    start: int
    end: int

    def __init__(self, text: str, low: str, start: int, end: int) -> None:
        self.text = text
        self.low = low
        self.start = start
        self.end = end


def lowered(text: str) -> str:
    """Return a text in lower case, typographic apostrophes made plain."""
    return text.lower().replace("’", "'")


@lru_cache(maxsize=20_000)
def _low(text: str) -> str:
    return known(lowered(text))


@dataclass(frozen=True, slots=True)
class Analysis:
    """A document cut into sentences and words.

    Attributes:
        document: as it came in.
        sentences: in the order of the text.
        words: the first words of each sentence (`MAX_WORDS` at most), parallel to `sentences`.
        mentions: the words for states, organisations and missions in each sentence, parallel to
            `sentences`.
        named: those in the whole text, also where they leave their sentence.
        headline: those in the title.
        host: alpha-3 code of the state in conflict: the caller's, or the one found; None where
            the text mentions no state.
    """

    document: Document
    sentences: tuple[Sentence, ...]
    words: tuple[tuple[Word, ...], ...]
    mentions: tuple[tuple[Mention, ...], ...]
    named: tuple[Mention, ...]
    headline: tuple[Mention, ...]
    host: str | None


def analyse(document: Document, sentences: Sequence[Sentence] | None = None) -> Analysis:
    """Cut a document; `sentences` given (a coded document's own) are taken as they are."""
    cut = tuple(sentences) if sentences is not None else segment(document.text)
    words = tuple(tuple(_words(document.text, sentence)) for sentence in cut)
    register = ActorRegister.shipped()
    title = document.title or ""
    headline, found = register.find(title), register.find(document.text)
    return Analysis(
        document=document,
        sentences=cut,
        words=words,
        mentions=_by_sentence(found, cut),
        named=found,
        headline=headline,
        host=document.host or find_host(title, headline, document.text, found, register.places),
    )


def _words(text: str, sentence: Sentence) -> list[Word]:
    """Return the first words of a sentence; nothing but white space stands between them."""
    words: list[Word] = []
    at = sentence.start
    for found in TOKEN.findall(text, sentence.start, sentence.end)[:MAX_WORDS]:
        start = text.index(found, at)
        at = start + len(found)
        words.append(Word(found, _low(found), start, at))
    return words


def _by_sentence(
    found: Sequence[Mention], sentences: Sequence[Sentence]
) -> tuple[tuple[Mention, ...], ...]:
    """Deal a text's mentions to its sentences; one that leaves its sentence is dropped."""
    dealt = []
    at = 0
    for sentence in sentences:
        while at < len(found) and found[at].start < sentence.start:
            at += 1
        first = at
        while at < len(found) and found[at].end <= sentence.end:
            at += 1
        dealt.append(tuple(found[first:at]))
    return tuple(dealt)
