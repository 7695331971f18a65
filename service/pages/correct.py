"""`/correct`: "this is wrong": a reader codes one sentence anew, and the coding goes to judgements."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from labels.document import Document
from labels.errors import StancewireError
from labels.judgement import InvalidJudgement, Kind
from model.tagger import Tagger
from service import intake, label_desk
from service.api.documents import store_of
from service.contract import tagged_json
from service.errors import meaning
from service.pages import coding
from service.pages.forms import read_form
from service.pages.marks import paragraphs
from service.pages.shell import templates
from service.pages.try_it import tagged_page
from service.store.documents import DocumentUnknown

router = APIRouter(include_in_schema=False)

# What describes an article that is not stored; it travels with the form.
CARRIED = ("title", "host", "url", "text")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form is about.

    Attributes:
        document: the article.
        is_kept: the service keeps it, so that its id is enough.
        coder: who codes, or "".
    """

    document: Document
    is_kept: bool
    coder: str


@router.post("/correct")
async def correct(request: Request) -> Response:
    """Ask how a sentence should be coded; keep the answer, and lead back to the article."""
    form = await read_form(request)
    document, is_kept = await run_in_threadpool(_article, request, form)
    coder = form.get("coder", "").strip() or request.cookies.get(coding.CODER, "")
    asked = Asked(document, is_kept=is_kept, coder=coder)
    if form.get("act") != "save":
        return await run_in_threadpool(_ask, request, form, asked)
    try:
        if not coder:
            raise InvalidJudgement("say who you are: agreement is counted by coder", field="coder")
        at = coding.place(form)
        await run_in_threadpool(
            lambda: coding.keep(request, document, form, coder=coder, kind=Kind.CODING, at=at)
        )
    except StancewireError as error:
        return await run_in_threadpool(_ask, request, form, asked, error)
    number = form.get("sentence", "")
    answer: Response
    if is_kept:
        answer = RedirectResponse(
            f"/documents/{quote(document.id)}?corrected={quote(number)}#s{quote(number)}", 303
        )
    else:
        answer = await tagged_page(request, document.to_json(), corrected=number)
    answer.set_cookie(coding.CODER, coder, max_age=coding.YEAR_S, httponly=True, samesite="strict")
    return answer


def _article(request: Request, form: dict[str, str]) -> tuple[Document, bool]:
    """Return the article that a form is about, and whether it is one that the service keeps.

    Raises:
        DocumentUnknown: its id is not known, and its text didn't come along.
        InvalidDocument: its text can't be read.
    """
    given = {name: form[name] for name in CARRIED if form.get(name)}
    if "text" in given:
        limit = request.app.state.settings.max_document_chars
        return intake.document(given, max_chars=limit), False
    key = form.get("document", "")
    with store_of(request).read() as connection:
        found = label_desk.known_document(connection, key)
    if found is None:
        raise DocumentUnknown(key)
    return found, True


def _ask(
    request: Request, form: dict[str, str], asked: Asked, error: StancewireError | None = None
) -> Response:
    document = asked.document
    tagger: Tagger = request.app.state.current.get()
    (tagged,) = tagger.tag([document])
    sentences: list[dict[str, Any]] = tagged_json(tagged)["sentences"]
    number = form.get("sentence", "")
    if not number.isdecimal() or not 1 <= int(number[:9]) <= len(sentences):
        raise InvalidJudgement(f"the article has no sentence {number!r}", field="sentence")
    shown = document.to_json()
    carried = {} if asked.is_kept else {name: shown.get(name) or "" for name in CARRIED}
    return templates.TemplateResponse(
        request,
        "correct.html",
        {
            "fault": str(error) if error else None,
            "coder": asked.coder,
            "document": document,
            "carried": carried,
            "number": int(number),
            "tag": sentences[int(number) - 1],
            "paragraphs": paragraphs(document.text, sentences),
            **coding.choices(sentences),
        },
        status_code=meaning(error).status if error else 200,
    )
