"""The wiring of the HTTP service: settings in, application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware

from service import auth, logs, openapi, pages, problems
from service.api import (
    alerts,
    documents,
    feeds,
    health,
    hooks,
    judgements,
    label_studio,
    metrics,
    retrain,
    statements,
    tag,
    versions,
)
from service.observe import Observe
from service.serving import CurrentTagger
from service.settings import Settings
from service.store.shared import SharedStore
from service.worker import Worker
from training.registry import Registry

ABOUT = (
    "Who says what about whose intervention: tags each sentence of a news article with the stance "
    "of its speaker, who speaks, and which outside actor is talked about."
)


def create_app(settings: Settings) -> FastAPI:
    """Wire the service; nothing is loaded before the first request needs it."""
    # FastAPI's own pages of the interface load their script from another host: `/docs` is ours.
    app = FastAPI(
        title="stancewire", version="1", summary=ABOUT, lifespan=_lifespan,
        docs_url=None, redoc_url=None,
    )  # fmt: skip
    app.state.settings = settings
    app.state.current = CurrentTagger(Registry(settings.home))
    app.state.store = SharedStore(settings.store_url)
    problems.install(app)
    for api in (
        tag,
        versions,
        health,
        documents,
        statements,
        feeds,
        hooks,
        alerts,
        judgements,
        retrain,
        label_studio,
        metrics,
    ):
        app.include_router(api.router)
    pages.install(app)
    openapi.install(app)
    _layers(app, settings)
    return app


def _layers(app: FastAPI, settings: Settings) -> None:
    """Put the layers around the application; the last one added is the outermost."""
    auth.install(app)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
        )
    app.add_middleware(pages.Guard)
    app.add_middleware(Observe)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    worker = Worker(app.state.store.get, app.state.current.get)
    worker.start()
    try:
        yield
    finally:
        await run_in_threadpool(worker.stop)
        app.state.store.close()


def from_env() -> FastAPI:
    """Return the application as the environment configures it (for `uvicorn --factory`)."""
    settings = Settings.from_env()
    logs.configure(as_json=settings.log_json)
    return create_app(settings)
