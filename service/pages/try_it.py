"""`/`: give an article, by its text or its address, and see it tagged."""

import json
from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from labels.errors import InvalidDocument, StancewireError
from model.tagger import Tagger
from service import intake
from service.contract import tagged_json
from service.errors import meaning
from service.pages.article import shown
from service.pages.forms import read_form
from service.pages.plain import in_plain_words
from service.pages.shell import FOLDER, templates
from service.watching import fetch

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
    return await tagged_page(request, dict(chosen))


@router.post("/")
async def submit(request: Request) -> Response:
    """Tag what was pasted, or what stands at the address that was."""
    form = await read_form(request)
    given = {key: form[key].strip() for key in ("text", "title", "host", "url") if form.get(key)}
    if given.get("host"):
        given["host"] = given["host"].upper()
    return await tagged_page(request, given)


async def tagged_page(
    request: Request, given: dict[str, Any], *, corrected: str | None = None
) -> Response:
    """Tag an article that isn't kept, and show it.

    Args:
        request: of the page.
        given: text, or the URL at which the article stands; and what is known of it.
        corrected: number of the sentence that the reader has just coded anew.
    """
    try:
        if given.get("url") and not given.get("text"):
            given |= await _fetched(request, given["url"])
        context = await run_in_threadpool(_work, request, given)
    except StancewireError as error:
        return _page(
            request, status=meaning(error).status, fault=in_plain_words(error), given=given
        )
    return _page(request, given=given, corrected=corrected, **context)


async def _fetched(request: Request, url: str) -> dict[str, Any]:
    """Return the article at an address; what its page says of itself.

    Raises:
        FetchFailed: it can't be read.
        AddressRefused: it is not on the public internet.
        InvalidDocument: the page holds no article.
    """
    from service.extract import extract  # noqa: PLC0415 - slow to import, seldom needed

    fetched = await fetch(url, request.app.state.settings)
    page = await run_in_threadpool(extract, fetched.body or b"", url=fetched.url)
    found = {"text": page.text, "title": page.title, "url": fetched.url}
    return {key: value for key, value in found.items() if value}


def _work(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    if not given.get("text"):
        raise InvalidDocument("paste an article, or give the address of one", field="text")
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
