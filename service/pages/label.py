"""`/label`: the queue, one sentence at a time in its article; keys choose, nothing needs a mouse."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from labels.codebook import rules
from labels.document import Document
from labels.errors import StancewireError
from labels.judgement import Judgement, Kind
from labels.scheme import SpeakerType, Stance
from service import judging, label_desk
from service.api.documents import store_of
from service.errors import meaning
from service.pages.forms import read_form
from service.pages.marks import paragraphs
from service.pages.shell import templates
from service.store import documents as kept_documents, judgements
from training.active import Ask

router = APIRouter(include_in_schema=False)

CODER = "stancewire_coder"
YEAR_S = 365 * 24 * 3600


@router.get("/label")
async def label(request: Request) -> Response:
    """Show the next sentence for the coder whom the cookie names; ask for a name first."""
    coder = request.cookies.get(CODER, "")
    context = await run_in_threadpool(_next, request, coder) if coder else {}
    return _page(request, coder=coder, **context)


@router.post("/label")
async def save(request: Request) -> Response:
    """Keep a coding, a skip, or the undoing of the last one; then show the next sentence."""
    form = await read_form(request)
    coder = form.get("coder", "").strip()
    if not coder:
        return _page(request, coder="", fault="Say who you are: agreement is counted by coder.")
    try:
        await run_in_threadpool(_keep, request, coder, form)
    except StancewireError as error:
        context = await run_in_threadpool(_next, request, coder)
        return _page(
            request, status=meaning(error).status, coder=coder, fault=str(error), **context
        )
    answer = RedirectResponse("/label", status_code=303)
    answer.set_cookie(CODER, coder, max_age=YEAR_S, httponly=True, samesite="strict")
    return answer


def _keep(request: Request, coder: str, form: dict[str, str]) -> None:
    act = form.get("act", "")
    if act not in {"save", "skip", "undo"}:
        return  # the coder only gave a name
    store = store_of(request)
    now = datetime.now(UTC)
    with store.read() as connection:
        mine = _own(judgements.read(connection), coder)
        if act == "undo":
            if not mine:
                return
            key, start, end = mine[-1].place
        else:
            key, start, end = form["document"], int(form["start"]), int(form["end"])
        document = label_desk.known_document(connection, key)
    if document is None:
        raise kept_documents.DocumentUnknown(key)
    kinds = {"save": Kind.CODING, "skip": Kind.SKIP, "undo": Kind.WITHDRAWAL}
    item: dict[str, Any] = {"start": start, "end": end, "kind": kinds[act], "tool": "page"}
    machine = None
    if act == "save":
        item |= _coding(form)
        tagger = request.app.state.current.get()
        machine = judging.machine_tags(tagger, [document])[document.id]
    told = judging.from_request(
        {"sentences": [item]}, document, now=now, coder=coder, machine=machine
    )
    label_desk.keep(store, [document], told, now=now)


def _own(told: Sequence[Judgement], coder: str) -> list[Judgement]:
    """Return the codings of a coder that they have not taken back, oldest first."""
    last = {one.place: one for one in told if one.coder == coder}
    return sorted(
        (one for one in last.values() if one.kind == Kind.CODING), key=lambda one: one.moment
    )


def _coding(form: dict[str, str]) -> dict[str, Any]:
    kind = form.get("speaker_type", "")
    named = form.get("speaker", "").strip() if kind != SpeakerType.AUTHOR else ""
    actors = form.get("proposed_actors", "").upper().replace(",", " ").split()
    return {
        "stance": form.get("stance", ""),
        "speaker_type": kind or None,
        "speaker": named or None,
        "proposed_actors": actors,
    }


def _next(request: Request, coder: str) -> dict[str, Any]:
    store = store_of(request)
    asked = label_desk.queue(
        store,
        coder=coder,
        n=1,
        now=datetime.now(UTC),
        base_counts=label_desk.base_counts(request.app.state.settings.labelled),
    )
    with store.read() as connection:
        told = judgements.read(connection)
        done = len(_own(told, coder))
        context: dict[str, Any] = {"done": done, "waiting": asked.n_waiting}
        if not asked.asks:
            return context
        ask = asked.asks[0]
        row = kept_documents.find(connection, ask.item.document)
        tagged = kept_documents.contract(connection, row)
    document = kept_documents.as_document(row)
    return {**context, **_shown(document, tagged["sentences"], ask)}


def _shown(document: Document, sentences: list[dict[str, Any]], ask: Ask) -> dict[str, Any]:
    tag = next(s for s in sentences if (s["start"], s["end"]) == (ask.item.start, ask.item.end))
    names = {s["speaker"]["name"] for s in sentences if s.get("speaker") and s["speaker"]["name"]}
    return {
        "document": document,
        "paragraphs": paragraphs(document.text, sentences),
        "ask": ask,
        "tag": tag,
        "names": sorted(names),
    }


def _page(request: Request, *, status: int = 200, **context: Any) -> Response:
    return templates.TemplateResponse(
        request,
        "label.html",
        {"stances": list(Stance), "speaker_types": list(SpeakerType), "rules": rules(), **context},
        status_code=status,
    )
