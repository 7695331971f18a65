"""What the OpenAPI document says is what clients meet (schemathesis)."""

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
from service.settings import Settings

pytestmark = pytest.mark.journey

EXAMPLES = 5
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# The pages answer people; they have no contract.
CONTRACT = ("/v1/", "/hooks/", "/livez", "/readyz", "/metrics")


@schemathesis.serializer("application/x-ndjson", "text/x-opml")
def as_it_is(_context: Any, value: Any) -> bytes:
    """Send a body that is a string to the contract."""
    return str(value).encode("utf-8", "replace")


def test_every_operation_answers_as_it_says(own_settings: Settings):
    # A workspace of its own: one of the operations retrains and promotes.
    schema: Any = schemathesis.openapi.from_asgi("/openapi.json", create_app(own_settings))
    faults: list[str] = []
    tried = 0

    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.startswith(CONTRACT):
            tried += 1
            try:
                _play(operation)
            except (AssertionError, BaseExceptionGroup) as fault:  # told together at the end
                faults.append(f"{operation.method.upper()} {operation.path}: {fault!r:.2000}")

    assert tried > 20
    assert faults == []


def _play(operation: Any) -> None:
    @given(case=operation.as_strategy())
    @effort(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def play(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    play()
