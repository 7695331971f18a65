"""`/monitor`: statements over time, who wants whom, what is new, how feeds fare; and its charts."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from labels.scheme import SpeakerType, Stance
from service.api.documents import store_of
from service.keeping import utc_now
from service.pages.charts import CHARTS, GROUNDS
from service.pages.drawing import MEDIA_TYPES, draw
from service.pages.shell import templates
from service.store import counts, feeds, statements
from service.store.filters import Filter, InvalidFilter

router = APIRouter(include_in_schema=False)

LISTED = 25
LISTS = ("stance", "speaker", "voice", "speaker_type", "actor", "host", "outlet")
SINGLE = ("since", "until", "min_score", "q")
TITLES = {
    "over-time": "Statements over time, by stance",
    "by-actor": "Statements about each actor, by stance",
    "who-wants-whom": "Who wants whom: speaker types and actors",
}


def wanted(query: QueryParams) -> Filter:
    """Read the filter of a page's address; empty fields of its form say nothing.

    Raises:
        InvalidFilter: naming the field.
    """
    raw: dict[str, Any] = {field: query.getlist(field) for field in LISTS}
    raw = {
        field: [value.strip() for value in values if value.strip()] for field, values in raw.items()
    }
    for field in ("actor", "host"):
        raw[field] = [value.upper() for value in raw[field]]
    raw |= {field: query.get(field) for field in SINGLE}
    flags = {flag: query.get(flag) == "on" for flag in ("copies", "abstained")}
    return Filter.of({**raw, **flags})


@router.get("/monitor")
async def monitor(request: Request) -> Response:
    """Show the newest statements of a filter, and its charts."""
    query = request.query_params

    def work() -> dict[str, Any]:
        fault, chosen, cursor = None, Filter(), query.get("cursor")
        with store_of(request).read() as connection:
            try:
                chosen = wanted(query)
                page = statements.page(connection, chosen, cursor=cursor, limit=LISTED)
            except InvalidFilter as error:
                fault, chosen = str(error), Filter()
                page = statements.page(connection, chosen, limit=LISTED)
            return {
                "fault": fault,
                "chosen": chosen,
                "page": page,
                "number": statements.count(connection, chosen),
                "health": health(feeds.every(connection), utc_now()),
            }

    context = await run_in_threadpool(work)
    status = 422 if context["fault"] else 200
    # A page of older statements shows the same charts.
    filtered = request.url.remove_query_params("cursor").query if status == 200 else ""
    return templates.TemplateResponse(
        request,
        "monitor.html",
        {
            "charts": TITLES,
            "query": filtered,
            "stances": [stance for stance in Stance if stance != Stance.NONE],
            "speaker_types": list(SpeakerType),
            **context,
        },
        status_code=status,
    )


def health(rows: Sequence[feeds.Row], now: datetime) -> dict[str, Any]:
    """Sum up how the feeds fare: how many work, which fail, and whether anybody polls them.

    Args:
        rows: of all feeds.
        now: the time.
    """
    polled = [row["last_polled_at"] for row in rows if row["last_polled_at"]]
    overdue = [row for row in rows if (now - row["next_poll_at"]).total_seconds() > 3600]
    return {
        "n": len(rows),
        "failing": [feeds.to_json(row) for row in rows if row["failures"]],
        "last": max(polled).isoformat() if polled else None,
        "is_asleep": bool(rows) and len(overdue) == len(rows),
    }


@router.get("/charts/{name}.{kind}")
async def chart(request: Request, name: str, kind: str) -> Response:
    """Return one chart of the filter: as picture, as Vega for the browser, or as its numbers."""
    if name not in CHARTS or kind not in {*MEDIA_TYPES, "csv"}:
        raise HTTPException(404, f"no chart {name}.{kind}")
    chosen = wanted(request.query_params)
    by, specification = CHARTS[name]
    ground = GROUNDS.get(request.query_params.get("ground", ""), GROUNDS["light"])

    def work() -> bytes:
        with store_of(request).read() as connection:
            found = counts.counts(connection, chosen, by, most=len(by))
        return (
            as_csv([*by, "count"], found)
            if kind == "csv"
            else draw(specification(found, ground), kind)
        )

    return picture(name, kind, await run_in_threadpool(work))


def picture(name: str, kind: str, body: bytes) -> Response:
    """Return a chart in one of its kinds, named for whoever saves it."""
    media_type = "text/csv; charset=utf-8" if kind == "csv" else MEDIA_TYPES[kind]
    named = {"Content-Disposition": f'inline; filename="stancewire-{name}.{kind}"'}
    return Response(body, media_type=media_type, headers=named)


def as_csv(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> bytes:
    """Return rows as a table with a head."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
