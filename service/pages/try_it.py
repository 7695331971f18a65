"""`/`: paste an article, see it tagged."""

import json
from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from labels.errors import StancewireError
from model.tagger import Tagger
from service import intake
from service.contract import tagged_json
from service.errors import meaning
from service.pages.article import shown
from service.pages.forms import read_form
from service.pages.shell import FOLDER, templates

router = APIRouter(include_in_schema=False)


@cache
def samples() -> dict[str, dict[str, str]]:
    """Return the composed sample articles by id."""
    listed = json.loads((FOLDER / "data" / "samples.json").read_text(encoding="utf-8"))
    return {sample["id"]: sample for sample in listed}


@router.get("/")
async def show(request: Request, sample: str = "") -> Response:
    """Show the form, or a sample tagged."""
    chosen = samples().get(sample)
    if chosen is None:
        return _page(request)
    return await _tagged(request, dict(chosen))


@router.post("/")
async def submit(request: Request) -> Response:
    """Tag what was pasted."""
    form = await read_form(request)
    given = {key: form[key] for key in ("text", "title", "host") if form.get(key)}
    return await _tagged(request, given)


async def _tagged(request: Request, given: dict[str, Any]) -> Response:
    try:
        context = await run_in_threadpool(_work, request, given)
    except StancewireError as error:
        return _page(request, status=meaning(error).status, error=str(error), given=given)
    return _page(request, given=given, **context)


def _work(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    settings = request.app.state.settings
    document = intake.document(given, max_chars=settings.max_document_chars)
    tagger: Tagger = request.app.state.current.get()
    (tagged,) = tagger.tag([document], explain=True)
    return shown(document.text, tagged_json(tagged), headline=document.title)


def _page(request: Request, *, status: int = 200, **context: Any) -> Response:
    return templates.TemplateResponse(
        request,
        "try_it.html",
        {"samples": samples().values(), **context},
        status_code=status,
    )
