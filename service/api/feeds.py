"""`/v1/feeds`: which feeds are watched."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from service.api.documents import store_of
from service.api.tag import read_body
from service.feeds import opml
from service.keeping import utc_now
from service.schemas import problems
from service.store import feeds
from service.watching import add_all, feed_values

router = APIRouter(prefix="/v1", tags=["feeds"])

# The largest number that both databases can look up.
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
Text = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]


class FeedIn(BaseModel):
    """A feed to be watched."""

    url: Annotated[str, Field(max_length=2_000, pattern=r"^https?://[^\x00\s]+$")]
    publisher: Text | None = None
    host: Text | None = None
    conflict: Text | None = None
    interval_s: Annotated[int, Field(ge=60, le=604_800)] | None = None


class FeedOut(BaseModel):
    """A watched feed and how it fares."""

    id: int
    url: str
    title: str | None
    publisher: str | None
    host: str | None
    conflict: str | None
    interval_s: int
    active: bool
    next_poll_at: datetime
    last_polled_at: datetime | None
    last_success_at: datetime | None
    created_at: datetime
    failures: int
    last_error: str | None


class ImportedOut(BaseModel):
    """What became of an imported list."""

    added: int
    known: int


class DueOut(BaseModel):
    """How many feeds are to be polled now."""

    due: int


@router.get("/feeds", response_model=list[FeedOut], responses=problems(503), summary="All feeds")
async def list_feeds(request: Request) -> list[dict[str, Any]]:
    """Return all feeds in the order in which they were added."""

    def answer() -> list[dict[str, Any]]:
        with store_of(request).read() as connection:
            return [feeds.to_json(row) for row in feeds.every(connection)]

    return await run_in_threadpool(answer)


@router.post(
    "/feeds",
    status_code=201,
    response_model=FeedOut,
    responses=problems(409, 422, 503),
    summary="Watch a feed",
)
async def add_feed(request: Request, feed: FeedIn) -> dict[str, Any]:
    """Add a feed; `stancewire watch` polls it within seconds."""

    def add() -> dict[str, Any]:
        values = feed_values(settings=request.app.state.settings, **feed.model_dump())
        with store_of(request).write() as connection:
            return feeds.to_json(feeds.add(connection, values, now=utc_now()))

    return await run_in_threadpool(add)


@router.post(
    "/feeds/poll",
    status_code=202,
    response_model=DueOut,
    responses=problems(503),
    summary="Poll all feeds now",
)
async def poll(request: Request) -> dict[str, int]:
    """Let `stancewire watch` poll all feeds within seconds, whatever their turn."""

    def make_due() -> int:
        with store_of(request).write() as connection:
            return feeds.make_due(connection, now=utc_now())

    return {"due": await run_in_threadpool(make_due)}


@router.delete(
    "/feeds/{feed}", status_code=204, responses=problems(404, 422, 503), summary="Remove a feed"
)
async def remove_feed(request: Request, feed: Number) -> None:
    """Watch a feed no more; the documents that it brought stay."""

    def remove() -> None:
        with store_of(request).write() as connection:
            feeds.remove(connection, feed)

    await run_in_threadpool(remove)


@router.get(
    "/feeds.opml",
    response_class=Response,
    responses={200: {"content": {"text/x-opml": {}}}, **problems(503)},
    summary="All feeds as OPML",
)
async def export_opml(request: Request) -> Response:
    """Return the list in the form that other feed readers take."""

    def answer() -> bytes:
        with store_of(request).read() as connection:
            return opml.write(map(feeds.to_json, feeds.every(connection)))

    return Response(await run_in_threadpool(answer), media_type="text/x-opml")


@router.post(
    "/feeds.opml",
    response_model=ImportedOut,
    responses=problems(413, 422, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"text/x-opml": {"schema": {"type": "string"}}},
        }
    },
    summary="Watch all feeds of an OPML list",
)
async def import_opml(request: Request) -> dict[str, int]:
    """Add the feeds of another feed reader; those that are known stay as they are."""
    settings = request.app.state.settings
    body = await read_body(request, settings.max_body_bytes)

    def add() -> tuple[int, int]:
        return add_all(store_of(request), opml.read(body), settings)

    added, known = await run_in_threadpool(add)
    return {"added": added, "known": known}
