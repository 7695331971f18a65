"""Whose turn it is in a transcript: questions and answers behind labels ("QUESTION:", "MR. LOW:").

```
text, sentences | labels | Turn of each sentence | the figure in whose voice it stands
```

A question is the text's own voice, as long as it gives nobody the word; an answer is its speaker's.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from labels.document import Sentence
from model import source_words as lexicon
from model.cast import Cast, key
from model.issuer import first_person, phrases_in, presented
from model.phrases import Phrase
from model.token_row import Tokens

LABEL = re.compile(
    r"(?P<name>Q(?=[.:]?\s)|[A-Z][\w.'’-]*(?:\s\(?(?:[A-Z][\w.'’-]*|of|for|the)\)?){0,8})"
    r"(?:(?<=Q)[.:]?|\s?:)\s+(?=\S)"
)
ADDRESSED = re.compile(r"((?:[A-Z][\w.'’-]{0,30}\s?){1,3}),\s(?!who\b)")  # "Minister, will you"
# One who speaks before the first label is told from an introduction by these, or by the first person.
GREETING = frozenset(["good", "thank", "thanks", "welcome", "hello"])
LONGEST_LABEL = 80  # characters
ASKED = frozenset(
    [
        "q",
        "question",
        "questioner",
        "journalist",
        "reporter",
        "correspondent",
        "presenter",
        "host",
        "interviewer",
        "moderator",
        "compere",
        "anchor",
    ]
)
ASKED_ALONE = frozenset(["media", "press"])  # and no "PRESS SECRETARY LOW"
ANSWERED = frozenset(["a", "answer", "reply", "response"])  # labels that name nobody


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a transcript.

    Attributes:
        first: index of its first sentence.
        start: first code point of its label in the document.
        name: the label, as it stands in the text.
        after: where the words behind the label begin, and behind the one whom a question addresses.
        asked: it is a question.
    """

    first: int
    start: int
    name: str
    after: int
    asked: bool


def turns_of(text: str, sentences: Sequence[Sentence]) -> tuple[Turn | None, ...]:
    """Return the turn of each sentence; None before the first, and everywhere in other texts.

    A transcript is a text in which a label of a question stands, and another one too.
    """
    labels = [_label(text, i, sentence) for i, sentence in enumerate(sentences)]
    names = Counter(turn.name for turn in labels if turn)
    kept = [
        turn if turn and (turn.asked or _answers(turn.name, names)) else None for turn in labels
    ]
    if {turn.asked for turn in kept if turn} != {True, False}:
        return (None,) * len(sentences)
    out: list[Turn | None] = []
    for turn in kept:
        out.append(turn or (out[-1] if out else None))
    return tuple(out)


def _label(text: str, number: int, sentence: Sentence) -> Turn | None:
    match = LABEL.match(text, sentence.start, min(sentence.end, sentence.start + LONGEST_LABEL))
    if match is None:
        return None
    name = match["name"]
    asked = name.split()[0].lower().strip(".:") in ASKED or name.lower() in ASKED_ALONE
    after = match.end()
    addressed = ADDRESSED.match(text, after, sentence.end) if asked else None
    if addressed and addressed[1].split()[0].lower().strip(".") in lexicon.TITLES:
        after = addressed.end()
    return Turn(number, sentence.start, name, after, asked)


def _answers(name: str, names: Mapping[str, int]) -> bool:
    """Say whether a label names one who answers: "Second:" and "Foreign Affairs:" do not."""
    words = {word.strip(".()").lower() for word in name.split()}
    told = words & (lexicon.SOURCE_NOUNS | lexicon.TITLES | ANSWERED)
    return bool(told) or name.isupper() or names[name] > 1


def labels_of(turns: Sequence[Turn | None]) -> dict[int, Phrase]:
    """Return whom the label of each answer names, by the turn's first sentence."""
    found: dict[int, Phrase] = {}
    for i, turn in enumerate(turns):
        if turn and turn.first == i and not turn.asked and (phrase := _named(turn)):
            found[i] = phrase
    return found


def _named(turn: Turn) -> Phrase | None:
    outer, _, inner = turn.name.partition("(")  # "Official Spokesperson (Ruth Low)"
    if inner:
        named = _read(inner.rstrip(")"), turn, turn.start + len(outer) + 1)
        office = tuple(word.lower() for word in outer.split())
        return named and replace(named, about=(*named.about, *office))
    return None if outer.lower() in ANSWERED else _read(outer, turn, turn.start)


def _read(text: str, turn: Turn, at: int) -> Phrase | None:
    plain = text.title() if text.isupper() else text  # of the same length: offsets hold
    found = phrases_in(plain, at, turn.first)
    if not found:
        return None
    if found[0].kind == "named" or found[0].head not in lexicon.SOURCES:  # "LOW:"
        return replace(found[0], kind="person", name=tuple(plain.split()), heard=True)
    return replace(found[0], heard=True)


def voices_of(
    turns: Sequence[Turn | None],
    labels: Mapping[int, Phrase],
    phrases: Sequence[Sequence[Phrase]],
    tokens: Sequence[Tokens],
    cast: Cast,
    issuer: int | None,
) -> tuple[int | None, ...]:
    """Return in whose voice each sentence of a transcript stands; None for the text's own.

    A label that names an office alone, or nobody, is the one's whom a label named last, or the headline,
    or the introduction; a person is better than an office.
    """
    begin = next((i for i, turn in enumerate(turns) if turn), 0)
    people = [p for line in phrases[:begin] for p in line if presented(p)]
    answers = issuer
    if people and (issuer is None or cast.figures[issuer].kind != "person"):
        answers = cast.of[key(people[0])]
    out: list[int | None] = []
    greeted = False
    for i, turn in enumerate(turns):
        label = labels.get(turn.first) if turn else None
        if label is not None and (label.kind == "person" or answers is None):
            answers = cast.of[key(label)]
        if turn is None:
            greets = not GREETING.isdisjoint([token.low for token in tokens[i]])
            greeted = greeted or greets or first_person(tokens[i])
        silent = turn.asked if turn else not greeted
        out.append(None if silent else answers)
    return tuple(out)
