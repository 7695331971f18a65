"""`/v1/retrain`: new judgements to a new version, as a job in a process of its own."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from service import retraining
from service.schemas import problems
from service.store import Store, jobs
from service.store.jobs import JobUnknown

router = APIRouter(prefix="/v1", tags=["labelling"])


class RetrainIn(BaseModel):
    """How to retrain."""

    who: Annotated[str, Field(description="Who asks, for the log.", min_length=1)] = "http"
    promote: Annotated[
        bool, Field(description="Promote even what the gate holds; it is logged.")
    ] = False
    anyway: Annotated[bool, Field(description="Retrain although nothing is new.")] = False


class RetrainOut(BaseModel):
    """A retraining and what became of it."""

    id: str
    kind: str
    state: Annotated[str, Field(description="queued, running, done or failed")]
    done: int
    total: int
    result: Annotated[
        dict[str, Any] | None,
        Field(description="While it runs, its step; then version, promoted, held, reasons ..."),
    ]
    error: str | None
    created_at: str
    finished_at: str | None
    who: str | None


@router.post(
    "/retrain", status_code=202, responses=problems(409, 422, 503), summary="Start a retraining"
)
def start(request: Request, response: Response, how: RetrainIn | None = None) -> RetrainOut:
    """Fit a candidate on the labelled set and the settled judgements, in a process of its own.

    It is promoted only if no head is significantly worse than the current version's on the same
    held-out documents and stance macro F1 is not lower; else it is held, with the reasons. This
    service goes on answering, and switches between two requests. One runs at a time.
    """
    chosen = how or RetrainIn()
    job = retraining.start(
        request.app.state.settings, request.app.state.store.get(), who=chosen.who,
        now=datetime.now(UTC), promote=chosen.promote, anyway=chosen.anyway,
    )  # fmt: skip
    response.headers["Location"] = f"/v1/retrain/{job.id}"
    return RetrainOut(**retraining.told(job))


@router.get("/retrain", responses=problems(503), summary="The newest retrainings")
def recent(request: Request) -> list[RetrainOut]:
    """Return the newest retrainings, newest first; one whose process was killed says so."""
    store = _settled(request)
    with store.read() as connection:
        return [RetrainOut(**retraining.told(job)) for job in retraining.recent(connection)]


@router.get("/retrain/{job}", responses=problems(404, 503), summary="One retraining")
def one(request: Request, job: str) -> RetrainOut:
    """Return a retraining: how far it is, or what became of it."""
    store = _settled(request)
    with store.read() as connection:
        found = jobs.find(connection, job)
    if found.kind != retraining.KIND:
        raise JobUnknown(job)
    return RetrainOut(**retraining.told(found))


def _settled(request: Request) -> Store:
    store: Store = request.app.state.store.get()
    retraining.settle_lost(store, request.app.state.settings.home, now=datetime.now(UTC))
    return store
