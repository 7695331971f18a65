"""From the columns, keys and file names of a source to the fields of a document."""

import datetime
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from labels.document import OPTIONAL_TEXT, Document
from labels.errors import StancewireError
from service.intake import document
from service.readers.record import ReadOptions

FIELDS = ("id", "text", *OPTIONAL_TEXT)
# What archives call our fields, likeliest first; compared without case, blanks and underscores.
ALIASES: Mapping[str, Sequence[str]] = {
    "id": ("id", "docid", "articleid", "documentid", "uuid", "guid"),
    "text": ("text", "body", "content", "fulltext", "articletext", "maintext", "article"),
    "title": ("title", "headline", "head"),
    "url": ("url", "link", "href"),
    "publisher": ("publisher", "outlet", "newspaper", "sourcename", "source", "sitename", "medium"),
    "published": ("published", "date", "publicationdate", "pubdate", "publishedat", "datepublish"),
    "host": ("host", "hostcountry"),
    "conflict": ("conflict",),
}
ISO_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)"
)


class UnknownColumn(StancewireError):
    """A column mapping that names a field or a column that isn't there."""


def plain(name: str) -> str:
    """Return a column's name as it is compared."""
    return re.sub(r"[\s_\-.]", "", name).lower()


def choose(names: Sequence[str], options: ReadOptions) -> dict[str, str]:
    """Return field -> column for the columns of one table: as mapped, else by usual names.

    Raises:
        UnknownColumn: the mapping names a column that the table doesn't have.
    """
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(plain(name), name)
    chosen = {}
    for field in FIELDS:
        if wanted := options.columns.get(field):
            if wanted not in names:
                raise UnknownColumn(
                    f"no column {wanted!r} (for {field}); the columns are {', '.join(names)}"
                )
            chosen[field] = wanted
        else:
            found = next((by_plain[alias] for alias in ALIASES[field] if alias in by_plain), None)
            if found and found not in options.columns.values():
                chosen[field] = found
    if "text" not in chosen:
        raise UnknownColumn(
            f"no column holds the text; name it, as in --column text=BODY. "
            f"The columns are {', '.join(names)}"
        )
    return chosen


def parse_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """Read `field=column` pairs from the command line.

    Raises:
        UnknownColumn: not of that form, or no field of a document.
    """
    mapping = {}
    for pair in pairs:
        field, sign, column = pair.partition("=")
        if not sign or not column or field not in FIELDS:
            raise UnknownColumn(
                f"{pair!r} must be FIELD=COLUMN with a field of {', '.join(FIELDS)}"
            )
        mapping[field] = column
    return mapping


@lru_cache(maxsize=16)
def name_regex(pattern: str) -> re.Pattern[str]:
    """Return the expression that a file-name pattern stands for; `{*}` passes over anything.

    Raises:
        UnknownColumn: a brace holds no field of a document.
    """
    out = []
    for piece in re.split(r"(\{[^}]*\})", pattern):
        if piece == "{*}":
            out.append("[^/]*?")
        elif piece.startswith("{"):
            if piece[1:-1] not in FIELDS:
                raise UnknownColumn(f"{piece} in the name pattern is no field of a document")
            out.append(f"(?P<{piece[1:-1]}>[^/]+?)")
        else:
            out.append(re.escape(piece))
    return re.compile(rf"(?:^|[/!]){''.join(out)}$")


def from_name(name: str, options: ReadOptions) -> dict[str, str]:
    """Return what a file's name tells: the fields of the pattern, without one a date in the name."""
    if options.name_pattern:
        match = name_regex(options.name_pattern).search(name)
        found = {} if match is None else {k: v for k, v in match.groupdict().items() if v}
    else:
        match = ISO_DATE.search(name.rsplit("/", 1)[-1])
        found = {} if match is None else {"published": "-".join(match.groups())}
    if "published" in found and (date := ISO_DATE.fullmatch(found["published"])):
        found["published"] = "-".join(date.groups())
    return found


def build(
    fields: Mapping[str, object], options: ReadOptions, *, default_id: str | None = None
) -> Document:
    """Make a document of what a source holds; what it lacks comes from the options.

    Without any id the document gets one made of its text.

    Raises:
        InvalidDocument: no text, or a field that can't be one.
        DocumentTooLong: the text is longer than the options allow.
    """
    known = {key: value for key, value in fields.items() if value not in (None, "")}
    default = {} if default_id is None else {"id": default_id}
    return document({**default, **options.fields, **known}, max_chars=options.max_chars)


def as_text(value: object) -> str | None:
    """Return a table's cell as text: dates in ISO form, empty and not-a-number as None."""
    if value is None or value != value:
        return None
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip("\0") or None
