"""Every request has an id, is counted and timed, and leaves one line in the log."""

import logging
import re
import time
import uuid
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import metrics
from service.logs import request_id

log = logging.getLogger("stancewire.access")

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Observe:
    """Outermost of the layers: it sees what any other answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        identity = given if _ID.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(identity)
        start = time.perf_counter()
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = identity
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            took_s = time.perf_counter() - start
            _note(scope, status, took_s)
            request_id.reset(token)


def _note(scope: Scope, status: int, took_s: float) -> None:
    # The route, not the path: ids in paths would make a series each.
    route = getattr(scope.get("route"), "path", "(none)")
    method = scope["method"] if scope["method"] in _METHODS else "(other)"
    metrics.REQUESTS.labels(method, route, str(status)).inc()
    metrics.SECONDS.labels(method, route).observe(took_s)
    key = scope.get("state", {}).get("key")
    extra: dict[str, Any] = {
        "method": method,
        "path": scope["path"],
        "status": status,
        "took_ms": round(took_s * 1_000, 1),
    }
    if key is not None:
        extra["key"] = key.id
    log.info("%s %s %d", method, scope["path"], status, extra=extra)
