"""`/feeds`: what is watched, how each feed fares; add, test now, poll now, remove."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from labels.errors import StancewireError
from service.api.documents import store_of
from service.errors import meaning
from service.feeds.parse import parse
from service.keeping import utc_now
from service.pages.forms import read_form
from service.pages.monitor import health
from service.pages.plain import in_plain_words
from service.pages.shell import templates
from service.store import feeds
from service.watching import feed_values, fetch

router = APIRouter(include_in_schema=False)

SHOWN_ENTRIES = 5


@router.get("/feeds")
async def show(request: Request) -> Response:
    """List the feeds with their health."""
    return await _page(request)


@router.post("/feeds")
async def change(request: Request) -> Response:
    """Add a feed, test or remove one, or have all polled as soon as the poller looks again."""
    form = await read_form(request)
    try:
        if form.get("act") == "test":
            return await _page(request, given=form, trial=await _trial(request, form))
        await run_in_threadpool(_change, request, form)
    except StancewireError as error:
        return await _page(
            request, given=form, fault=in_plain_words(error), status=meaning(error).status
        )
    return RedirectResponse("/feeds", status_code=303)


def _change(request: Request, form: dict[str, str]) -> None:
    act, number = form.get("act"), _number(form)
    values = _new(request, form) if act == "add" else {}
    with store_of(request).write() as connection:
        if act == "add":
            feeds.add(connection, values, now=utc_now())
        elif act == "poll":
            feeds.make_due(connection, now=utc_now())
        elif act == "remove" and number is not None:
            feeds.remove(connection, number)


def _new(request: Request, form: dict[str, str]) -> dict[str, Any]:
    return feed_values(
        form.get("url", "").strip(),
        request.app.state.settings,
        publisher=form.get("publisher", "").strip() or None,
        host=form.get("host", "").strip().upper() or None,
    )


async def _trial(request: Request, form: dict[str, str]) -> dict[str, Any]:
    """Fetch a feed now and say what is in it; nothing is kept.

    Raises:
        FeedUnknown: no such feed.
        FetchFailed: it can't be fetched.
        AddressRefused: it is not on the public internet.
        NotAFeed: something else is there.
    """
    number = _number(form)

    def address() -> str:
        if number is None:
            return form.get("url", "").strip()
        with store_of(request).read() as connection:
            return str(feeds.find(connection, number)["url"])

    url = await run_in_threadpool(address)
    fetched = await fetch(url, request.app.state.settings)
    read = await run_in_threadpool(
        parse, fetched.body or b"", url=fetched.url, content_type=fetched.content_type
    )
    return {
        "url": fetched.url,
        "title": read.title,
        "n": len(read.entries),
        "entries": read.entries[:SHOWN_ENTRIES],
    }


def _number(form: dict[str, str]) -> int | None:
    given = form.get("feed", "")
    return int(given) if given.isdecimal() and len(given) < 19 else None


async def _page(
    request: Request,
    *,
    given: dict[str, str] | None = None,
    trial: dict[str, Any] | None = None,
    fault: str | None = None,
    status: int = 200,
) -> Response:
    def work() -> dict[str, Any]:
        with store_of(request).read() as connection:
            rows = feeds.every(connection)
        listed = [
            feeds.to_json(row)
            | {"plainly": in_plain_words(row["last_error"]) if row["last_error"] else None}
            for row in rows
        ]
        return {"feeds": listed, "health": health(rows, utc_now())}

    context = await run_in_threadpool(work)
    return templates.TemplateResponse(
        request,
        "feeds.html",
        {"fault": fault, "trial": trial, "given": given or {}, **context},
        status_code=status,
    )
