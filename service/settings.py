"""Every knob of a running service, once, with its unit."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labels.errors import StancewireError

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
        host: address to listen on.
        port: TCP port to listen on.
        max_body_bytes: longest request body.
        max_document_chars: longest text of one document, in code points.
        max_batch_documents: most documents in one request.
    """

    home: Path = Path(".stancewire")
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    max_body_bytes: int = 20_000_000
    max_document_chars: int = 2_000_000
    max_batch_documents: int = 1_000

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
            host=given.get(f"{PREFIX}HOST") or default.host,
            port=_number(given, "PORT", default.port),
            max_body_bytes=_number(given, "MAX_BODY_BYTES", default.max_body_bytes),
            max_document_chars=_number(given, "MAX_DOCUMENT_CHARS", default.max_document_chars),
            max_batch_documents=_number(given, "MAX_BATCH_DOCUMENTS", default.max_batch_documents),
        )


def _number(env: Mapping[str, str], field: str, default: int) -> int:
    name = f"{PREFIX}{field}"
    value = env.get(name)
    if not value:
        return default
    if not value.isdecimal() or int(value) < 1:
        raise InvalidSetting(name, value, "must be a whole number above 0")
    return int(value)
