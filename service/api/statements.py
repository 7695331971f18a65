"""`/v1/statements` and `/v1/stats`: what was said, found again, counted and followed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from labels.scheme import SpeakerType, Stance
from service import syndication
from service.api.documents import store_of
from service.keeping import utc_now
from service.schemas import SentenceOut, problems
from service.store.counts import DIMENSIONS, counts
from service.store.filters import Filter
from service.store.statements import MAX_PAGE, Page, every, page

router = APIRouter(prefix="/v1", tags=["statements"])

Texts = Annotated[list[str], Field(default_factory=list, max_length=100)]


class FilterIn(BaseModel):
    """The filter of all lists, counts and feeds; of a repeated parameter any value matches."""

    model_config = ConfigDict(extra="forbid")

    stance: list[Stance] = Field(default_factory=list)
    speaker: Texts = Field(default_factory=list, description="Part of the speaker's name.")
    voice: Texts = Field(default_factory=list, description="A speaker's whole name.")
    speaker_type: list[SpeakerType] = Field(default_factory=list)
    actor: Texts = Field(default_factory=list, description="Id of a proposed actor: UN, RUS ...")
    host: Texts = Field(default_factory=list, description="ISO 3166 alpha-3 code.")
    outlet: Texts = Field(default_factory=list, description="Publisher, as it was given.")
    since: str | None = Field(
        None, description="ISO 8601 date or date-time.", examples=["2026-03-01"]
    )
    until: str | None = Field(None, description="Before this moment; a date: to its end.")
    min_score: float = Field(0, ge=0, le=1)
    q: str | None = Field(None, description='Full text: words, "phrases", -without, OR.')
    copies: bool = Field(default=False, description="Also articles that copy another one.")
    abstained: bool = Field(default=False, description="Also what the tagger abstained from.")

    def filter(self) -> Filter:
        """Return it as the store takes it."""
        return Filter.of({name: getattr(self, name) for name in FilterIn.model_fields})


class PageIn(FilterIn):
    """A filter, and which page of what it finds."""

    cursor: str | None = Field(None, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=MAX_PAGE)


class StatsIn(FilterIn):
    """A filter, and what to count by."""

    by: list[str] = Field(
        default=["stance"], min_length=1, max_length=2, description=", ".join(DIMENSIONS)
    )
    limit: int = Field(1_000, ge=1, le=10_000, description="As many rows at most.")


class SourceOut(BaseModel):
    """The article in which a statement stands."""

    id: str
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    published: str | None = None
    host: str | None = None


class StatementOut(SentenceOut):
    """A sentence that takes a stance, and where it stands."""

    id: int
    model: str
    position: int
    dated_at: datetime
    tagged_at: datetime
    document: SourceOut


class StatementsOut(BaseModel):
    """One page, newest first; `next` is the cursor of the following one."""

    statements: list[StatementOut]
    next: str | None


class StatsOut(BaseModel):
    """Counts, most first; `truncated` says that there were more rows than the limit."""

    by: list[str]
    rows: list[dict[str, str | int | None]]
    truncated: bool


@router.get(
    "/statements",
    response_model=StatementsOut,
    responses=problems(422, 503),
    summary="Find statements, newest first",
)
async def statements(request: Request, asked: Annotated[PageIn, Query()]) -> Response:
    """Return one page of the statements that the filter lets through."""
    found = await run_in_threadpool(_page, request, asked)
    body = orjson.dumps({"statements": found.statements, "next": found.next})
    headers = {}
    if found.next is not None:
        following = request.url.include_query_params(cursor=found.next)
        headers["Link"] = f'<{following}>; rel="next"'
    return Response(body, headers=headers, media_type="application/json")


def _page(request: Request, asked: PageIn) -> Page:
    with store_of(request).read() as connection:
        return page(connection, asked.filter(), cursor=asked.cursor, limit=asked.limit)


@router.get(
    "/statements.csv",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}}, **problems(422, 503)},
    summary="All statements that the filter lets through, as a table",
)
async def statements_csv(
    request: Request, asked: Annotated[FilterIn, Query()]
) -> StreamingResponse:
    """Stream CSV; the columns are told in docs/monitoring.md."""
    wanted = asked.filter()
    store = await run_in_threadpool(store_of, request)

    def lines() -> Iterator[str]:
        with store.read() as connection:
            yield from syndication.csv_lines(every(connection, wanted))

    name = {"Content-Disposition": 'attachment; filename="statements.csv"'}
    return StreamingResponse(lines(), media_type="text/csv", headers=name)


@router.get(
    "/statements.atom",
    response_class=Response,
    responses={200: {"content": {"application/atom+xml": {}}}, **problems(422, 503)},
    summary="The newest statements, as an Atom feed",
)
async def statements_atom(request: Request, asked: Annotated[PageIn, Query()]) -> Response:
    """Return a page as an Atom feed: any feed reader can follow a filter."""
    found = await run_in_threadpool(_page, request, asked)
    updated = utc_now().isoformat()
    body = syndication.atom(found.statements, self_url=str(request.url), updated=updated)
    return Response(body, media_type="application/atom+xml")


@router.get(
    "/statements.jsonfeed",
    response_class=Response,
    responses={200: {"content": {"application/feed+json": {}}}, **problems(422, 503)},
    summary="The newest statements, as a JSON Feed",
)
async def statements_json_feed(request: Request, asked: Annotated[PageIn, Query()]) -> Response:
    """Return a page as a JSON Feed."""
    found = await run_in_threadpool(_page, request, asked)
    body: dict[str, Any] = syndication.json_feed(found.statements, self_url=str(request.url))
    return Response(orjson.dumps(body), media_type="application/feed+json")


@router.get(
    "/stats",
    response_model=StatsOut,
    responses=problems(422, 503),
    summary="Count statements by one or two of their properties",
)
async def stats(request: Request, asked: Annotated[StatsIn, Query()]) -> dict[str, Any]:
    """Count, for example by `week` and `stance`; a week is named by its Monday."""

    def answer() -> list[dict[str, str | int | None]]:
        with store_of(request).read() as connection:
            return counts(connection, asked.filter(), tuple(asked.by))

    rows = await run_in_threadpool(answer)
    return {"by": asked.by, "rows": rows[: asked.limit], "truncated": len(rows) > asked.limit}
