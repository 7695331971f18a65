"""`/v1/documents`: articles that are tagged and kept, one, many or a stream of them."""

import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from labels.document import Document
from labels.errors import StancewireError
from service import intake
from service.api.tag import BODY, read_body
from service.contract import METADATA
from service.keeping import BATCH, keep_all, keep_and_tag, utc_now
from service.problems import problem
from service.schemas import FailedOut, TaggedOut, problems
from service.settings import Settings
from service.store import Store, documents, jobs, tags as kept_tags
from service.store.documents import Kept
from service.worker import RETAG, TAG

router = APIRouter(prefix="/v1", tags=["documents"])
log = logging.getLogger("stancewire.http")

Replace = Annotated[
    bool, Query(description="Take the text as a new state of the document that is kept.")
]
Key = Annotated[str, Path(description="The document's id.")]


class KeptOut(BaseModel):
    """What became of one document: `kept`, `known` or `replaced`."""

    id: str
    outcome: str


class JobOut(BaseModel):
    """A job; `done` of `total` says how far it is."""

    id: str
    kind: str
    state: str
    done: int
    total: int
    result: dict[str, Any] | None
    error: str | None
    created_at: datetime
    finished_at: datetime | None


class QueuedOut(BaseModel):
    """A list was kept; the job tags it."""

    job: JobOut
    documents: list[KeptOut | FailedOut]


class KeptTaggedOut(TaggedOut):
    """A kept document: `model` and `scheme` are null while it waits for the tagger."""

    model: str | None  # type: ignore[assignment] # waits for the tagger
    scheme: str | None  # type: ignore[assignment] # likewise
    outcome: str | None = None


def store_of(request: Request) -> Store:
    """Return the store of the service that answers `request`."""
    store: Store = request.app.state.store.get()
    return store


@router.post(
    "/documents",
    status_code=201,
    response_model=KeptTaggedOut,
    responses={
        200: {"model": KeptTaggedOut, "description": "The document was known"},
        202: {"model": QueuedOut, "description": "The list was kept; a job tags it"},
        **problems(400, 409, 413, 422, 503),
    },
    openapi_extra={"requestBody": BODY},
    summary="Tag and keep one article or a list of articles",
)
async def post_documents(request: Request, replace: Replace = False) -> Response:
    """Keep one document (tagged in the answer) or a list (202: a job tags it).

    The same article sent twice is kept once: by its id, by its text or by its URL.
    """
    settings: Settings = request.app.state.settings
    raw = intake.loads(await read_body(request, settings.max_body_bytes))
    if not isinstance(raw, list):
        return await run_in_threadpool(_keep_one, request, raw, replace=replace)
    if len(raw) > settings.max_batch_documents:
        raise intake.TooManyDocuments(len(raw), settings.max_batch_documents)
    return await run_in_threadpool(_queue, request, raw, replace=replace)


def _keep_one(request: Request, raw: object, *, replace: bool) -> Response:
    state = request.app.state
    document = intake.document(raw, max_chars=state.settings.max_document_chars)
    store, tagger = store_of(request), state.current.get()
    (kept,) = keep_and_tag(store, tagger, [document], replace_text=replace)
    if isinstance(kept, StancewireError):
        raise kept
    with store.read() as connection:
        body = _shown(connection, kept.key) | {"outcome": kept.outcome}
    status = 201 if kept.outcome == "kept" else 200
    return Response(orjson.dumps(body), status, media_type="application/json")


def _queue(request: Request, raw: list[object], *, replace: bool) -> Response:
    max_chars = request.app.state.settings.max_document_chars
    read = [_read(item, max_chars=max_chars) for item in raw]
    store, now = store_of(request), utc_now()
    given = [item for item in read if isinstance(item, Document)]
    outcomes = keep_all(store, given, now=now, replace_text=replace)
    rows = sorted({k.row for k in outcomes if isinstance(k, Kept) and k.version is None})
    with store.write() as connection:
        job_id = jobs.create(connection, TAG, {"rows": rows}, now=now, total=len(rows))
        job = jobs.find(connection, job_id)
    answers = iter(outcomes)
    shown = [_outcome(next(answers) if isinstance(r, Document) else r, r) for r in read]
    body = orjson.dumps({"job": job.to_json(), "documents": shown})
    location = {"Location": f"/v1/jobs/{job_id}"}
    return Response(body, 202, location, media_type="application/json")


def _read(raw: object, *, max_chars: int) -> Document | StancewireError:
    try:
        return intake.document(raw, max_chars=max_chars)
    except StancewireError as error:
        return error


def _outcome(kept: Kept | StancewireError | Document, sent: object) -> dict[str, Any]:
    if isinstance(kept, Kept):
        return {"id": kept.key, "outcome": kept.outcome}
    assert isinstance(kept, StancewireError)
    identity = {"id": sent.id} if isinstance(sent, Document) else {}
    return {**identity, "error": problem(kept)}


@router.post(
    "/documents/bulk",
    responses={
        200: {
            "description": "One line for each line, in their order",
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        },
        **problems(503),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        }
    },
    response_class=StreamingResponse,
    summary="Tag and keep a stream of articles, one JSON object a line",
)
async def bulk(
    request: Request,
    tags: Annotated[bool, Query(description="Answer with the tags, not the outcome only.")] = False,
    replace: Replace = False,
) -> StreamingResponse:
    """Answer while the body still comes in; a line is answered once it is committed.

    Read the answer while you send (curl does): the service reads no further than you do.
    """
    await run_in_threadpool(request.app.state.current.get)
    await run_in_threadpool(store_of, request)
    stream = _bulk(request, tags=tags, replace=replace)
    return Duplex(stream, media_type="application/x-ndjson")


