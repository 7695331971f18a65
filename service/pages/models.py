"""`/models`: versions with their figures, their cards, promote and roll back."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from labels.errors import StancewireError
from service.errors import meaning
from service.pages.forms import read_form
from service.pages.shell import templates
from training.registry import NoCurrentVersion, Registry

router = APIRouter(include_in_schema=False)

# What stands beside a version in its folder and may be shown.
SHOWN_FILES = {
    ".md": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


@router.get("/models")
async def models(request: Request) -> Response:
    """List the versions, newest first, and what was done with them."""
    return await _page(request)


@router.post("/models")
async def change(request: Request) -> Response:
    """Promote a version, or go back to the one before."""
    form = await read_form(request)
    registry: Registry = request.app.state.current.registry
    why = form.get("why", "").strip() or "on the models page"

    def work() -> None:
        if form.get("act") == "rollback":
            registry.rollback(who="page", why=why)
        else:
            registry.promote(form.get("version", ""), who="page", why=why)

    try:
        await run_in_threadpool(work)
    except StancewireError as error:
        return await _page(request, fault=str(error), status=meaning(error).status)
    return RedirectResponse("/models", status_code=303)


@router.get("/models/{version}/{name}")
async def file(request: Request, version: str, name: str) -> Response:
    """Return a file that stands beside a version: its card, its report, a picture."""
    registry: Registry = request.app.state.current.registry

    def work() -> bytes | None:
        path = registry.path(version) / name
        suffix = path.suffix
        return path.read_bytes() if suffix in SHOWN_FILES and path.is_file() else None

    body = await run_in_threadpool(work) if "/" not in name else None
    if body is None:
        raise HTTPException(404, f"version {version} has no {name}")
    return Response(body, media_type=SHOWN_FILES["." + name.rpartition(".")[2]])


async def _page(request: Request, *, fault: str | None = None, status: int = 200) -> Response:
    registry: Registry = request.app.state.current.registry

    def work() -> dict[str, Any]:
        try:
            current = registry.current_id()
        except NoCurrentVersion:
            current = None
        versions = [
            {
                "manifest": version,
                "files": sorted(
                    path.name
                    for path in registry.path(version.id).iterdir()
                    if path.suffix in SHOWN_FILES and path.name != "manifest.json"
                ),
            }
            for version in reversed(registry.list())
        ]
        return {"current": current, "versions": versions, "log": registry.log()[::-1][:20]}

    context = await run_in_threadpool(work)
    return templates.TemplateResponse(
        request, "models.html", {"fault": fault, **context}, status_code=status
    )
