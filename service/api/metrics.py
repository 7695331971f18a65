"""`/metrics`, as Prometheus reads them."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from service import metrics
from service.api.documents import store_of
from service.keeping import utc_now
from service.schemas import problems

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}, **problems(503)},
    summary="What is measured, for Prometheus",
)
async def exposition(request: Request) -> Response:
    """Return counters of this process, and how long the queues are."""

    def answer() -> bytes:
        return metrics.exposition(store_of(request), now=utc_now())

    body = await run_in_threadpool(answer)
    return Response(body, headers={"content-type": metrics.CONTENT_TYPE})
