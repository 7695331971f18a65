"""The OpenAPI document: what the routes say, and what the gate in front of them asks for."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.auth import needed
from service.schemas import problems

# The ways in which a key may come (`auth.given_key`); the cookie is for the pages alone.
KEYS = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "password": {"type": "http", "scheme": "basic"},
}
# No key, one that may not do this (or a page of another site), one that asks too often.
REFUSALS = problems(401, 403, 429)


def install(app: FastAPI) -> None:
    """Let `app` tell of keys in its OpenAPI document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = guarded(
                get_openapi(
                    title=app.title, version=app.version, summary=app.summary, routes=app.routes
                )
            )
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign] # as FastAPI's manual extends it


def guarded(document: dict[str, Any]) -> dict[str, Any]:
    """Add keys, scopes and refusals to every operation that the gate stands before."""
    document.setdefault("components", {})["securitySchemes"] = KEYS
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            scope = needed(method.upper(), path)
            if scope is None:
                continue
            # Without any key the service is open: hence the empty alternative.
            operation["security"] = [*({name: []} for name in KEYS), {}]
            refusals = {str(status): answer for status, answer in REFUSALS.items()}
            operation["responses"] = refusals | operation["responses"]
            told = f"Needs a key with the scope `{scope}`, once there are keys."
            operation["description"] = f"{operation.get('description', '')}\n\n{told}".strip()
    return document
