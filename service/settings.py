"""Every knob of a running service, once, with its unit."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labels.errors import StancewireError
from service.intake import MAX_CHARS

PREFIX = "STANCEWIRE_"


class InvalidSetting(StancewireError):
    """An environment variable that can't be read."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        self.name = name
        self.value = value
        super().__init__(f"{name}={value!r}: {wanted}")


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs; each field is the environment variable STANCEWIRE_<FIELD>.

    Attributes:
        home: workspace folder with versions and database; created on first write.
        database_url: SQLAlchemy URL; None means SQLite in the workspace.
        labelled: labelled file, or folder of such, that versions start from; None: the shipped set.
        label_studio_secret: stands in the URL under which Label Studio reaches us; None: no secret.
        host: address to listen on.
        port: TCP port to listen on.
        max_body_bytes: longest request body.
        max_document_chars: longest text of one document, in code points.
        max_batch_documents: most documents in one request.
        allow_private: let feeds and webhooks be at private and loopback addresses.
        feed_interval_s: seconds between two polls of a feed that doesn't say otherwise.
        requests_per_minute: limit of each API key that has none of its own.
        cors_origins: web origins whose scripts may read answers, parted by commas; "*" for all.
        miniflux_secret: webhook secret of the Miniflux that posts to /hooks/miniflux.
        smtp_url: smtp://user:password@host:port (STARTTLS where offered) or smtps://...
        mail_from: sender of alerts by e-mail.
        log_json: write logs as one JSON object a line.
    """

    home: Path = Path(".stancewire")
    database_url: str | None = None
    labelled: Path | None = None
    label_studio_secret: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    max_body_bytes: int = 20_000_000
    max_document_chars: int = MAX_CHARS
    max_batch_documents: int = 1_000
    allow_private: bool = False
    feed_interval_s: int = 900
    requests_per_minute: int = 600
    cors_origins: tuple[str, ...] = ()
    miniflux_secret: str | None = None
    smtp_url: str | None = None
    mail_from: str = "stancewire@localhost"
    log_json: bool = False

    @property
    def store_url(self) -> str | Path:
        """Return where the database is."""
        return self.database_url or self.home / "stancewire.db"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read the STANCEWIRE_* variables; what is not set keeps its default.

        Raises:
            InvalidSetting: a number that isn't one, or is not above zero.
        """
        given = os.environ if env is None else env
        default = cls()
        return cls(
            home=Path(given.get(f"{PREFIX}HOME") or default.home),
            database_url=given.get(f"{PREFIX}DATABASE_URL") or None,
            labelled=Path(path) if (path := given.get(f"{PREFIX}LABELLED")) else None,
            label_studio_secret=given.get(f"{PREFIX}LABEL_STUDIO_SECRET") or None,
            host=given.get(f"{PREFIX}HOST") or default.host,
            port=_number(given, "PORT", default.port),
            max_body_bytes=_number(given, "MAX_BODY_BYTES", default.max_body_bytes),
            max_document_chars=_number(given, "MAX_DOCUMENT_CHARS", default.max_document_chars),
            max_batch_documents=_number(given, "MAX_BATCH_DOCUMENTS", default.max_batch_documents),
            allow_private=_flag(given, "ALLOW_PRIVATE"),
            feed_interval_s=_number(given, "FEED_INTERVAL_S", default.feed_interval_s),
            requests_per_minute=_number(given, "REQUESTS_PER_MINUTE", default.requests_per_minute),
            cors_origins=tuple(given.get(f"{PREFIX}CORS_ORIGINS", "").replace(",", " ").split()),
            miniflux_secret=given.get(f"{PREFIX}MINIFLUX_SECRET") or None,
            smtp_url=given.get(f"{PREFIX}SMTP_URL") or None,
            mail_from=given.get(f"{PREFIX}MAIL_FROM") or default.mail_from,
            log_json=_flag(given, "LOG_JSON"),
        )


def _number(env: Mapping[str, str], field: str, default: int) -> int:
    name = f"{PREFIX}{field}"
    value = env.get(name)
    if not value:
        return default
    if not value.isdecimal() or int(value) < 1:
        raise InvalidSetting(name, value, "must be a whole number above 0")
    return int(value)


def _flag(env: Mapping[str, str], field: str) -> bool:
    name = f"{PREFIX}{field}"
    value = env.get(name, "").lower()
    if value not in {"", "0", "1", "false", "true", "no", "yes"}:
        raise InvalidSetting(name, value, "must be true or false")
    return value in {"1", "true", "yes"}
