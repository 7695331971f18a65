"""Logs: one line an event, as text or JSON, each with the id of the request that caused it."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

# The request that is being answered; empty outside of requests.
request_id: ContextVar[str] = ContextVar("request_id", default="")

# What a record has anyway; anything else was given as `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        line |= {key: value for key, value in vars(record).items() if key not in _USUAL}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class TextLines(logging.Formatter):
    """Formats a record for a person."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with the request's id behind it."""
        line = super().format(record)
        return f"{line} [{request_id.get()}]" if request_id.get() else line


def configure(*, as_json: bool = False) -> None:
    """Send stancewire's logs to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    text = TextLines("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if as_json else text)
    ours = logging.getLogger("stancewire")
    ours.handlers = [handler]
    ours.setLevel(logging.INFO)
    ours.propagate = False
