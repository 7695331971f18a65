"""Where a document quotes: spans of quotation marks, paragraph by paragraph."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labels.document import Sentence

# A single mark opens before a word and closes behind one. The marks stand first in the pattern, what
# is around them behind: so the text is searched for a few signs alone.
MARK = re.compile(
    r"[\"“”„«»'‘’](?:(?<=[\"“”„«»])|(?<=['‘])(?<!\w.)(?=[\w(\[])|(?<=[\w.,!?;…]['’])(?!\w))"
)
DOUBLE = frozenset('"“”„«»')
PARAGRAPHS_QUOTED = 12  # farther than any list within a quotation
LONGEST_SINGLE = 2000  # single quotes are apostrophes too: a lone one opens nothing longer


@dataclass(slots=True)
class Quoted:
    """How one sentence stands to the quotations around it.

    Attributes:
        spans: quoted [start, end) inside the sentence, marks included.
        share: part of its characters that is quoted, in [0, 1].
        open_before: the quotation at its start began in an earlier sentence.
        open_after: the quotation at its end goes on in the next one, or is never closed.
    """

    spans: tuple[tuple[int, int], ...]
    share: float
    open_before: bool
    open_after: bool


def quotations(text: str, start: int, end: int) -> list[tuple[int, int, bool]]:
    """Return quotations in one paragraph as (start, end, closed), ordered and disjoint.

    A quotation that no mark closes runs to the paragraph's end: so does one of several paragraphs,
    which opens anew in each.
    """
    found: list[tuple[int, int, bool]] = []
    opened, single = -1, False
    for match in MARK.finditer(text, start, end):
        mark, at = match.group(), match.start()
        if opened < 0:
            if _opens(text, at, mark, start):
                opened, single = at, mark not in DOUBLE
        elif single:
            if mark in DOUBLE and at - opened > LONGEST_SINGLE:
                opened, single = at, False
            elif mark in "'’" and not text[at + 1 : at + 2].isalnum():
                found.append((opened, at + 1, True))
                opened = -1
        elif mark in DOUBLE and mark != "“" and mark != "„":
            found.append((opened, at + 1, True))
            opened = -1
    if opened >= 0 and (not single or opened == start):
        found.append((opened, end, False))
    return found


def _opens(text: str, at: int, mark: str, start: int) -> bool:
    if mark in "”»":
        return False
    if mark == '"':  # behind a word, it closes a quotation whose beginning is lost
        return at == start or not (text[at - 1].isalnum() or text[at - 1] in ".,!?")
    if mark == "'":
        follows = text[at + 1 : at + 2]
        return follows.isalnum() and (at == start or text[at - 1] in " \t(\u00a0—–-")
    return mark != "’"


def quoted_sentences(text: str, sentences: Sequence[Sentence]) -> tuple[Quoted, ...]:
    """Return how each sentence is quoted, parallel to `sentences`."""
    groups = list(_paragraphs(sentences))
    spans = [quotations(text, group[0].start, group[-1].end) for group in groups]
    _close_later(text, groups, spans)
    out: list[Quoted] = []
    for group, found in zip(groups, spans, strict=True):
        first = 0
        for sentence in group:
            while first < len(found) and found[first][1] <= sentence.start:
                first += 1
            inside, at = [], first
            while at < len(found) and found[at][0] < sentence.end:
                inside.append(found[at])
                at += 1
            out.append(_quoted(sentence, inside))
    return tuple(out)


def _close_later(
    text: str, groups: Sequence[Sequence[Sentence]], spans: list[list[tuple[int, int, bool]]]
) -> None:
    """Quote whole paragraphs between one that opens a quotation and a later one that closes it.

    Lists within a quotation open no quotation anew, and neither do many press releases.
    """
    opened = -1
    for k, group in enumerate(groups):
        start, end = group[0].start, group[-1].end
        mark = MARK.search(text, start, end)
        if (
            opened >= 0
            and k - opened <= PARAGRAPHS_QUOTED
            and (mark is None or _closes(text, mark))
        ):
            if mark is not None:
                for between in range(opened + 1, k):
                    inner = groups[between]
                    spans[between] = [(inner[0].start, inner[-1].end, False)]
                rest = [span for span in spans[k] if span[0] > mark.start()]
                spans[k] = [(start, mark.end(), True), *rest]
                opened = -1
            continue
        opened = k if spans[k] and not spans[k][-1][2] else -1


def _closes(text: str, mark: re.Match[str]) -> bool:
    if mark.group() in "”»":
        return True
    before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
    return mark.group() == '"' and before in ".,!?;" and before != "" and not after.isalnum()


def _quoted(sentence: Sentence, spans: Sequence[tuple[int, int, bool]]) -> Quoted:
    clipped = tuple((max(a, sentence.start), min(b, sentence.end)) for a, b, _ in spans)
    share = sum(b - a for a, b in clipped) / (sentence.end - sentence.start)
    before = bool(spans) and spans[0][0] < sentence.start
    after = bool(spans) and (
        spans[-1][1] > sentence.end or (spans[-1][1] == sentence.end and not spans[-1][2])
    )
    return Quoted(clipped, share, before, after)


def _paragraphs(sentences: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    group: list[Sentence] = []
    for sentence in sentences:
        if group and sentence.paragraph != group[-1].paragraph:
            yield group
            group = []
        group.append(sentence)
    if group:
        yield group
