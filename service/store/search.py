"""Full-text conditions: one small query language, FTS5 on SQLite and tsvector on PostgreSQL.

`peacekeepers "foreign troops" -training OR mission`: words and "phrases" must all stand in the
statement, stemmed as English; `-` excludes one; `OR` between two asks for either.
"""

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.store.schema import statements

# From so many hits on, a page of the newest is found sooner by walking all statements in their
# order than by fetching and sorting the hits.
COMMON = 1_000

_TOKEN = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_INDEX = sa.table("statements_words", sa.column("rowid", sa.Integer))
_words: sa.ColumnElement[Any] = sa.literal_column("statements.words")


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase; `excluded` ones must not stand in the statement."""

    words: str
    excluded: bool = False


def parse(query: str) -> list[list[Term]]:
    """Read a query: all of the groups must match, and of each group any term.

    What holds no letter or digit says nothing, and is passed over.

    >>> parse('"foreign troops" -aid OR mission')
    [[Term(words='foreign troops', excluded=False)], \
[Term(words='aid', excluded=True), Term(words='mission', excluded=False)]]
    """
    groups: list[list[Term]] = []
    joins = False
    for match in _TOKEN.finditer(query.replace("\0", " ")):
        if match["word"] == "OR" and not match["minus"]:
            joins = bool(groups)
            continue
        words = match["word"] if match["word"] is not None else match["phrase"]
        if not any(character.isalnum() for character in words):
            continue
        term = Term(words, excluded=bool(match["minus"]))
        if joins:
            groups[-1].append(term)
        else:
            groups.append([term])
        joins = False
    return groups


def common(connection: sa.Connection, query: str) -> frozenset[str]:
    """Return the words and phrases of a query that stand in many statements.

    PostgreSQL knows that by itself, SQLite keeps no statistics of words.
    """
    if connection.dialect.name != "sqlite":
        return frozenset()
    words = {term.words for group in parse(query) for term in group}
    beyond = {w: connection.scalar(_hits(w).limit(1).offset(COMMON)) for w in words}
    return frozenset(w for w, hit in beyond.items() if hit is not None)


def condition(
    query: str, *, dialect: str, common: frozenset[str] = frozenset()
) -> sa.ColumnElement[bool]:
    """Return the condition on `statements` that a query stands for; true for an empty one.

    Args:
        query: as the user wrote it.
        dialect: "sqlite" or "postgresql".
        common: its words that SQLite shall not start from, but ask of each statement.
    """

    def match(words: str) -> sa.ColumnElement[bool]:
        return _sqlite(words, walks=words in common) if dialect == "sqlite" else _postgresql(words)

    groups = [
        sa.or_(*(sa.not_(match(t.words)) if t.excluded else match(t.words) for t in group))
        for group in parse(query)
    ]
    return sa.and_(sa.true(), *groups)


def _hits(words: str) -> sa.Select[tuple[int]]:
    # Quoted, it is one phrase: none of FTS5's operators is heard.
    quoted = '"' + words.replace('"', " ") + '"'
    return sa.select(_INDEX.c.rowid).where(
        sa.literal_column("statements_words").op("MATCH")(quoted)
    )


def _sqlite(words: str, *, walks: bool) -> sa.ColumnElement[bool]:
    # A unary plus keeps SQLite from looking the hits up one by one.
    identity = sa.literal_column("+statements.id") if walks else statements.c.id
    return identity.in_(_hits(words))


def _postgresql(words: str) -> sa.ColumnElement[bool]:
    asked = sa.func.phraseto_tsquery(sa.literal_column("'english'"), words)
    # A phrase of stop words only ("of the") is in every statement as far as the index knows.
    return sa.or_(_words.op("@@")(asked), sa.func.numnode(asked) == 0)
