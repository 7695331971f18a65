"""Full-text conditions: one small query language, FTS5 on SQLite and tsvector on PostgreSQL.

`peacekeepers "foreign troops" -training OR mission`: words and "phrases" must all stand in the
statement, stemmed as English; `-` excludes one; `OR` between two asks for either.
"""

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.store.schema import statements

_TOKEN = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
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


def condition(query: str, *, dialect: str) -> sa.ColumnElement[bool]:
    """Return the condition on `statements` that a query stands for; true for an empty one."""
    match = _sqlite if dialect == "sqlite" else _postgresql
    groups = [
        sa.or_(*(sa.not_(match(t.words)) if t.excluded else match(t.words) for t in group))
        for group in parse(query)
    ]
    return sa.and_(sa.true(), *groups)


def _sqlite(words: str) -> sa.ColumnElement[bool]:
    index = sa.table("statements_words", sa.column("rowid"))
    # Quoted, it is one phrase: none of FTS5's operators is heard.
    quoted = '"' + words.replace('"', " ") + '"'
    found = sa.select(index.c.rowid).where(
        sa.literal_column("statements_words").op("MATCH")(quoted)
    )
    return statements.c.id.in_(found)


def _postgresql(words: str) -> sa.ColumnElement[bool]:
    asked = sa.func.phraseto_tsquery(sa.literal_column("'english'"), words)
    # A phrase of stop words only ("of the") is in every statement as far as the index knows.
    return sa.or_(_words.op("@@")(asked), sa.func.numnode(asked) == 0)
