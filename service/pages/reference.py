"""`/docs`: every operation of the HTTP interface, off the OpenAPI document that the service gives."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from service.pages.shell import templates

router = APIRouter(include_in_schema=False)

_SCHEMAS = "#/components/schemas/"
# What bounds a value, as it stands in a schema, and as it is told.
_BOUNDS = (
    ("minimum", "at least {}"),
    ("maximum", "at most {}"),
    ("minLength", "{} characters or more"),
    ("maxLength", "up to {} characters"),
    ("minItems", "{} or more"),
    ("maxItems", "up to {} of them"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is.

    Attributes:
        words: such as "string, or null".
        objects: names of the objects that the words mention, each described on the page.
    """

    words: str
    objects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, or one field of an object."""

    name: str
    kind: Kind
    is_required: bool
    told: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent or answered; `status` is empty for what is sent."""

    kinds: tuple[tuple[str, Kind], ...]
    told: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    id: str
    group: str
    method: str
    path: str
    summary: str
    told: str
    parameters: tuple[Field, ...]
    sent: Body | None
    answers: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with its fields, or a string of which there are few `values`."""

    name: str
    told: str
    fields: tuple[Field, ...]
    values: tuple[str, ...]


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield the operations of an OpenAPI document, in its order."""
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            yield Operation(
                id=one["operationId"],
                group=(one.get("tags") or ["other"])[0],
                method=method.upper(),
                path=path,
                summary=one.get("summary", ""),
                told=one.get("description", ""),
                parameters=tuple(
                    _field(given["name"], given["schema"], given, place=given["in"])
                    for given in one.get("parameters", ())
                ),
                sent=_body(one["requestBody"]) if "requestBody" in one else None,
                answers=tuple(
                    _body(answer, status) for status, answer in sorted(one["responses"].items())
                ),
            )


def shapes(document: Mapping[str, Any]) -> Iterator[Shape]:
    """Yield the objects of an OpenAPI document, by name."""
    for name, schema in sorted(document["components"]["schemas"].items()):
        needed = schema.get("required", ())
        yield Shape(
            name=name,
            told=schema.get("description", ""),
            fields=tuple(
                _field(field, inner, {**inner, "required": field in needed})
                for field, inner in schema.get("properties", {}).items()
            ),
            values=tuple(map(str, schema.get("enum", ()))),
        )


def _field(
    name: str, schema: Mapping[str, Any], about: Mapping[str, Any], *, place: str = ""
) -> Field:
    default = schema.get("default")
    told = about.get("description") or schema.get("description", "")
    if default not in (None, [], ""):
        told = f"{told} Default: {default}.".strip()
    return Field(name, kind(schema), bool(about.get("required")), told, place)


def _body(raw: Mapping[str, Any], status: str = "") -> Body:
    kinds = tuple(
        (media_type, kind(content.get("schema", {})))
        for media_type, content in raw.get("content", {}).items()
    )
    return Body(kinds, raw.get("description", ""), status)


def kind(schema: Mapping[str, Any]) -> Kind:
    """Say what a JSON schema lets through.

    >>> kind({"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]}).words
    'string (up to 9 characters), or null'
    >>> kind({"type": "array", "items": {"$ref": "#/components/schemas/FeedOut"}})
    Kind(words='list of FeedOut', objects=('FeedOut',))
    """
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_SCHEMAS)
        return Kind(name, (name,))
    choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if choices:
        several = [kind(choice) for choice in choices]
        objects = dict.fromkeys(name for one in several for name in one.objects)
        return Kind(", or ".join(one.words for one in several), tuple(objects))
    bounds = [words.format(_number(schema[key])) for key, words in _BOUNDS if key in schema]
    more = f" ({', '.join(bounds)})" if bounds else ""
    if "enum" in schema:
        return Kind(" | ".join(map(str, schema["enum"])))
    if schema.get("type") == "array":
        inner = kind(schema.get("items", {}))
        return Kind(f"list of {inner.words}{more}", inner.objects)
    return Kind(f"{schema.get('format') or schema.get('type', 'anything')}{more}")


def _number(value: float) -> str:
    return f"{value:g}" if value < 1e6 else f"{value:,.0f}"


@router.get("/docs")
async def reference(request: Request) -> Response:
    """List the operations by group, and the objects that they take and give."""
    document = request.app.openapi()
    groups: dict[str, list[Operation]] = {}
    for one in operations(document):
        groups.setdefault(one.group, []).append(one)
    return templates.TemplateResponse(
        request,
        "reference.html",
        {"about": document["info"], "groups": groups, "shapes": list(shapes(document))},
    )
