"""`/feeds`: what is watched, how each feed fares; add, poll now, remove."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from labels.errors import StancewireError
from service.api.documents import store_of
from service.errors import meaning
from service.keeping import utc_now
from service.pages.forms import read_form
from service.pages.shell import templates
from service.store import feeds
from service.watching import feed_values

router = APIRouter(include_in_schema=False)


@router.get("/feeds")
async def show(request: Request) -> Response:
    """List the feeds with their health."""
    return await _page(request)


@router.post("/feeds")
async def change(request: Request) -> Response:
    """Add a feed, remove one, or have all polled as soon as the poller looks again."""
    form = await read_form(request)

    def work() -> None:
        act = form.get("act")
        values = (
            feed_values(
                form.get("url", "").strip(),
                request.app.state.settings,
                publisher=form.get("publisher", "").strip() or None,
                host=form.get("host", "").strip().upper() or None,
            )
            if act == "add"
            else {}
        )
        with store_of(request).write() as connection:
            if act == "add":
                feeds.add(connection, values, now=utc_now())
            elif act == "poll":
                feeds.make_due(connection, now=utc_now())
            elif act == "remove" and form.get("feed", "").isdecimal():
                feeds.remove(connection, int(form["feed"]))

    try:
        await run_in_threadpool(work)
    except StancewireError as error:
        return await _page(request, fault=str(error), status=meaning(error).status)
    return RedirectResponse("/feeds", status_code=303)


async def _page(request: Request, *, fault: str | None = None, status: int = 200) -> Response:
    def work() -> list[dict[str, Any]]:
        with store_of(request).read() as connection:
            return [feeds.to_json(row) for row in feeds.every(connection)]

    context = {"fault": fault, "feeds": await run_in_threadpool(work)}
    return templates.TemplateResponse(request, "feeds.html", context, status_code=status)
