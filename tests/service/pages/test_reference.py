"""The page of the HTTP interface."""

import re

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.pages.reference import kind, operations, shapes
from service.settings import Settings


def test_the_page_has_every_operation_and_object_of_the_openapi_document(own_settings: Settings):
    app = create_app(own_settings)
    document = app.openapi()
    with TestClient(app, headers={"Accept": "text/html"}) as client:
        page = client.get("/docs").text

    assert all(f'id="{one.id}"' in page for one in operations(document))
    assert all(f'id="{shape.name}"' in page for shape in shapes(document))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


@pytest.mark.parametrize("path", ["/redoc", "/docs/oauth2-redirect"])
def test_no_page_of_fastapi_is_left(own_settings: Settings, path: str):
    with TestClient(create_app(own_settings)) as client:
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({}, "anything"),
        ({"type": "string", "format": "date-time"}, "date-time"),
        ({"type": "integer", "minimum": 0.0, "maximum": 1e6}, "integer (at least 0, at most 1,000,000)"),
        ({"type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 3}, "list of a | b (up to 3 of them)"),
        ({"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}, "A, or B"),
    ],
)  # fmt: skip
def test_a_schema_is_told_in_words(schema: dict[str, object], words: str):
    assert kind(schema).words == words


def test_a_parameter_tells_its_place_its_need_and_its_default():
    given = {
        "name": "n",
        "in": "query",
        "required": True,
        "schema": {"type": "integer", "default": 5},
    }
    document = {
        "paths": {
            "/x": {"get": {"operationId": "x", "parameters": [given], "responses": {}}},
        }
    }

    (one,) = operations(document)
    (field,) = one.parameters

    assert (one.group, one.method, one.sent, one.answers) == ("other", "GET", None, ())
    assert (field.place, field.is_required, field.told) == ("query", True, "Default: 5.")
