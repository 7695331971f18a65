"""`/sign-in`: an API key goes into a cookie that scripts can't read and other sites can't send."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from service.api.documents import store_of
from service.auth import COOKIE
from service.pages.forms import read_form
from service.pages.shell import templates
from service.store import keys

router = APIRouter(include_in_schema=False)

WEEK_S = 7 * 24 * 3600


@router.get("/sign-in")
async def show(request: Request, next: str = "/") -> Response:
    """Ask for a key."""
    return templates.TemplateResponse(request, "sign_in.html", {"next": _local(next)})


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Keep a good key in the cookie; an empty one signs out."""
    form = await read_form(request)
    key, following = form.get("key", "").strip(), _local(form.get("next", "/"))

    def is_good() -> bool:
        with store_of(request).read() as connection:
            return keys.verify(connection, key) is not None

    answer = RedirectResponse(following, status_code=303)
    if not key:
        answer.delete_cookie(COOKIE)
        return answer
    if not await run_in_threadpool(is_good):
        context = {"next": following, "fault": "No such key, or it was revoked."}
        return templates.TemplateResponse(request, "sign_in.html", context, status_code=401)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, key, max_age=WEEK_S, httponly=True, samesite="strict", secure=secure)
    return answer


def _local(path: str) -> str:
    """Return a path of this site; anything else leads home."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
