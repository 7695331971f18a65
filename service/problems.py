"""Errors over HTTP: problem details as in RFC 9457, for ours and the framework's alike.

Who reads a page in a browser gets a page that says the same (`app.state.fault_page`).
"""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from labels.errors import StancewireError
from service.errors import meaning

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("stancewire.http")


def problem(error: StancewireError) -> dict[str, Any]:
    """Return an error as a problem object; its type is the error's class name."""
    row = meaning(error)
    body = {
        "type": f"urn:stancewire:error:{type(error).__name__}",
        "title": row.title,
        "status": row.status,
        "detail": str(error),
    }
    field = getattr(error, "field", None)
    return body | ({"field": field} if field else {})


def respond(body: dict[str, Any], headers: dict[str, str] | None = None) -> JSONResponse:
    """Return a problem object as a response with its own status."""
    return JSONResponse(body, body["status"], headers, MEDIA_TYPE)


def answer(
    request: Request, body: dict[str, Any], headers: dict[str, str] | None = None
) -> Response:
    """Return a problem object as a page where a browser asked for one, else as it is."""
    page = getattr(request.app.state, "fault_page", None)
    wants_page = "text/html" in request.headers.get("accept", "")
    if page is None or not wants_page or request.url.path.startswith("/v1/"):
        return respond(body, headers)
    found: Response = page(request, body)
    found.headers.update(headers or {})
    return found


def install(app: FastAPI) -> None:
    """Answer every error of the app with problem details."""

    @app.exception_handler(StancewireError)
    async def _ours(request: Request, error: StancewireError) -> Response:
        body = problem(error)
        if body["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("%s %s: %s", request.method, request.url.path, error)
        return answer(request, body)

    @app.exception_handler(ClientDisconnect)
    async def _gone(request: Request, error: ClientDisconnect) -> JSONResponse:
        # Nobody reads this answer; it keeps a client that hung up from looking like our fault.
        log.info("%s %s: the client left", request.method, request.url.path)
        return respond({"type": "about:blank", "title": "Client left", "status": 400, "detail": ""})

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> Response:
        faults = [
            {"field": ".".join(str(part) for part in fault["loc"]), "reason": fault["msg"]}
            for fault in error.errors()
        ]
        detail = "; ".join(f"{fault['field']}: {fault['reason']}" for fault in faults)
        return answer(
            request,
            {
                "type": "urn:stancewire:error:InvalidRequest",
                "title": "The request can't be read",
                "status": 422,
                "detail": detail,
                "errors": faults,
            },
        )

    @app.exception_handler(HTTPException)
    async def _framework(request: Request, error: HTTPException) -> Response:
        body = {
            "type": "about:blank",
            "title": HTTPStatus(error.status_code).phrase,
            "status": error.status_code,
            "detail": str(error.detail),
        }
        return answer(request, body, dict(error.headers) if error.headers else None)
