"""The pages: server-rendered, little script, nothing from other hosts."""

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from service.pages import (
    agreement,
    documents,
    feeds,
    label,
    models,
    monitor,
    network,
    sign_in,
    try_it,
)
from service.pages.shell import FOLDER, Guard


def install(app: FastAPI) -> None:
    """Add the pages, their files and the headers that keep them safe."""
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    for page in (try_it, monitor, documents, network, label, agreement, models, feeds, sign_in):
        app.include_router(page.router)
    app.add_middleware(Guard)
