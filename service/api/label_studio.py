"""`/label-studio`: the machine-learning backend that Label Studio talks to (docs/label-studio.md).

Label Studio sends no credentials with its webhooks, so a secret may stand in the URL that it is
given: `/label-studio/<secret>`. Every route has both forms.
"""

import hmac
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from labels.errors import StancewireError
from labels.judgement import standing
from service import intake, label_desk, label_studio, retraining
from service.api.tag import read_body
from service.judging import MachineTags, machine_tags
from service.label_studio import Annotated, NotLabelStudio
from service.settings import Settings
from service.store import Store
from service.store.judgements import read
from training.lock import RetrainingRuns
from training.registry import NoCurrentVersion

router = APIRouter(prefix="/label-studio", include_in_schema=False)
NOT_TRAINED = "untrained"


class WrongSecret(StancewireError):
    """A Label Studio that doesn't know the secret of this service."""

    def __init__(self) -> None:
        super().__init__(
            "connect Label Studio to /label-studio/<secret>, with the secret of "
            "STANCEWIRE_LABEL_STUDIO_SECRET"
        )


Answer = Callable[[Request], Awaitable[dict[str, Any]]]


def _route(*names: str, methods: tuple[str, ...]) -> Callable[[Answer], Answer]:
    """Serve a function under its names, with and without a secret before them."""

    def add(answer: Answer) -> Answer:
        async def checked(request: Request) -> dict[str, Any]:
            settings: Settings = request.app.state.settings
            given = request.path_params.get("secret", "")
            wanted = settings.label_studio_secret or ""
            if not hmac.compare_digest(given.encode(), wanted.encode()):
                raise WrongSecret
            return await answer(request)

        for name in names:
            for path in (f"/{name}", f"/{{secret}}/{name}"):
                router.add_api_route(path.rstrip("/"), checked, methods=list(methods))
        return answer

    return add


@_route("health", methods=("GET",))
async def health(request: Request) -> dict[str, Any]:
    """Say that we are up; Label Studio waits one second."""
    return {"status": "UP", "model_class": "stancewire", "model_version": _version(request)}


@_route("setup", methods=("POST",))
async def setup(request: Request) -> dict[str, Any]:
    """Take a project, if its labelling configuration has our fields; Label Studio waits 3 s."""
    schema = (await _body(request)).get("schema")
    if isinstance(schema, str) and schema.strip() and 'name="stance"' not in schema:
        raise NotLabelStudio("schema", "the project must use stancewire's labelling configuration")
    return {"model_version": _version(request)}


@_route("versions", methods=("GET",))
async def versions(request: Request) -> dict[str, Any]:
    """List the versions, the current one first, then newest first."""
    current = _version(request)
    listed = await run_in_threadpool(request.app.state.current.registry.list)
    known = [version.id for version in reversed(listed)]
    return {"versions": [current, *(id for id in known if id != current)]}


@_route("predict", methods=("POST",))
async def predict(request: Request) -> dict[str, Any]:
    """Return one prediction a task, in order; Label Studio waits 100 s."""
    tasks = (await _body(request)).get("tasks")
    if not isinstance(tasks, list):
        raise NotLabelStudio("tasks", "must be a list of tasks")
    settings: Settings = request.app.state.settings

    def work() -> list[dict[str, Any]]:
        tagger = request.app.state.current.get()
        return label_studio.predictions(tagger, tasks, max_chars=settings.max_document_chars)

    return {"results": await run_in_threadpool(work)}


@_route("webhook", methods=("POST",))
async def webhook(request: Request) -> dict[str, Any]:
    """Keep what was annotated, take back what was deleted, start a retraining; ignore the rest.

    Label Studio waits one second; a retraining therefore runs in a process of its own.
    """
    raw = await _body(request)
    action = raw.get("action")
    if action == label_studio.TRAINS:
        return await run_in_threadpool(_train, request)
    if action in label_studio.KEEPS | label_studio.TAKES_BACK:
        listed = label_studio.annotated(raw)
        return await run_in_threadpool(_keep, request, listed)
    return {"ignored": str(action)}


@_route("train", methods=("POST",))
async def train(request: Request) -> dict[str, Any]:
    """Start a retraining; older versions of Label Studio ask here."""
    return await run_in_threadpool(_train, request)


@_route("job_status", methods=("GET", "POST"))
async def job_status(request: Request) -> dict[str, Any]:
    """Say how far the newest retraining is."""

    def look() -> dict[str, Any]:
        store: Store = request.app.state.store.get()
        retraining.settle_lost(store, request.app.state.settings.home, now=datetime.now(UTC))
        with store.read() as connection:
            newest = retraining.recent(connection, 1)
        return retraining.told(newest[0]) if newest else {"state": "none"}

    return await run_in_threadpool(look)


# Last, or "/{secret}" would take the other names for secrets.
_route("", methods=("GET",))(health)


def _version(request: Request) -> str:
    """Return the current version's id: one small read, far within the second that we have."""
    return request.app.state.current.registry.serving_id() or NOT_TRAINED


async def _body(request: Request) -> dict[str, Any]:
    raw = intake.loads(await read_body(request, request.app.state.settings.max_body_bytes))
    if not isinstance(raw, dict):
        raise NotLabelStudio("body", "must be an object")
    return raw


def _train(request: Request) -> dict[str, Any]:
    store: Store = request.app.state.store.get()
    settings: Settings = request.app.state.settings
    try:
        job = retraining.start(settings, store, who=label_studio.TOOL, now=datetime.now(UTC))
    except RetrainingRuns as running:
        return {"job": None, "status": str(running)}
    return {"job": job.id, "status": job.state}


def _keep(request: Request, listed: list[Annotated]) -> dict[str, Any]:
    store: Store = request.app.state.store.get()
    now = datetime.now(UTC)
    articles = [one.task.document for one in listed if one.task]
    # A deleted annotation doesn't say of which article it was.
    keys = {article.id for article in articles} if len(articles) == len(listed) else None
    with store.read() as connection:
        before = standing(read(connection, documents=keys))
    told = [
        judgement
        for one in listed
        for judgement in label_studio.judgements_of(
            one, before, now=now, machine=_machine(request, one)
        )
    ]
    appended = label_desk.keep(store, articles, told, now=now)
    return {"kept": len(appended.kept), "known": appended.known}


def _machine(request: Request, one: Annotated) -> MachineTags | None:
    """Return what the machine had said: the version that the coder saw, else the current one."""
    if one.task is None:
        return None
    current = request.app.state.current
    known = {version.id for version in current.registry.list()}
    try:
        tagger = current.get(one.seen if one.seen in known else None)
    except NoCurrentVersion:
        return None
    return machine_tags(tagger, [one.task.document])[one.task.document.id]
