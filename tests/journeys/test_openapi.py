"""What the OpenAPI document says is what clients meet (schemathesis)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings as effort
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from service.app import create_app
from service.keeping import utc_now
from service.settings import Settings
from service.store import keys, open_store

pytestmark = pytest.mark.journey

EXAMPLES = 40
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# The pages answer people; they have no contract.
CONTRACT = ("/v1/", "/hooks/", "/livez", "/readyz", "/metrics")
# Each retraining is a process that works for half a minute beside the test.
FEW = {("post", "/v1/retrain"): 2}


@schemathesis.serializer("application/x-ndjson", "text/x-opml")
def as_it_is(_context: Any, value: Any) -> bytes:
    """Send a body that is a string to the contract."""
    return str(value).encode("utf-8", "replace")


def test_every_operation_answers_as_it_says(own_settings: Settings, database_url: str):
    # A workspace of its own: one of the operations retrains and promotes.
    settings = replace(own_settings, database_url=database_url, miniflux_secret="hush")  # noqa: S106
    faults, tried = [], set()

    for operation in operations(settings):
        if operation.path == "/v1/retrain" and "postgresql" in database_url:
            continue  # its process outlives the test, and the database doesn't
        tried.add(operation.path)
        examples = FEW.get((operation.method, operation.path), EXAMPLES)
        faults += faults_of(operation, examples)

    assert {"/v1/tag", "/v1/documents/bulk", "/v1/alerts", "/hooks/miniflux"} <= tried
    assert len(tried) > 25
    assert faults == []


def test_every_refusal_stands_in_the_document(own_settings: Settings):
    store = open_store(own_settings.store_url)
    with store.write() as connection:
        _, narrow = keys.create(connection, "narrow", ["read"], now=utc_now())
        _, used_up = keys.create(connection, "often", ["admin"], now=utc_now(), per_minute=1)
    store.close()
    faults: list[str] = []
    met: set[int] = set()

    for operation in operations(own_settings, key=narrow):
        for key in ("sw_no_key", narrow, used_up):
            faults += faults_of(operation, 1, headers={"X-API-Key": key}, met=met)

    assert {401, 403, 429} <= met
    assert faults == []


def operations(settings: Settings, *, key: str = "") -> Iterator[Any]:
    """All operations that have a contract; `key` opens the document."""
    app, headers = create_app(settings), {"X-API-Key": key}
    schema: Any = schemathesis.openapi.from_asgi("/openapi.json", app, headers=headers)
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.startswith(CONTRACT):
            yield operation


def faults_of(
    operation: Any,
    examples: int,
    *,
    headers: dict[str, str] | None = None,
    met: set[int] | None = None,
) -> list[str]:
    """Call an operation with made-up input; tell how it breaks its word, and note the statuses."""

    @given(case=operation.as_strategy())
    @effort(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def play(case: Any) -> None:
        answer = case.call_and_validate(checks=CHECKS, headers=headers)
        if met is not None:
            met.add(answer.status_code)

    try:
        play()
    except (AssertionError, BaseExceptionGroup) as fault:  # told together at the end
        return [f"{operation.method.upper()} {operation.path}: {fault!r:.2000}"]
    return []
