"""Who can be named as an outside actor: states, organisations, missions and the words for them.

```
countries.csv (from pycountry) + actors.csv (ours, reviewed) + the user's own file
    -> one Aho-Corasick automaton -> find(text) -> mentions by code-point offsets
```
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path

import ahocorasick_rs

from labels.errors import StancewireError
from labels.scheme import ACTOR_ID, UNSPECIFIED

COLUMNS = ("id", "kind", "forms", "from", "to", "at")


class Kind(StrEnum):
    """What sort of word for its actor a mention is."""

    NAME = "name"  # Russia
    ADJECTIVE = "adjective"  # Russian
    PEOPLE = "people"  # Russians
    CAPITAL = "capital"  # Moscow
    METONYM = "metonym"  # the Kremlin
    FORCE = "force"  # Red Army
    TERRITORY = "territory"  # Chechnya: a place in the state, or a breakaway part of it
    GROUP = "group"  # an armed group at home in the state; never the state itself
    ORGANISATION = "organisation"  # United Nations, U.N.
    ORGAN = "organ"  # Security Council
    AGENCY = "agency"  # UNICEF: of the organisation, yet not the one that intervenes
    MISSION = "mission"  # AMISOM, by its sender
    GENERIC = "generic"  # foreign troops


# Kinds that stand for an actor itself; the others only say where a text plays.
ACTING = frozenset(Kind) - {Kind.TERRITORY, Kind.GROUP, Kind.AGENCY}
STATE_KINDS = frozenset(
    {Kind.NAME, Kind.ADJECTIVE, Kind.PEOPLE, Kind.CAPITAL, Kind.METONYM, Kind.FORCE}
)
# How a row of a file may be marked beside the kinds: the usual name of an id; the two halves of
# generic actors ("foreign" + "troops"); longer names that hide a shorter one ("Washington Post");
# forms that are also people's names; acronyms that are also words.
MARKS = frozenset({"called", "generic_adjective", "generic_noun", "homonym", "person", "word"})
SHOUTED = frozenset(
    {Kind.NAME, Kind.ADJECTIVE, Kind.PEOPLE, Kind.CAPITAL, Kind.METONYM, Kind.ORGANISATION}
)
# Capitalised words that may stand before a state's name without making it a person's.
NO_GIVEN_NAMES = (
    "A After Against Along Although Amid An And Around As At Because Before Besides Between Both "
    "But By Can Could Did Do Does East Even For From Had Has Have How If In Inside Into Is It Its "
    "King Like May Near Neither Neighboring Neighbouring Nor North Northern Not Now Of Off On Only "
    "Or Outside Over President Queen Should Since So South Southern Such Than That The Then Though "
    "Through To Today Toward Towards Under Unless Unlike Until Was Western What When Where Whether "
    "While Why Will With Within Without Would Yet"
)
BEFORE_A_STATE = frozenset(NO_GIVEN_NAMES.split())


class InvalidActors(StancewireError):
    """A file of actors that breaks a rule; the text names file, line and what to do."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        self.path = path
        self.line = line
        self.reason = reason
        super().__init__(f"{path}:{line}: {reason}")


