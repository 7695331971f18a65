"""`/agreement`: how far coders agree, and the sentences on which somebody must decide."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from labels.agreement import agreement
from labels.errors import StancewireError
from service import label_desk
from service.api.documents import store_of
from service.errors import meaning
from service.pages.coding import CODER
from service.pages.forms import read_form
from service.pages.shell import templates
from service.store import judgements

router = APIRouter(include_in_schema=False)

# Intervals are drawn anew with each view; a thousand draws cost a second on 10,000 codings.
N_BOOT = 200


@router.get("/agreement")
async def show(request: Request) -> Response:
    """Show agreement a field, and what is open."""
    return await _page(request)


@router.post("/agreement")
async def decide(request: Request) -> Response:
    """Adjudicate one sentence: one coder's coding stands."""
    form = await read_form(request)

    def work() -> None:
        start, end = form.get("start", ""), form.get("end", "")
        if not start.isdecimal() or not end.isdecimal():
            return
        label_desk.adjudicate(
            store_of(request),
            (form.get("document", ""), int(start), int(end)),
            by=form.get("by", "").strip() or "adjudicator",
            take=form.get("take"),
            changes={},
            note=form.get("note", "").strip(),
            now=datetime.now(UTC),
        )

    try:
        await run_in_threadpool(work)
    except StancewireError as error:
        return await _page(request, fault=str(error), status=meaning(error).status)
    return RedirectResponse("/agreement", status_code=303)


async def _page(request: Request, *, fault: str | None = None, status: int = 200) -> Response:
    def work() -> dict[str, Any]:
        with store_of(request).read() as connection:
            told = judgements.read(connection)
            differing = label_desk.disagreements_json(connection)
        return {
            "fields": agreement(told, n_boot=N_BOOT),
            "open": [one for one in differing if one["open"]],
            "n_decided": sum(not one["open"] for one in differing),
        }

    context = await run_in_threadpool(work)
    coder = request.cookies.get(CODER, "")
    return templates.TemplateResponse(
        request, "agreement.html", {"fault": fault, "coder": coder, **context}, status_code=status
    )
