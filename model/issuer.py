"""Who issued a document that has one voice: a press release, a statement, a speech.

Where nobody else is given the word, such a text is its issuer's, quotation marks or none. A text that
says "I" or "we" outside quotations, yet not whose it is, has a principal: who may speak in any sentence.
"""

import re
from collections.abc import Iterator, Sequence

from labels.document import Document
from model import source_words as lexicon
from model.analysis import TOKEN, Word, lowered
from model.cast import OPENING, Cast, key
from model.phrases import Phrase, phrases_of
from model.quotes import Quoted
from model.token import Token
from model.tokens import tokens_of

ENDS = (
    r"(?:\s+(?i:on|at|in|to|about|regarding|following|concerning|before|after|marking)\b|[:.(]|$)"
)
# "Statement by President X on the crisis": the whole text is X's.
ISSUED = re.compile(
    r"(?i:(?:joint |press |full |opening )*"
    r"(?:statement|remarks|speech|address|message|open letter|testimony|communiqu[eé]|commentary|answers|replies)"
    r"\s+(?:by|from|of|to the \w+ by))\s+(.{3,120}?)" + ENDS
)
# "Press briefing by X", "Transcript of doorstop interview with X": so are its answers.
HELD = re.compile(
    r"(?i:(?:conference|briefing|stakeout|doorstop|interview|availability|q&a)\s+(?:by|with|of)|interview:)"
    r"\s+(.{3,120}?)" + ENDS
)
# a headline that names whose briefing it is: "Ministry of X: weekly press briefing"
HOLDS = re.compile(
    r"(.{3,80}?)(?::|['’]s?\b)\s+(?i:(?:\w+ ){0,6}(?:answers|briefing|conference|meeting|remarks|interview))"
)
# "press release: Senator X (Party)", as archives of releases name their publisher
RELEASED = re.compile(
    r"(?i:(?:press|news|media) (?:release|statement)|statement|communiqu[eé])\s*(?::|by|from)\s*"
    r"([^\n:]{3,120})"
)
# a headline that quotes: "Minister must come clean: Hollis"; and "Nkosi: operation a debacle"
ENDS_WITH_NAME = re.compile(r":\s*((?:[A-Z][\w'’-]{1,30}\s?){1,3})$")
BEGINS_WITH_NAME = re.compile(r"((?:[A-Z][\w'’-]{1,30}\s?){1,3}):\s")
STATEMENT = re.compile(
    r"\b(?:statement|remarks|speech|address|press release|communiqu[eé]|testimony|open letter)\b",
    re.IGNORECASE,
)
WE = frozenset(word for word, who in lexicon.PRONOUNS.items() if who in lexicon.OURSELVES)
FIRST_PERSON = WE | {"my", "our", "me", "us"}
OCCASIONS = frozenset(["press", "briefing", "conference", "questions", "transcript", "interview"])
FEWEST_FIRST_PERSON = 2  # sentences outside quotation marks


def announced(document: Document, *, transcript: bool = False) -> Phrase | None:
    """Return who issued the text where its headline, first line or publisher says so.

    In a transcript it is who answers; a person is better than an office.
    """
    named = _names(document, transcript=transcript)
    found = [phrase for name, at in named for phrase in phrases_in(name, at)]
    people = [phrase for phrase in found if transcript and presented(phrase)]
    return next(iter([*people, *found]), None)


def _names(document: Document, *, transcript: bool) -> Iterator[tuple[str, int]]:
    """Yield what may name the issuer, best first, and a place that no sentence has."""
    title, first_line = document.title or "", document.text[:200].split("\n", 1)[0]
    for line in (title, first_line):
        if match := ISSUED.search(line) or (transcript and HELD.search(line)):
            yield match.group(1), match.start(1) - len(line) - 1
    if match := RELEASED.search(document.publisher or ""):
        yield match.group(1).split("(")[0].split(" and ")[0], -len(match.group()) - 1
    for line in (title, first_line):
        if transcript and (match := HOLDS.match(line)):
            yield match.group(1), -len(line) - 1


def presented(phrase: Phrase) -> bool:
    """Say whether a phrase names a person and tells an office or title: "New York" may look like a name."""
    named = {word.lower() for word in phrase.name}
    told = not lexicon.SOURCES.isdisjoint(phrase.about)
    return phrase.kind == "person" and told and OCCASIONS.isdisjoint(named)


def phrases_in(text: str, at: int, number: int = -1) -> list[Phrase]:
    """Return the phrases of some words that are no sentence's, or a label of sentence `number`.

    A pronoun names nobody. `at` is where the words stand; negative in a headline.
    """
    words = [
        Word(m.group(), lowered(m.group()), m.start() + at, m.end() + at)
        for m in TOKEN.finditer(text)
    ]
    none = Quoted((), 0.0, open_before=False, open_after=False)
    found = phrases_of(number, tokens_of(words, none))
    return [] if found and found[0].kind == "pronoun" else found


def one_voice(
    document: Document,
    phrases: Sequence[Sequence[Phrase]],
    tokens: Sequence[Sequence[Token]],
    cast: Cast,
) -> int | None:
    """Return the one person who is given the word in a text that is a release or a statement.

    A headline that quotes a name ("...: Hollis"), or that calls the text a statement of which some
    sentences say "I" or "we", makes it one, as long as nobody else speaks.

    Returns:
        index of the figure in the cast, or None.
    """
    people = list(_heard(phrases, cast))
    if not people or any(figure != people[0][1] for _, figure in people):
        return None
    sentence, figure = people[0]
    if sentence >= OPENING:
        return None
    title = document.title or ""
    named = ENDS_WITH_NAME.search(title) or BEGINS_WITH_NAME.match(title)
    if named and _is(named.group(1), cast.figures[figure].words):
        return figure
    if STATEMENT.search(title) and sum(map(first_person, tokens)) >= FEWEST_FIRST_PERSON:
        return figure
    return None


def principal(
    phrases: Sequence[Sequence[Phrase]], tokens: Sequence[Sequence[Token]], cast: Cast
) -> int | None:
    """Return whose "I" or "we" a text says outside quotations, where nothing says who issued it.

    It is the one person who is given the word; where there is none, the source that the text opens with.

    Returns:
        index of the figure in the cast, or None.
    """
    if not any(first_person(sentence, WE) for sentence in tokens):
        return None
    people = {figure for _, figure in _heard(phrases, cast)}
    if people:
        return people.pop() if len(people) == 1 else None
    opening = (p for p in phrases[0] if p.kind != "pronoun" and (p.heard or "initial" in p.cues))
    return next((cast.of[key(phrase)] for phrase in opening), None)


def _heard(phrases: Sequence[Sequence[Phrase]], cast: Cast) -> Iterator[tuple[int, int]]:
    """Yield sentence and figure of each person who is given the word."""
    for i, sentence in enumerate(phrases):
        for phrase in sentence:
            if phrase.kind == "person" and phrase.heard:
                yield i, cast.of[key(phrase)]


def _is(name: str, words: set[str]) -> bool:
    """Say whether a headline's name is a figure's: every word of it, titles aside."""
    said = {word.strip(".").lower() for word in name.split()} - lexicon.TITLES
    return bool(said) and said <= words


def first_person(tokens: Sequence[Token], words: frozenset[str] = FIRST_PERSON) -> bool:
    """Say whether a sentence says one of some words of the first person; "US" and "World War I" are none."""
    return any(token.low in words and token.kind != "C" for token in tokens)