@dataclass(frozen=True, slots=True)
class Mention:
    """One word or phrase for an actor.

    Attributes:
        start: first code point in the text.
        end: one past the last.
        id: ISO 3166 alpha-3 code, an organisation's acronym, or UNSPECIFIED.
        kind: what sort of word it is.
        form: the word as the register spells it.
    """

    start: int
    end: int
    id: str
    kind: Kind
    form: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a register file.

    Attributes:
        id: whom the forms stand for; "" for homonym, person and word rows.
        kind: a `Kind`, or one of `MARKS`.
        forms: the spellings.
        since: first year in which they held, or None.
        until: last year, or None.
        at: alpha-3 code of the state in which a mission works, or "".
        path: file of the row, for messages.
        line: its line, from 1.
    """

    id: str
    kind: str
    forms: tuple[str, ...]
    since: int | None = None
    until: int | None = None
    at: str = ""
    path: str = ""
    line: int = 0


class ActorRegister:
    """Finds the words for actors in a text.

    Attributes:
        names: the usual name of every id.
        states: the ids that stand for states; the others are organisations.
        places: alpha-3 code of the state in which each mission form works.
    """

    def __init__(self, entries: Iterable[Entry], names: Mapping[str, str]) -> None:
        """Compile a register.

        Raises:
            InvalidActors: a form that stands for two actors.
        """
        listed = list(entries)
        self.names = _names(listed, names)
        self.states = frozenset(e.id for e in listed if e.kind == Kind.NAME)
        self.places = {form: e.at for e in listed if e.at for form in e.forms}
        self._people = frozenset(f for e in listed if e.kind == "person" for f in e.forms)
        self._words = frozenset(f for e in listed if e.kind == "word" for f in e.forms)
        self._meanings = _meanings(listed)
        self._spellings = list(self._meanings)
        self._automaton = ahocorasick_rs.AhoCorasick(
            # Built in 25 ms; the default choice, a DFA, takes 330 ms to build and is no faster here.
            self._spellings,
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        )

    def find(self, text: str, start: int = 0, end: int | None = None) -> tuple[Mention, ...]:
        """Return the mentions in text[start:end], ordered and disjoint; the longest wins.

        Offsets count from the start of `text`; words that end outside the range are not seen.
        """
        stop = len(text) if end is None else end
        piece = text if (start, stop) == (0, len(text)) else text[start:stop]
        if not piece.isascii():
            piece = piece.replace("’", "'").replace("\u00a0", " ")
        hits = [
            (first, -last, which)
            for which, first, last in self._automaton.find_matches_as_indexes(
                piece.replace("\n", " "), overlapping=True
            )
            if not (first and piece[first - 1].isalnum())
            and not (last < len(piece) and piece[last].isalnum())
        ]
        hits.sort()
        found = []
        free = 0
        for first, minus_last, which in hits:
            if first < free:
                continue
            free = -minus_last
            meaning = self._meanings[self._spellings[which]]
            if meaning is not None and not self._misread(piece, first, free, meaning[2]):
                found.append(Mention(start + first, start + free, *meaning))
        return tuple(found)

    def name(self, id: str) -> str:
        """Return the usual name of an id; the id itself where the register doesn't know it."""
        return self.names.get(id, id)

    @staticmethod
    @cache
    def shipped() -> "ActorRegister":
        """Return the register that comes with stancewire (built once a process)."""
        return ActorRegister(*_shipped_rows())

    @classmethod
    def extended(cls, path: Path) -> "ActorRegister":
        """Return the shipped register with a user's own rows on top (columns as in actors.csv).

        Raises:
            InvalidActors: naming the line at fault, or a form that is taken already.
        """
        entries, names = _shipped_rows()
        return cls([*entries, *read_entries(path.read_text(encoding="utf-8"), str(path))], names)

    def _misread(self, text: str, first: int, last: int, form: str) -> bool:
        if form in self._people:
            return _is_a_person(text, first, last)
        return form in self._words and _is_a_word(text, first, last)


def read_entries(text: str, path: str) -> list[Entry]:
    """Read rows of `id,kind,forms,from,to,at`; forms are divided by "; ".

    Raises:
        InvalidActors: the header or a row breaks a rule.
    """
    rows = csv.reader(text.splitlines())
    if tuple(next(rows, ())) != COLUMNS:
        raise InvalidActors(path, 1, f"the first line must be {','.join(COLUMNS)}")
    return [_entry(row, path, rows.line_num) for row in rows if row]


def _entry(row: Sequence[str], path: str, line: int) -> Entry:
    if len(row) != len(COLUMNS):
        raise InvalidActors(path, line, f"has {len(row)} columns instead of {len(COLUMNS)}")
    id, kind, forms, since, until, at = (cell.strip() for cell in row)
    if kind not in MARKS and kind not in set(Kind):
        known = ", ".join(sorted({*Kind, *MARKS}))
        raise InvalidActors(path, line, f"kind {kind!r} is not one of {known}")
    if bool(id) == (kind in {"homonym", "person", "word"}) or (id and not ACTOR_ID.fullmatch(id)):
        raise InvalidActors(path, line, f"{id!r} can't be the id of a row of kind {kind}")
    spelled = tuple(form.strip().replace("’", "'") for form in forms.split(";") if form.strip())
    if not spelled:
        raise InvalidActors(path, line, "has no forms")
    for year in (since, until):
        if year and not (year.isdecimal() and len(year) == 4):
            raise InvalidActors(path, line, f"{year!r} is not a year")
    years = (int(since) if since else None, int(until) if until else None)
    return Entry(id, kind, spelled, *years, at, path, line)


