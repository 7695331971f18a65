"""Who is who in one document: phrases that name the same source are put together.

A *figure* is a person, body or group that the document names, with every phrase that names it.
Pronouns and bare descriptions ("the minister") are resolved to figures while speakers are decided,
since they stand for whoever spoke last and fits.
"""

from collections.abc import Sequence, Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache

from model import source_words as lexicon
from model.analysis import lowered
from model.phrases import Phrase

ARTICLES = frozenset(
    [
        "the",
        "a",
        "an",
        "its",
        "his",
        "her",
        "their",
        "this",
        "that",
        "these",
        "those",
        "mr",
        "mrs",
        "ms",
        "dr",
    ]
)
INTRODUCED = 6  # sentences within which "a top official" gets his name
AT_ONCE = 2  # sentences within which a like office, or none at all, will do
# Sentences in which a text names the person of its headline, or who holds its issuer's office.
OPENING = 3
REACH = 60  # how many speakers back a pronoun or a description may reach


@dataclass(slots=True)
class Figure:
    """One source of a document.

    Attributes:
        kind: person, named or group.
        phrases: the phrases that name it, in order.
        words: every content word of its names, in lower case.
        heads: the nouns that its phrases and appositions use for it.
        gender: "he", "she" or "" where nothing tells.
        plural: it is several people.
        known: every word that its names and descriptions use, in lower case.
        name: the fullest form that the document gives.
    """

    kind: str
    phrases: list[Phrase] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    heads: set[str] = field(default_factory=set)
    gender: str = ""
    plural: bool = False

    known: set[str] = field(default_factory=set)
    name: str = ""

    @property
    def told(self) -> bool:
        """Whether any phrase says what it is, beside its name."""
        return bool(self.heads & lexicon.SOURCES)

    @property
    def first(self) -> Phrase | None:
        """The first phrase of a sentence, not of the headline, that names it."""
        return next((phrase for phrase in self.phrases if phrase.start >= 0), None)

    def add(self, phrase: Phrase) -> None:
        """Take in one more phrase."""
        self.phrases.append(phrase)
        better = phrase.kind == "person" and self.kind != "person"
        if better:
            self.kind = "person"
        fuller = len(content(phrase.text)) > len(content(self.name))
        if better or not self.name or (fuller and phrase.kind == self.kind):
            self.name = phrase.text
        self.words |= content(" ".join(phrase.name) if phrase.name else phrase.text)
        about = {word.strip(".").removesuffix("'s") for word in phrase.about}
        self.known |= about
        self.heads |= about & lexicon.SOURCES | {phrase.head}
        if not self.gender:
            self.gender = "he" if about & lexicon.MALE else "she" if about & lexicon.FEMALE else ""
        if phrase.kind == "group":
            self.plural = phrase.head.endswith("s") or phrase.head in ("people", "police")


def _initials(text: str) -> str:
    """Return "crg" for "the Coastal Relief Group"; "" where a name has one word."""
    capitals = [word[0] for word in text.split() if word[0].isupper()]
    return "".join(capitals).lower() if len(capitals) > 1 else ""


@lru_cache(maxsize=20_000)
def content(text: str) -> frozenset[str]:
    """Return the words of a name that tell it from others, in lower case."""
    words = lowered(text).replace("-", " ").split()
    bare = {word.strip(".,()'").removesuffix("'s") for word in words}
    return frozenset(word for word in bare if word and word not in ARTICLES)


