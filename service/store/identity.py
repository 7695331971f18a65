"""Which two documents are one, and which two speakers: the rules, without a database."""

import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

# Query parameters that tell where a reader came from, never which article it is.
_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "ref_src", "cmpid", "ncid")

# A clock may run ahead by as much; a later date than that is a fault, not a date.
_MAX_AHEAD = timedelta(days=1)


def content_hash(text: str) -> str:
    """Return the SHA-256 of a text, in which all runs of white space are the same."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8")).hexdigest()


def url_key(url: str | None) -> str | None:
    """Return a URL without scheme, fragment and tracking; None if it isn't a web address.

    >>> url_key("https://News.example/a/?utm_source=x&id=3#top")
    'news.example/a?id=3'
    """
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    query = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not key.lower().startswith(_TRACKING)
    ]
    netloc = host if port in {None, 80, 443} else f"{host}:{port}"
    key = urlunsplit(("", netloc, parts.path.rstrip("/"), urlencode(query), ""))
    return key.removeprefix("//")


def moment(value: str | None) -> datetime | None:
    """Read an ISO 8601 date or date-time; without a zone it is taken as UTC.

    >>> moment("2026-03-01").isoformat()
    '2026-03-01T00:00:00+00:00'
    """
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def dated(published: str | None, *, received: datetime) -> datetime:
    """Return the moment under which a document is filed: published if it is told and can be."""
    found = moment(published)
    return found if found is not None and found <= received + _MAX_AHEAD else received


def speaker_key(name: str | None) -> str | None:
    """Return a speaker's name folded for comparison.

    >>> speaker_key("The  Foreign Ministry")
    'foreign ministry'
    """
    if name is None:
        return None
    return " ".join(name.casefold().split()).removeprefix("the ")
