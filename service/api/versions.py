"""`GET /v1/model`: which version answers, and how good it is."""

from typing import Any

from fastapi import APIRouter, Request

from model.manifest import ModelVersion
from service.schemas import problems
from training.registry import Registry

router = APIRouter(prefix="/v1", tags=["model"])


@router.get("/model", responses=problems(503), summary="The current version")
def current(request: Request) -> dict[str, Any]:
    """Return the manifest of the current version: data, configuration, figures."""
    registry: Registry = request.app.state.current.registry
    version: ModelVersion = registry.manifest(registry.current_id())
    return version.to_json()