def _shipped_rows() -> tuple[list[Entry], dict[str, str]]:
    data = resources.files("labels") / "data"
    countries = list(csv.DictReader((data / "countries.csv").read_text("utf-8").splitlines()))
    entries = read_entries((data / "actors.csv").read_text("utf-8"), "actors.csv")
    # Ours win: to ISO "Congo" is Brazzaville, in the news it is Kinshasa.
    ours = {form for entry in entries if entry.id for form in entry.forms}
    for line, row in enumerate(countries, 2):
        if forms := tuple(f for f in row["forms"].split("; ") if f and f not in ours):
            entries.append(Entry(row["id"], Kind.NAME, forms, path="countries.csv", line=line))
    return entries, {row["id"]: row["name"] for row in countries}


def _names(entries: Iterable[Entry], countries: Mapping[str, str]) -> dict[str, str]:
    names = {UNSPECIFIED: "unnamed outside actor"}
    for entry in entries:
        if entry.id and entry.kind == Kind.ORGANISATION:
            names.setdefault(entry.id, entry.forms[0])
    names |= countries
    return names | {entry.id: entry.forms[0] for entry in entries if entry.kind == "called"}


def _meanings(entries: Sequence[Entry]) -> dict[str, tuple[str, Kind, str] | None]:
    """Return what each spelling means; None for a homonym that only hides shorter forms."""
    meanings: dict[str, tuple[str, Kind, str] | None] = {}
    shouted: dict[str, tuple[str, Kind, str]] = {}
    for entry in entries:
        if entry.kind in MARKS - {"called", "homonym"}:
            continue
        kind = Kind.NAME if entry.kind == "called" else None
        if entry.kind != "homonym" and kind is None:
            kind = Kind(entry.kind)
        for form in entry.forms:
            meaning = None if kind is None else (entry.id, kind, form)
            old = meanings.setdefault(form, meaning)
            if (old and old[0]) != (meaning and meaning[0]):
                raise InvalidActors(
                    entry.path, entry.line, f"{form!r} stands already for {old[0] if old else old}"
                )
            if meaning and kind == Kind.GENERIC:
                meanings.setdefault(form[0].upper() + form[1:], meaning)
            if meaning and kind in SHOUTED and len(form) > 3:
                shouted.setdefault(form.upper(), meaning)
    return {**shouted, **_generic(entries), **meanings}


def _generic(entries: Sequence[Entry]) -> dict[str, tuple[str, Kind, str]]:
    """Return every pair of a generic adjective and noun, in the cases in which it is printed."""
    meanings = {}
    adjectives = [f for e in entries if e.kind == "generic_adjective" for f in e.forms]
    nouns = [f for e in entries if e.kind == "generic_noun" for f in e.forms]
    for adjective in adjectives:
        for noun in nouns:
            form = f"{adjective} {noun}"
            for spelling in (form, form[0].upper() + form[1:], form.title()):
                meanings[spelling] = (UNSPECIFIED, Kind.GENERIC, form)
    return meanings


def _is_a_person(text: str, first: int, last: int) -> bool:
    """Say whether capitalised neighbours make a form a part of a person's name."""
    after = text[last + 1 : last + 3]
    if text[last : last + 1] == " " and after[:1].isupper() and after[1:].islower():
        return True
    before = text[max(0, first - 30) : first]
    if not before.endswith(" "):
        return False
    word = before[:-1].rpartition(" ")[2]
    return (
        word.isalpha() and word[0].isupper() and word[1:].islower() and word not in BEFORE_A_STATE
    )


def _is_a_word(text: str, first: int, last: int) -> bool:
    """Say whether an acronym among words in capitals is a word ("LET US GO", "CAR BOMB")."""
    before = text[max(0, first - 30) : first].split()[-1:]
    # Headlines say "US TROOPS LAND", never "US GO".
    after = [] if text[first:last] == "US" else text[last : last + 30].split()[:1]
    return any(w.isalpha() and w.isupper() and len(w) > 1 for w in before + after)
