"""Which statements are meant: one filter for lists, counts, feeds and alerts."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from labels.errors import StancewireError
from labels.scheme import CODEBOOK
from service.store.identity import moment


class InvalidFilter(StancewireError):
    """A value that no statement can be filtered by.

    Attributes:
        field: name of the parameter.
    """

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which statements are meant; of a tuple any value matches, an empty one says nothing.

    Attributes:
        stance: stance labels.
        speaker: parts of speakers' names, upper and lower case alike.
        voice: whole names of speakers, upper and lower case alike.
        speaker_type: speaker types.
        actor: ids of proposed actors.
        host: ISO 3166 alpha-3 codes of the state in conflict, as the documents have them.
        outlet: publishers.
        since: not before this moment.
        until: before this moment.
        min_score: stance score at least, in [0, 1].
        q: full-text query (see `service.store.search`).
        copies: with statements of articles that copy another one.
        abstained: with statements that the tagger abstained from.
    """

    stance: tuple[str, ...] = ()
    speaker: tuple[str, ...] = ()
    voice: tuple[str, ...] = ()
    speaker_type: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    outlet: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    min_score: float = 0.0
    q: str | None = None
    copies: bool = False
    abstained: bool = False

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Filter":
        """Read a filter as it stands in a query string or an alert's rule.

        Lists may be given as one value; `until` as a date means to the end of that day.

        Raises:
            InvalidFilter: naming the first field at fault.
        """
        unknown = sorted(set(raw) - {field.name for field in fields(cls)})
        if unknown:
            raise InvalidFilter(unknown[0], "is not a filter")
        given = {key: value for key, value in raw.items() if value not in (None, "", [], ())}
        read: dict[str, Any] = {}
        for field in ("stance", "speaker", "voice", "speaker_type", "actor", "host", "outlet"):
            if field in given:
                read[field] = _texts(field, given[field])
        for field in ("since", "until"):
            if field in given:
                read[field] = _moment(field, given[field])
        if "min_score" in given:
            read["min_score"] = _score(given["min_score"])
        if "q" in given:
            (read["q"],) = _texts("q", [given["q"]])
        for field in ("copies", "abstained"):
            if field in given:
                read[field] = _flag(field, given[field])
        known("stance", read.get("stance", ()), CODEBOOK.stances)
        known("speaker_type", read.get("speaker_type", ()), CODEBOOK.speaker_types)
        return cls(**read)

    def to_json(self) -> dict[str, Any]:
        """Return what the filter says, in the form that `of` reads."""
        default = Filter()
        out: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value == getattr(default, field.name):
                continue
            if isinstance(value, tuple):
                value = list(value)
            out[field.name] = value.isoformat() if isinstance(value, datetime) else value
        return out


def _texts(field: str, value: object) -> tuple[str, ...]:
    read = []
    for item in value if isinstance(value, list | tuple) else [value]:
        if not isinstance(item, str):
            raise InvalidFilter(field, "must be a string or a list of strings")
        try:
            item.encode("utf-8")
        except UnicodeEncodeError as error:
            raise InvalidFilter(field, "holds a lone surrogate: not valid Unicode") from error
        read.append(item.replace("\0", "\ufffd"))
    return tuple(read)


def _moment(field: str, value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    found = moment(value) if isinstance(value, str) else None
    if found is None:
        raise InvalidFilter(field, f"{value!r} is not an ISO 8601 date or date-time")
    if field == "until" and _is_date(str(value)) and found.date() < date.max:
        found += timedelta(days=1)
    return found


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value.strip())
    except ValueError:
        return False
    return True


def _score(value: object) -> float:
    try:
        score = float(value)  # type: ignore[arg-type] # what can't be read is refused below
    except (TypeError, ValueError):
        score = -1.0
    if isinstance(value, bool) or not 0 <= score <= 1:
        raise InvalidFilter("min_score", "must be a number from 0 to 1")
    return score


def _flag(field: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidFilter(field, "must be true or false")
    return value


def known(field: str, values: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    """Refuse a value that is not allowed.

    Raises:
        InvalidFilter: listing what is.
    """
    for value in values:
        if value not in allowed:
            raise InvalidFilter(field, f"{value!r} is not one of {', '.join(allowed)}")
