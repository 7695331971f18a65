"""Cuts the prose of a news article into paragraphs and sentences.

```
text | lines | paragraphs | stops (". ! ?" and what closes after them) | is it an end? | sentences
```

Every step looks at a bounded window, so the time is linear in the text, whatever the text holds.
Measured against sentencex, blingfire and pysbd in benchmarks/segmentation.py.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from labels.document import Sentence
from model import abbreviations

LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
# Always matches at a stop, and takes the whole run: nothing is scanned twice.
STOP = re.compile(r"[.!?…。！？؟۔।॥]+[\"'”’»›)\]}.!?…]*")
UNSPACED_STOPS = frozenset("。！？")
WORD_BEFORE = re.compile(r"[\w.&]+$")
NEXT = re.compile(r"\s+([\"'“‘„«‹(\[{¿¡—–*•-]{0,4}\s?)([\w'’-]{0,24})")
SPACED_CLOSER = re.compile(r"\s[\"”’](?=\s|$)")
SPACED_DOTS = re.compile(r"\s?\.")
LIST_ITEM = re.compile(r"(?:[-–—*•·▪]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
LIST_MARK = re.compile(r"[\s(\[\"'“‘*•-]*(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})$")
# A name and a reporting verb right behind a quotation: '"Who will pay?" Mr. Sarr asked.'
ATTRIBUTION = re.compile(
    r"\s+(?:(?:the|[A-Z][\w.'’-]{0,30})\s+){1,6}"
    r"(?:said|says|asked|asks|added|wrote|told|shouted|cried|replied|answered|demanded|exclaimed)"
    r"(?:[.,;:]|\s+(?:in|on|at|during|after|before|when|as|through|by|reporters|[A-Z][a-z]{2,8}day)\b)"
)
ARABIC_NAME = re.compile(r"(?:al|el|an|as|ash|ad|ar|at|az)-\w")
WINDOW = 32  # longest abbreviation with the word before it
SHORT_LINE = 45  # a wrapped line is longer than this, or ends its paragraph


def segment(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text: ordered, disjoint, stripped, covering all that is visible."""
    return tuple(
        Sentence(first, last, number)
        for number, (start, end) in enumerate(paragraphs(text))
        for first, last in _sentences(text, start, end)
    )


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Return [start, end) of each paragraph, stripped.

    A blank line always ends one. A single line break ends one where the article writes a line a
    paragraph, and is mere white space where its lines are wrapped at a width.
    """
    lines = list(_lines(text))
    breaks = _one_line_a_paragraph(text, lines)
    found: list[tuple[int, int]] = []
    for start, end, after_blank in lines:
        joins = (
            found
            and not after_blank
            and not breaks
            and not LIST_ITEM.match(text, start, end)
            and not (_ends_a_sentence(text, found[-1][1]) and end_is_short(text, found[-1][1]))
        )
        if joins:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def end_is_short(text: str, end: int) -> bool:
    """Say whether the line that ends at `end` is too short to have been wrapped."""
    window = text[max(0, end - SHORT_LINE) : end]
    return end <= SHORT_LINE or "\n" in window


def _lines(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield each line that shows something: stripped [start, end), and whether a blank precedes."""
    before = 0
    for match in LINE.finditer(text):
        if stripped := match.group().strip():
            start = match.start() + match.group().index(stripped[0])
            gap = text[before:start].replace("\r\n", "\n")
            n_breaks = sum(gap.count(mark) for mark in "\n\r\v\x85\u2028")
            blank = n_breaks > 1 or "\u2029" in gap or "\f" in gap
            yield start, start + len(stripped), blank and before > 0
            before = start + len(stripped)


def _one_line_a_paragraph(text: str, lines: Sequence[tuple[int, int, bool]]) -> bool:
    """Say whether single line breaks end paragraphs: most lines before one end a sentence."""
    ends = [_ends_a_sentence(text, a[1]) for a, b in pairwise(lines) if not b[2]]
    return bool(ends) and sum(ends) * 2 >= len(ends)


def _ends_a_sentence(text: str, end: int) -> bool:
    return text[max(0, end - 3) : end].rstrip("\"'”’»)]")[-1:] in tuple(".!?:…。！？؟")


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield stripped [start, end) of the sentences of one paragraph."""
    first, counted, n_quotes = start, start, 0
    for stop in STOP.finditer(text, start, end):
        if stop.end() <= first:
            continue
        n_quotes += text.count('"', counted, stop.end())
        counted = stop.end()
        last = stop.end()
        closer = SPACED_CLOSER.match(text, last, end)
        if closer and (n_quotes % 2 or closer.group()[1] != '"'):
            last = closer.end()  # tokenised text: the quote that closes stands apart
        if last >= end or not _is_end(text, first, stop, last, end):
            continue
        yield first, last
        first = last
        while text[first].isspace():
            first += 1
    if first < end:
        yield first, end


def _is_end(text: str, first: int, stop: re.Match[str], last: int, limit: int) -> bool:
    """Say whether a sentence that began at `first` ends with `stop`, whose closers end at `last`."""
    mark = stop.group()
    if mark[0] in UNSPACED_STOPS:
        return True
    following = NEXT.match(text, last, limit)
    if following is None or SPACED_DOTS.match(text, last, limit):
        return False
    opener, word = following.groups()
    quoted = last > stop.end() or any(closer in mark for closer in "\"”’'»›")
    if word and word[0].islower() and not ARABIC_NAME.match(word):
        return False
    if mark[0] not in ".…":
        return not (quoted and not opener.strip() and ATTRIBUTION.match(text, last, limit))
    if text[stop.start() - 1 : stop.start()] in ("[", "(") and stop.start() > first:
        return False  # "[...]" leaves words out, and ends nothing
    before = WORD_BEFORE.search(text, max(first, stop.start() - WINDOW), stop.start())
    if before is None and text[stop.start() - 2 : stop.start()] != ". ":
        return True  # behind a sign: "rose by 5%. The"
    if mark.startswith(("..", "…")) or before is None:
        return bool(quoted or opener.strip() or abbreviations.starts_sentence(word))
    if stop.start() - first < 8 and LIST_MARK.match(text[first : stop.start()]):
        return False  # "1. Send troops": the number of a list
    return _ends_behind(text, before, word, number=word[:1].isdigit(), quoted=quoted)


def _ends_behind(
    text: str, before: re.Match[str], word: str, *, number: bool, quoted: bool
) -> bool:
    """Say whether a full stop behind a word ends a sentence, given the word that follows."""
    token = before.group().lstrip(".")
    kind = abbreviations.kind_of(token)
    if kind is abbreviations.Kind.TITLE:
        return False
    if kind is abbreviations.Kind.COUNTED:
        return not number
    if kind is abbreviations.Kind.HOUR:
        return not abbreviations.continues_time(word)
    if kind is abbreviations.Kind.EITHER or kind is abbreviations.Kind.MONTH:
        return quoted or abbreviations.starts_sentence(word) or _follows_plan(text, before)
    return True


def _follows_plan(text: str, before: re.Match[str]) -> bool:
    """Say whether a lone letter is a name of a thing ("Plan B.") and not an initial."""
    lead = text[max(0, before.start() - 12) : before.start()].split()
    return len(before.group()) == 1 and bool(lead) and lead[-1] in abbreviations.BEFORE_LETTER