class Duplex(StreamingResponse):
    """Streams an answer while its request is still read.

    Starlette's own would watch for a disconnect meanwhile, and swallow the parts of the body; the
    reader of the body notices a disconnect as well.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        with contextlib.suppress(ClientDisconnect):  # what was committed stays
            await self.stream_response(send)


async def _bulk(request: Request, *, tags: bool, replace: bool) -> AsyncIterator[bytes]:
    batch: list[bytes] = []
    number = 0
    try:
        async for line in _lines(request, request.app.state.settings.max_body_bytes):
            batch.append(line)
            if len(batch) == BATCH:
                yield await run_in_threadpool(_keep_lines, request, batch, number, tags, replace)
                number, batch = number + len(batch), []
        if batch:
            yield await run_in_threadpool(_keep_lines, request, batch, number, tags, replace)
    except StancewireError as error:
        # The status has left already: the last line says why there are no more.
        log.warning("bulk stopped after line %d: %s", number, error)
        if batch and isinstance(error, intake.BodyTooLarge):
            yield await run_in_threadpool(_keep_lines, request, batch, number, tags, replace)
            number += len(batch)
        yield orjson.dumps({"line": number + 1, "error": problem(error)}) + b"\n"


async def _lines(request: Request, limit: int) -> AsyncIterator[bytes]:
    rest = b""
    async for part in request.stream():
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            if line.strip():
                yield line
        if len(rest) > limit:
            raise intake.BodyTooLarge(limit)
    if rest.strip():
        yield rest


def _keep_lines(
    request: Request,
    lines: list[bytes],
    number: int,
    tags: bool,
    replace: bool,
) -> bytes:
    max_chars = request.app.state.settings.max_document_chars
    read: list[Document | StancewireError] = []
    for line in lines:
        try:
            read.append(intake.document(intake.loads(line), max_chars=max_chars))
        except StancewireError as error:
            read.append(error)
    store, tagger = store_of(request), request.app.state.current.get()
    given = [item for item in read if isinstance(item, Document)]
    outcomes = iter(keep_and_tag(store, tagger, given, replace_text=replace))
    answers = []
    with store.read() as connection:
        for i, item in enumerate(read):
            kept = next(outcomes) if isinstance(item, Document) else item
            answer = {"line": number + i + 1, **_outcome(kept, item)}
            if tags and isinstance(kept, Kept):
                answer |= _shown(connection, kept.key)
            answers.append(orjson.dumps(answer))
    return b"\n".join(answers) + b"\n"


@router.get(
    "/documents/{key:path}",
    response_model=KeptTaggedOut,
    responses=problems(404, 422, 503),
    summary="One kept document with its tags",
)
async def get_document(request: Request, key: Key) -> Response:
    """Return the document with its text, and the tags of its live version."""

    def answer() -> bytes:
        with store_of(request).read() as connection:
            return orjson.dumps(_shown(connection, key))

    return Response(await run_in_threadpool(answer), media_type="application/json")


@router.delete(
    "/documents/{key:path}",
    status_code=204,
    responses=problems(404, 422, 503),
    summary="Delete a document and all that was said of it",
)
async def delete_document(request: Request, key: Key) -> None:
    """Delete text, tags and statements; alerts that were sent stay in the log."""

    def delete() -> None:
        with store_of(request).write() as connection:
            documents.delete(connection, _clean(key))

    await run_in_threadpool(delete)


def _shown(connection: Any, key: str) -> dict[str, Any]:
    row = documents.find(connection, _clean(key))
    source = {field: row[field] for field in (*METADATA, "text") if row[field] is not None}
    return kept_tags.contract(connection, row) | {"document": source}


def _clean(key: str) -> str:
    # PostgreSQL takes no NUL, and keeps none (see `documents.storable`).
    return key.replace("\0", "\ufffd")


@router.get(
    "/jobs/{job_id}",
    response_model=JobOut,
    responses=problems(404, 422, 503),
    summary="How far a job is",
)
async def get_job(
    request: Request, job_id: Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
) -> dict[str, Any]:
    """Return the state of a job: queued, running, done or failed."""

    def answer() -> dict[str, Any]:
        with store_of(request).read() as connection:
            return jobs.find(connection, job_id).to_json()

    return await run_in_threadpool(answer)


@router.post(
    "/retag",
    status_code=202,
    response_model=JobOut,
    responses=problems(404, 422, 503),
    summary="Tag all kept documents anew",
)
async def retag(
    request: Request,
    version: Annotated[str | None, Query(description="Without it: the current one.")] = None,
) -> Response:
    """Queue a job that tags everything with a version; the old tags are shown until it is done."""

    def queue() -> dict[str, Any]:
        tagger = request.app.state.current.get(version)
        with store_of(request).write() as connection:
            payload = {"version": tagger.version}
            return jobs.find(
                connection, jobs.create(connection, RETAG, payload, now=utc_now())
            ).to_json()

    job = await run_in_threadpool(queue)
    location = {"Location": f"/v1/jobs/{job['id']}"}
    return Response(orjson.dumps(job), 202, location, media_type="application/json")