class Cast:
    """The figures of one document.

    Attributes:
        figures: in the order of their first phrase.
        of: index of the figure that a phrase names, by (sentence, start, text); pronouns have none.
    """

    def __init__(self, phrases: Sequence[Sequence[Phrase]]) -> None:
        self.figures: list[Figure] = []
        self.of: dict[tuple[int, int, str], int] = {}
        self._by_name: dict[str, int] = {}
        self._by_words: dict[frozenset[str], int] = {}
        self._by_head: dict[str, list[int]] = {}
        self._named_in: dict[int, list[int]] = {}
        self._subject_of: dict[int, int] = {}
        self._by_rebels: dict[str, int] = {}
        for sentence in phrases:
            for phrase in sentence:
                if phrase.kind != "pronoun":
                    self.of[key(phrase)] = self._place(phrase)
        self._introduce(phrases)

    def _introduce(self, phrases: Sequence[Sequence[Phrase]]) -> None:
        """Join "a top official said" with the person whom one of the next sentences introduces.

        News first tells what a source is, and then who.
        """
        for i, sentence in enumerate(phrases):
            for phrase in sentence:
                if (
                    phrase.kind == "group"
                    and "g=SPEECH" in phrase.cues
                    and not self._plural(phrase)
                ):
                    at = self._introduced(phrase, phrases[i + 1 : i + 1 + INTRODUCED])
                    if at is not None:
                        self.figures[at].add(phrase)
                        self.of[key(phrase)] = at

    @staticmethod
    def _plural(phrase: Phrase) -> bool:
        return phrase.head not in lexicon.PERSON_NOUNS

    def _introduced(self, phrase: Phrase, following: Sequence[Sequence[Phrase]]) -> int | None:
        own = self.figures[self.of[key(phrase)]]
        if own.phrases[0] is not phrase:
            return None
        for n, sentence in enumerate(following):
            for later in sentence:
                if later.kind != "person" and later.kind != "named":
                    continue
                if not {"g=SPEECH", "inverted"} & set(later.cues):
                    continue
                at = self.of[key(later)]
                figure = self.figures[at]
                if figure.kind != "person" or figure.phrases[0].start < phrase.start:
                    continue
                near = n < AT_ONCE and (
                    _same_office(phrase, later) or (phrase.sentence == 0 and not figure.told)
                )
                if near or phrase.head in _nouns(later) or _same_office(phrase, later, OFFICES[:1]):
                    return at
        return None

    def _place(self, phrase: Phrase) -> int:
        words = content(" ".join(phrase.name) if phrase.name else phrase.text)
        at = self._known(phrase, words)
        if at is None:
            at = len(self.figures)
            self.figures.append(Figure(phrase.kind))
        self.figures[at].add(phrase)
        self._named_in.setdefault(phrase.sentence, []).append(at)
        if "initial" in phrase.cues and phrase.kind in ("person", "named"):
            self._subject_of[phrase.sentence] = at
        self._by_words.setdefault(words, at)
        self._other_names(phrase, words, at)
        listed = self._by_head.setdefault(phrase.head, [])
        if not listed or listed[-1] != at:
            listed.append(at)
        return at

    def _other_names(self, phrase: Phrase, words: frozenset[str], at: int) -> None:
        """Take down the shorter names by which a figure may be called later."""
        if phrase.head in REBELS:  # "Ituri rebels" may be "the Ituris"
            for word in words - {phrase.head}:
                self._by_rebels.setdefault(word.removesuffix("s"), at)
        if phrase.kind == "named" and (initials := _initials(phrase.text)):
            self._by_words.setdefault(frozenset([initials]), at)
        if "acronym" in phrase.cues:  # "Crisis Watch Group (CWG)"
            self._by_words.setdefault(frozenset([phrase.about[-1]]), at)
        if phrase.kind != "group":
            for word in words:
                if word[:1].isalnum() and not word.isdigit():
                    self._by_name.setdefault(word, at)

    def _known(self, phrase: Phrase, words: frozenset[str]) -> int | None:
        if words in self._by_words:
            return self._by_words[words]
        if self._signs(phrase):
            return 0
        if phrase.kind in ("person", "named") and words:
            last = phrase.text.lower().replace("-", " ").split()[-1].strip(".").removesuffix("'s")
            at = self._by_name.get(last)
            if at is not None:
                known, person = self.figures[at].words, self.figures[at].kind == "person"
                if person and words <= known:
                    return at
                if phrase.kind == "person" and known <= words and (person or len(known) == 1):
                    return at
        if phrase.kind == "named" and len(words) == 1 and phrase.head.endswith("s"):
            return self._by_rebels.get(phrase.head.removesuffix("s"))
        return self._described(phrase, words)

    def _signs(self, phrase: Phrase) -> bool:
        """Say whether a person's title is the office that the headline names as the issuer.

        "Statement by the Minister of Defence": "the Minister of Defence, Ruth Low, today said".
        """
        if phrase.kind != "person" or not 0 <= phrase.sentence < OPENING or not self.figures:
            return False
        issuer = self.figures[0]
        office = issuer.phrases[0]
        if issuer.kind == "person" or office.sentence >= 0 or office.head not in phrase.about:
            return False
        shared = issuer.words & content(" ".join(phrase.about))
        return len(shared - {"of", "for"}) >= min(2, len(issuer.words))

    def _described(self, phrase: Phrase, words: frozenset[str]) -> int | None:
        """Return the body or group that a shorter form of its description names."""
        if phrase.kind != "person":
            for at in reversed(self._by_head.get(phrase.head, ())[-8:]):
                figure = self.figures[at]
                surname = phrase.kind == figure.kind == "named"  # "the Post", "the Observatory"
                long = len(words) > 1 or (surname and phrase.text.split()[-1][0].isupper())
                if figure.kind != "person" and long and words <= figure.words:
                    return at
        return None

    def named(self, phrase: Phrase) -> Figure:
        """Return the figure that a phrase names; no pronoun names one."""
        return self.figures[self.of[key(phrase)]]

    def pronoun(self, word: str, spoken: Sequence[int], sentence: int) -> int | None:
        """Return the figure for which a pronoun stands: the last speaker that fits, or None."""
        subject = self._subject_of.get(sentence - 1)
        if word in ("he", "she") and subject is not None:
            figure = self.figures[subject]
            if figure.kind == "person" and self._fits(word, figure):
                return subject
        for at in reversed(spoken[-REACH:]):
            if self._fits(word, self.figures[at]):
                return at
        return self._named_before(word, sentence)

    def _named_before(self, word: str, sentence: int) -> int | None:
        for number in (sentence - 1, sentence - 2):
            for at in self._named_in.get(number, ()):
                if self._fits(word, self.figures[at]):
                    return at
        return None

    @staticmethod
    def _fits(word: str, figure: Figure) -> bool:
        person = figure.kind == "person" or (
            figure.kind == "group" and not figure.plural and bool(figure.heads & lexicon.PERSONS)
        )
        if word in ("he", "she"):
            return person and figure.gender in ("", word)
        if word == "they":
            return not person
        return not person and not figure.plural if word == "it" else False

    def description(self, phrase: Phrase, spoken: Sequence[int]) -> int:
        """Return the figure that a definite description stands for: its own where none fits."""
        own = self.of[key(phrase)]
        if (
            phrase.kind != "group"
            or not phrase.about
            or phrase.about[0] not in ("the", "that", "this")
        ):
            return own
        words = content(phrase.text)
        if phrase.head in lexicon.ACT_NOUNS:
            return self._whose_act(words - {phrase.head}, spoken, own)
        for at in reversed(spoken[-REACH:]):
            figure = self.figures[at]
            if at == own or (phrase.head in figure.heads and _compatible(words, figure)):
                return at
        told_new = len(words) == 1 or "based" in words  # "the Geneva-based group"
        if told_new and phrase.head in lexicon.BODY_WORDS and spoken:
            last = self.figures[spoken[-1]]
            if last.kind != "person":
                return spoken[-1]
        for at in reversed(self._by_head.get(phrase.head, ())[-8:]):
            figure = self.figures[at]
            if figure.phrases[0].start < phrase.start and at != own and _compatible(words, figure):
                return at
        return own

    def _whose_act(self, words: AbstractSet[str], spoken: Sequence[int], own: int) -> int:
        """Return who made "the statement", "the Turkish statement": the last speaker that fits."""
        for at in reversed(spoken[-REACH:]):
            if not words or _compatible(words, self.figures[at]):
                return at
        return own


