"""The pages: server-rendered, little script, nothing from other hosts."""

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from service.pages import (
    agreement,
    alerts,
    compare,
    correct,
    documents,
    faults,
    feeds,
    label,
    models,
    monitor,
    network,
    reference,
    sign_in,
    try_it,
)
from service.pages.recent import Recent
from service.pages.shell import FOLDER, Guard

PAGES = (
    try_it,
    correct,
    monitor,
    documents,
    network,
    label,
    agreement,
    models,
    compare,
    feeds,
    alerts,
    reference,
    sign_in,
)

__all__ = ["Guard", "install"]


def install(app: FastAPI) -> None:
    """Add the pages, their files, and what a browser is shown where something goes wrong."""
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    for page in PAGES:
        app.include_router(page.router)
    app.state.fault_page = faults.page
    app.state.networks = Recent()
