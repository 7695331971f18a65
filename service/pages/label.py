"""`/label`: the queue, one sentence at a time in its article; keys choose, nothing needs a mouse."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from labels.agreement import agreement
from labels.errors import StancewireError
from labels.judgement import Judgement, Kind
from service import label_desk, label_queue
from service.api.documents import store_of
from service.errors import meaning
from service.pages import coding
from service.pages.forms import read_form
from service.pages.marks import paragraphs
from service.pages.shell import templates
from service.store import documents as kept_documents, judgements, tags

router = APIRouter(include_in_schema=False)

KINDS = {"save": Kind.CODING, "skip": Kind.SKIP, "undo": Kind.WITHDRAWAL}

# One sentence is asked for, so the most doubtful few are enough to choose it from.
POOL = 300


@router.get("/label")
async def label(request: Request) -> Response:
    """Show the next sentence for the coder whom the cookie names; ask for a name first."""
    coder = request.cookies.get(coding.CODER, "")
    return await _page(request, coder)


@router.post("/label")
async def save(request: Request) -> Response:
    """Keep a coding, a skip, or the undoing of the last one; then show the next sentence."""
    form = await read_form(request)
    coder = form.get("coder", "").strip()
    if not coder:
        return await _page(request, "", fault="Say who you are: agreement is counted by coder.")
    try:
        await run_in_threadpool(_keep, request, coder, form)
    except StancewireError as error:
        return await _page(request, coder, fault=str(error), status=meaning(error).status)
    answer = RedirectResponse("/label", status_code=303)
    answer.set_cookie(coding.CODER, coder, max_age=coding.YEAR_S, httponly=True, samesite="strict")
    return answer


def _keep(request: Request, coder: str, form: dict[str, str]) -> None:
    act = form.get("act", "")
    if act not in KINDS:
        return  # the coder only gave a name
    with store_of(request).read() as connection:
        if act == "undo":
            mine = _own(judgements.read(connection, coder=coder))
            if not mine:
                return
            at = mine[-1].place
        else:
            at = coding.place(form)
        document = label_desk.known_document(connection, at[0])
    if document is None:
        raise kept_documents.DocumentUnknown(at[0])
    coding.keep(request, document, form, coder=coder, kind=KINDS[act], at=at)


def _own(told: Sequence[Judgement]) -> list[Judgement]:
    """Return the codings of one coder that they have not taken back, oldest first."""
    last = {one.place: one for one in told}
    return sorted(
        (one for one in last.values() if one.kind == Kind.CODING), key=lambda one: one.moment
    )


async def _page(
    request: Request, coder: str, *, fault: str | None = None, status: int = 200
) -> Response:
    context = await run_in_threadpool(_next, request, coder) if coder else {}
    return templates.TemplateResponse(
        request, "label.html", {"coder": coder, "fault": fault, **context}, status_code=status
    )


def _next(request: Request, coder: str) -> dict[str, Any]:
    store = store_of(request)
    asked = label_queue.queue(
        store,
        coder=coder,
        n=1,
        now=datetime.now(UTC),
        base_counts=label_desk.base_counts(request.app.state.settings.labelled),
        pool=POOL,
    )
    with store.read() as connection:
        told = judgements.read(connection)
        done = len(_own([one for one in told if one.coder == coder]))
        context: dict[str, Any] = {
            "done": done,
            "waiting": asked.n_waiting,
            "more_wait": asked.n_waiting >= POOL,
            "agreed": next(one for one in agreement(told, n_boot=0) if one.field == "stance"),
        }
        if not asked.asks:
            return context
        ask = asked.asks[0]
        row = kept_documents.find(connection, ask.item.document)
        sentences = tags.contract(connection, row)["sentences"]
    document = kept_documents.as_document(row)
    here = (ask.item.start, ask.item.end)
    return {
        **context,
        **coding.choices(sentences),
        "document": document,
        "paragraphs": paragraphs(document.text, sentences),
        "ask": ask,
        "tag": next(one for one in sentences if (one["start"], one["end"]) == here),
    }