REBELS = frozenset(
    [
        "rebel",
        "rebels",
        "militia",
        "militias",
        "fighters",
        "militants",
        "insurgents",
        "guerrillas",
        "movement",
        "group",
    ]
)
OFFICES = tuple(
    frozenset(words.split())
    for words in (
        "commander general admiral officer colonel major captain chief brigadier lieutenant gen col lt",
        "lawmaker senator representative congressman congresswoman legislator member mp deputy democrat "
        "republican sen rep chairman chairwoman",
        "official adviser advisor secretary minister spokesman spokeswoman undersecretary director aide "
        "diplomat ambassador envoy coordinator representative chief officer commissioner",
        "leader chief head chairman spokesman president founder",
        "analyst expert professor researcher fellow academic scholar economist historian lecturer director",
        "activist campaigner director head founder lawyer spokesman spokeswoman",
    )
)


def _same_office(one: Phrase, other: Phrase, offices: Sequence[frozenset[str]] = OFFICES) -> bool:
    """Say whether two phrases can mean one person: the same noun, or nouns for one sort of office."""
    nouns = _nouns(other)
    return one.head in nouns or any(one.head in office and nouns & office for office in offices)


def _nouns(phrase: Phrase) -> set[str]:
    return {word.strip(".").removesuffix("'s") for word in phrase.about} | {phrase.head}


def _compatible(words: AbstractSet[str], figure: Figure) -> bool:
    """Say whether every word of a description is known of a figure ("the Sudanese president")."""
    return all(w in figure.known or w in figure.words or w in figure.heads for w in words)


def key(phrase: Phrase) -> tuple[int, int, str]:
    """Return what tells a phrase from the others of its document."""
    return phrase.sentence, phrase.start, phrase.text
