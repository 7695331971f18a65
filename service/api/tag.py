"""`POST /v1/tag`: articles in, tags out; nothing is kept."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from labels.document import Document
from labels.errors import StancewireError
from model.tagger import Tagger
from service import intake, metrics
from service.contract import tagged_json
from service.problems import problem
from service.schemas import DOCUMENT_EXAMPLE, DocumentIn, FailedOut, TaggedOut, problems
from service.settings import Settings

router = APIRouter(prefix="/v1", tags=["tag"])

BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "anyOf": [
                    DocumentIn.model_json_schema(),
                    {"type": "array", "items": DocumentIn.model_json_schema()},
                ]
            },
            "examples": {
                "one": {"summary": "One article", "value": DOCUMENT_EXAMPLE},
                "several": {"summary": "A list", "value": [DOCUMENT_EXAMPLE]},
            },
        }
    },
}


@router.post(
    "/tag",
    response_model=TaggedOut | list[TaggedOut | FailedOut],
    responses=problems(400, 404, 413, 422, 503),
    openapi_extra={"requestBody": BODY},
    summary="Tag one article or a list of articles",
)
async def tag(
    request: Request,
    explain: Annotated[
        bool, Query(description="Add each head's exact additive evidence (slower).")
    ] = False,
    version: Annotated[
        str | None, Query(description="Pin a version; without it the current one answers.")
    ] = None,
) -> Response:
    """Tag one document (the answer is one object) or a list (the answer is a list).

    In a list, a document that can't be tagged has its problem in its place; the others are tagged.
    """
    settings: Settings = request.app.state.settings
    raw = intake.loads(await read_body(request, settings.max_body_bytes))
    if isinstance(raw, list) and len(raw) > settings.max_batch_documents:
        raise intake.TooManyDocuments(len(raw), settings.max_batch_documents)
    work = partial(_answer, request, raw, version=version, explain=explain)
    loop = asyncio.get_running_loop()
    body = await loop.run_in_executor(TAGGING, copy_context().run, work)
    return Response(body, media_type="application/json")


# Tagging is Python from end to end: more threads than this only wait for each other, and a second
# one lets a short article pass a long list. (anyio's threads cost half as much again a request.)
TAGGING = ThreadPoolExecutor(2, thread_name_prefix="tag")


async def read_body(request: Request, limit: int) -> bytes:
    """Read a body, giving up once it is over the limit.

    Raises:
        BodyTooLarge: more than `limit` bytes came, or were announced.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise intake.BodyTooLarge(limit)
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > limit:
            raise intake.BodyTooLarge(limit)
        parts.append(part)
    return b"".join(parts)


def _answer(request: Request, raw: object, *, version: str | None, explain: bool) -> bytes:
    tagger: Tagger = request.app.state.current.get(version)
    max_chars = request.app.state.settings.max_document_chars
    if not isinstance(raw, list):
        document = intake.document(raw, max_chars=max_chars)
        (tagged,) = tagger.tag([document], explain=explain)
        metrics.count_tags([tagged])
        return orjson.dumps(tagged_json(tagged, with_text=_was_html(raw)))
    read = [_read(item, max_chars=max_chars) for item in raw]
    given = [item for item in read if isinstance(item, Document)]
    said = tagger.tag(given, explain=explain)
    metrics.count_tags(said)
    tagged_documents = iter(said)
    answers = [
        tagged_json(next(tagged_documents), with_text=_was_html(item))
        if isinstance(found, Document)
        else found
        for item, found in zip(raw, read, strict=True)
    ]
    return orjson.dumps(answers)


def _read(raw: object, *, max_chars: int) -> Document | dict[str, Any]:
    try:
        return intake.document(raw, max_chars=max_chars)
    except StancewireError as error:
        identity = raw.get("id") if isinstance(raw, Mapping) else None
        known = {"id": identity} if isinstance(identity, str) and identity.isprintable() else {}
        return {**known, "error": problem(error)}


def _was_html(raw: object) -> bool:
    return isinstance(raw, Mapping) and raw.get("html") is not None
