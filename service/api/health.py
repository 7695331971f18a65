"""Is the process alive, and can it answer?"""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from service.schemas import problems

router = APIRouter(tags=["health"])


@router.get("/livez", summary="The process runs")
async def livez() -> dict[str, str]:
    """Answer as long as the process runs; nothing else is looked at."""
    return {"status": "ok"}


@router.get("/readyz", responses=problems(503), summary="A version is loaded")
async def readyz(request: Request) -> dict[str, str]:
    """Answer 200 once the current version is loaded, 503 until then."""
    tagger = await run_in_threadpool(request.app.state.current.get)
    return {"status": "ready", "model": tagger.version}
