"""A Discourse Network Analyzer database: documents and statements coded by one more coder, us.

DNA keeps one value a variable and statement, so a sentence about three actors becomes three
statements over the same span. The machine is an ordinary coder beside the people who go on.
"""

import base64
import hashlib
import hmac
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from labels.actors import ActorRegister
from labels.document import Document
from labels.durable import replacing_path
from labels.exchange.offsets import Utf16Offsets
from labels.scheme import UNSPECIFIED
from service.exports.choices import DEFAULT_PASSWORD
from service.exports.dna_schema import DNA_DATE, DNA_VERSION, MAX_CHARS, TABLES
from service.exports.statements import Statement

ITERATIONS, SALT_BYTES = 100_000, 16  # of jasypt's StrongPasswordEncryptor, which DNA uses

STATEMENT_TYPE = 1
SHORT_TEXT = ("speaker", "speaker_type", "proposed_actor", "stance")
INTEGER = ("stance_num", "confidence")
VARIABLES = {name: number for number, name in enumerate((*SHORT_TEXT, *INTEGER), 1)}
ATTRIBUTES = ("Type", "Alias", "Notes")
STANCE_COLOURS = {"favor": (27, 120, 55), "against": (178, 24, 43), "conditional": (230, 171, 2)}


def password_hash(password: str, name: str) -> str:
    """Return a coder's password as DNA checks it.

    jasypt's form: base64 of a salt of 16 bytes and of SHA-256, iterated, over salt and password.
    The salt hangs on password and name, so that the same export gives the same bytes.
    """
    salt = hmac.digest(password.encode(), name.encode(), "sha256")[:SALT_BYTES]
    digest = salt + password.encode()
    for _ in range(ITERATIONS):
        digest = hashlib.sha256(digest).digest()
    return base64.b64encode(salt + digest).decode("ascii")


@dataclass(frozen=True, slots=True)
class Written:
    """What an export holds.

    Attributes:
        n_documents: documents with at least one statement.
        n_statements: statements in DNA's sense, one a sentence and actor.
        n_undated: documents without a date that can be read; they stand on 1 January 1970.
    """

    n_documents: int
    n_statements: int
    n_undated: int


def write_dna(
    documents: Iterable[tuple[Document, list[Statement]]],
    path: Path,
    *,
    password: str = DEFAULT_PASSWORD,
) -> Written:
    """Write a `.dna` file; memory holds a document and the names of speakers and actors.

    Args:
        documents: each with its statements; those without any are left out.
        path: the file; the old one stays until the new one is whole.
        password: for the coder "Admin" and for the machine's coders.
    """
    with replacing_path(path) as temporary:
        database = sqlite3.connect(temporary)
        try:
            database.executescript("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;")
            with database:
                for name, definition in TABLES.items():
                    database.execute(f"CREATE TABLE {name} ({definition})")
                writer = _Writer(database, password)
                writer.begin()
                for document, statements in documents:
                    if statements:
                        writer.document(document, statements)
                writer.finish()
        finally:
            database.close()
    return Written(writer.n_documents, writer.n_statements, writer.n_undated)


