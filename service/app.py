"""The wiring of the HTTP service: settings in, application out."""

from fastapi import FastAPI

from service import pages, problems
from service.api import health, tag, versions
from service.serving import CurrentTagger
from service.settings import Settings
from training.registry import Registry

ABOUT = (
    "Who says what about whose intervention: tags each sentence of a news article with the stance "
    "of its speaker, who speaks, and which outside actor is talked about."
)


def create_app(settings: Settings) -> FastAPI:
    """Wire the service; nothing is loaded before the first request needs it."""
    app = FastAPI(title="stancewire", version="1", summary=ABOUT)
    app.state.settings = settings
    app.state.current = CurrentTagger(Registry(settings.home))
    problems.install(app)
    for api in (tag, versions, health):
        app.include_router(api.router)
    pages.install(app)
    return app


def from_env() -> FastAPI:
    """Return the application as the environment configures it (for `uvicorn --factory`)."""
    return create_app(Settings.from_env())
