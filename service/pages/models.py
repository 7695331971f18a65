"""`/models`: versions with their figures, what each was measured on, promote and roll back."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from labels.errors import StancewireError
from model.manifest import ModelVersion
from service.errors import meaning
from service.pages.charts import GROUNDS, learning_curve
from service.pages.drawing import MEDIA_TYPES, draw
from service.pages.forms import read_form
from service.pages.monitor import as_csv, picture
from service.pages.shell import templates
from service.promotion import beside, promote
from training.figure_names import name_of
from training.registry import Registry

router = APIRouter(include_in_schema=False)

# What stands beside a version in its folder and may be shown.
SHOWN_FILES = {
    ".md": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
POINT = ("version", "sentences", "macro F1", "low", "high", "measured on")
CURVE = "stance_macro_f1"


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
    key = getattr(request.state, "key", None)
    who = key.name if key else "page"

    def work() -> None:
        if form.get("act") == "rollback":
            registry.rollback(who=who, why=why)
        else:
            promote(registry, form.get("version", ""), who=who, why=why)

    try:
        await run_in_threadpool(work)
    except StancewireError as error:
        return await _page(request, fault=str(error), status=meaning(error).status)
    return RedirectResponse("/models", status_code=303)


@router.get("/models/learning-curve.{kind}")
async def curve(request: Request, kind: str) -> Response:
    """Return how good versions are by how much they learned from."""
    if kind not in {*MEDIA_TYPES, "csv"}:
        raise HTTPException(404, f"no learning-curve.{kind}")
    registry: Registry = request.app.state.current.registry
    ground = GROUNDS.get(request.query_params.get("ground", ""), GROUNDS["light"])

    def work() -> bytes:
        found = points(registry.list())
        return as_csv(POINT, found) if kind == "csv" else draw(learning_curve(found, ground), kind)

    return picture("learning-curve", kind, await run_in_threadpool(work))


@router.get("/models/{version}")
async def one(request: Request, version: str) -> Response:
    """Show one version: what it was made from, and how good it was measured to be."""
    registry: Registry = request.app.state.current.registry

    def work() -> dict[str, Any]:
        manifest = registry.manifest(version)
        return {
            "version": manifest,
            "current": registry.serving_id(),
            "report": beside(registry, version, "report.json"),
            "card": beside(registry, version, "card.json"),
            "figures": figures(manifest),
            "files": sorted(
                path.name
                for path in registry.path(version).iterdir()
                if path.suffix in SHOWN_FILES and path.name != "manifest.json"
            ),
        }

    context = await run_in_threadpool(work)
    return templates.TemplateResponse(request, "version.html", context)


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


def figures(version: ModelVersion) -> list[dict[str, Any]]:
    """Return the figures of a version, each with its name in words; none where it wasn't measured."""
    values = version.figures.get("values", {})
    return [
        {"name": name_of(key), **one} for key, one in values.items() if one["value"] is not None
    ]


def points(versions: Sequence[ModelVersion]) -> list[dict[str, Any]]:
    """Return the versions that were measured as points of a learning curve, the smallest first."""
    found = []
    for version in versions:
        measured = version.figures.get("values", {}).get(CURVE, {})
        if measured.get("value") is None:
            continue
        where = version.figures
        values = (
            version.id, version.n_sentences, measured["value"], measured["low"], measured["high"],
            f"{where.get('sentences', '?')} sentences ({str(where.get('coded_sha256', ''))[:6]})",
        )  # fmt: skip
        found.append(dict(zip(POINT, values, strict=True)))
    return sorted(found, key=lambda point: (point["sentences"], point["version"]))


async def _page(request: Request, *, fault: str | None = None, status: int = 200) -> Response:
    registry: Registry = request.app.state.current.registry

    def work() -> dict[str, Any]:
        versions = registry.list()[::-1]
        return {
            "current": registry.serving_id(),
            "versions": [(one, one.figures.get("values", {}).get(CURVE)) for one in versions],
            "n_measured": len(points(versions)),
            "log": registry.log()[::-1][:20],
        }

    context = await run_in_threadpool(work)
    return templates.TemplateResponse(
        request, "models.html", {"fault": fault, **context}, status_code=status
    )
