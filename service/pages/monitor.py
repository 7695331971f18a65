"""`/monitor`: statements over time, who wants whom, what is new; and its charts one by one."""

import csv
import io
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from labels.scheme import SpeakerType, Stance
from service.api.documents import store_of
from service.pages.charts import CHARTS
from service.pages.drawing import MEDIA_TYPES, draw
from service.pages.shell import templates
from service.store import counts, statements
from service.store.filters import Filter, InvalidFilter

router = APIRouter(include_in_schema=False)

LISTED = 25
LISTS = ("stance", "speaker", "speaker_type", "actor", "host", "outlet")
SINGLE = ("since", "until", "min_score", "q")


def wanted(query: QueryParams) -> Filter:
    """Read the filter of a page's address; empty fields of its form say nothing.

    Raises:
        InvalidFilter: naming the field.
    """
    raw: dict[str, Any] = {field: query.getlist(field) for field in LISTS}
    raw = {field: [value for value in values if value] for field, values in raw.items()}
    raw |= {field: query.get(field) for field in SINGLE}
    return Filter.of({**raw, "copies": query.get("copies") == "on"})


@router.get("/monitor")
async def monitor(request: Request) -> Response:
    """Show the newest statements of a filter, and its charts."""
    fault, chosen = None, Filter()
    try:
        chosen = wanted(request.query_params)
    except InvalidFilter as error:
        fault = str(error)

    def work() -> dict[str, Any]:
        with store_of(request).read() as connection:
            return {
                "page": statements.page(
                    connection, chosen, cursor=request.query_params.get("cursor"), limit=LISTED
                ),
                "number": statements.count(connection, chosen),
            }

    context = await run_in_threadpool(work)
    query = request.url.query
    return templates.TemplateResponse(
        request,
        "monitor.html",
        {
            "fault": fault,
            "chosen": chosen,
            "charts": list(CHARTS),
            "query": query,
            "stances": [stance for stance in Stance if stance != Stance.NONE],
            "speaker_types": list(SpeakerType),
            **context,
        },
        status_code=422 if fault else 200,
    )


@router.get("/charts/{name}.{kind}")
async def chart(request: Request, name: str, kind: str) -> Response:
    """Return one chart of the filter: as picture, as Vega for the browser, or as its numbers."""
    if name not in CHARTS or kind not in {*MEDIA_TYPES, "csv"}:
        raise HTTPException(404, f"no chart {name}.{kind}")
    chosen = wanted(request.query_params)
    by, specification = CHARTS[name]

    def work() -> bytes:
        with store_of(request).read() as connection:
            found = counts.counts(connection, chosen, by)
        return _csv(found, by) if kind == "csv" else draw(specification(found), kind)

    body = await run_in_threadpool(work)
    media_type = "text/csv; charset=utf-8" if kind == "csv" else MEDIA_TYPES[kind]
    return Response(body, media_type=media_type)


def _csv(found: list[dict[str, str | int | None]], by: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, [*by, "count"])
    writer.writeheader()
    writer.writerows(found)
    return out.getvalue().encode()