@dataclass(slots=True)
class _Writer:
    """The rows of one file, numbered from 1 in the order of writing."""

    database: sqlite3.Connection
    password: str
    n_documents: int = 0
    n_statements: int = 0
    n_undated: int = 0
    n_data: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("SHORT", "INT"), 0))
    coders: dict[str, int] = field(default_factory=dict)
    entities: dict[tuple[int, str], int] = field(default_factory=dict)
    types: dict[int, Counter[str]] = field(default_factory=dict)
    aliases: dict[int, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Write settings, the administrator, the statement type and its variables."""
        self._insert("SETTINGS", [("version", DNA_VERSION), ("date", DNA_DATE)])
        self._coder("Admin", (255, 255, 0))
        colour = (102, 153, 204)
        self._insert("STATEMENTTYPES", [(STATEMENT_TYPE, "Stancewire statement", *colour)])
        self._insert(
            "VARIABLES",
            [
                (number, name, "integer" if name in INTEGER else "short text", STATEMENT_TYPE)
                for name, number in VARIABLES.items()
            ],
        )
        self._insert(
            "ATTRIBUTEVARIABLES",
            [
                (3 * i + j + 1, VARIABLES[name], attribute)
                for i, name in enumerate(SHORT_TEXT)
                for j, attribute in enumerate(ATTRIBUTES)
            ],
        )
        for name in SHORT_TEXT:
            self._entity(name, "")

    def document(self, document: Document, statements: list[Statement]) -> None:
        """Write a document and its statements, a row of each data table a statement."""
        first = statements[0]
        coder = self._coder(f"stancewire {first.model}", (102, 153, 204))
        self.n_documents += 1
        self.n_undated += first.time is None
        # DNA shows the text in a component that knows line feeds only, and NUL ends a C string.
        crlf = [match.start() for match in re.finditer("\r\n", document.text)]
        text = document.text.replace("\r\n", "\n").replace("\0", " ")
        offsets = Utf16Offsets(text)
        seconds = int(first.time.timestamp()) if first.time else 0
        row = (
            self.n_documents,
            cut(document.title or document.id),
            text,
            coder,
            "",
            cut(document.publisher or ""),
            cut(document.host or ""),
            document.url or "",
            "",
            seconds,
        )
        self._insert("DOCUMENTS", [row])
        for statement in statements:
            start, stop = (
                offsets.units(place - sum(at < place for at in crlf))
                for place in (statement.start, statement.end)
            )
            for single in statement.per_actor():
                self._statement(single, start, stop, coder)

    def _statement(self, statement: Statement, start: int, stop: int, coder: int) -> None:
        self.n_statements += 1
        number = self.n_statements
        place = (number, STATEMENT_TYPE, self.n_documents, start, stop, coder)
        self._insert("STATEMENTS", [place])
        actor = statement.actors[0] if statement.actors else None
        speaker = self._entity("speaker", statement.voice)
        self.types.setdefault(speaker, Counter())[statement.speaker_type or ""] += 1
        values = {
            "speaker": speaker,
            "speaker_type": self._entity("speaker_type", statement.speaker_type or ""),
            "proposed_actor": self._entity("proposed_actor", actor.id if actor else ""),
            "stance": self._entity("stance", statement.stance),
        }
        if actor:
            self.aliases[values["proposed_actor"]] = cut(actor.name)
        integers = {
            "stance_num": statement.stance_num,
            "confidence": round(100 * statement.confidence),
        }
        for table, found in (("SHORT", values), ("INT", integers)):
            rows = [
                (self.n_data[table] + i, number, VARIABLES[name], value)
                for i, (name, value) in enumerate(found.items(), 1)
            ]
            self.n_data[table] += len(rows)
            self._insert("DATASHORTTEXT" if table == "SHORT" else "DATAINTEGER", rows)

    def finish(self) -> None:
        """Write what is known of every entity: its attributes, then how coders see each other."""
        values: list[tuple[int, int, int, str]] = []
        for (variable, value), entity in self.entities.items():
            name = SHORT_TEXT[variable - 1]
            kind = ""
            if entity in self.types:
                kind = min(self.types[entity].items(), key=lambda item: (-item[1], item[0]))[0]
            elif name == "proposed_actor" and value:
                kind = actor_kind(value)
            attributes = (kind, self.aliases.get(entity, ""), "")
            values += [
                (len(values) + i + 1, entity, 3 * (variable - 1) + i + 1, attribute)
                for i, attribute in enumerate(attributes)
            ]
        self._insert("ATTRIBUTEVALUES", values)
        pairs = [(a, b) for a in self.coders.values() for b in self.coders.values() if a != b]
        self._insert("CODERRELATIONS", [(i, a, b, 1, 1, 1, 1) for i, (a, b) in enumerate(pairs, 1)])

    def _coder(self, name: str, colour: tuple[int, int, int]) -> int:
        name = cut(name)
        if name not in self.coders:
            self.coders[name] = len(self.coders) + 1
            hashed = password_hash(self.password, name)
            self.database.execute(
                "INSERT INTO CODERS (ID, Name, Red, Green, Blue, Password) VALUES (?,?,?,?,?,?)",
                (self.coders[name], name, *colour, hashed),
            )
        return self.coders[name]

    def _entity(self, variable: str, value: str) -> int:
        key = (VARIABLES[variable], cut(value))
        if key not in self.entities:
            self.entities[key] = len(self.entities) + 1
            colour = STANCE_COLOURS.get(value, (0, 0, 0)) if variable == "stance" else (0, 0, 0)
            self._insert("ENTITIES", [(self.entities[key], *key, *colour, None)])
        return self.entities[key]

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:  # one may have said nothing that this table holds
            places = ", ".join("?" * len(rows[0]))
            self.database.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - our own names


@lru_cache(maxsize=10_000)
def cut(value: str) -> str:
    """Return a value that fits DNA's columns: one line, at most 190 UTF-16 units.

    >>> len(cut("word " * 100))
    189
    """
    line = " ".join(value.replace("\0", " ").split())
    units = 0
    for i, char in enumerate(line):
        units += 2 if char > "\uffff" else 1
        if units > MAX_CHARS:
            return line[:i].rstrip()
    return line


def actor_kind(actor: str) -> str:
    """Say whether an actor id stands for a state or an organisation.

    >>> actor_kind("RUS"), actor_kind("AU"), actor_kind("UNSPECIFIED")
    ('state', 'organisation', 'unspecified')
    """
    if actor == UNSPECIFIED:
        return "unspecified"
    return "state" if actor in ActorRegister.shipped().states else "organisation"
