"""The pages: server-rendered, little script, nothing from other hosts."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.templating import Jinja2Templates
from starlette.middleware.base import RequestResponseEndpoint
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent.parent
templates = Jinja2Templates(FOLDER / "templates")

# No inline script or style, nothing from elsewhere, no framing: text from articles can't act.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# FastAPI's own documentation page loads its script from another host and would be blank.
UNGUARDED = ("/docs", "/redoc")


def install(app: FastAPI) -> None:
    """Add the pages, their files and the headers that keep them safe."""
    from service.pages import try_it  # noqa: PLC0415 - it needs `templates` from here

    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    app.include_router(try_it.router)

    @app.middleware("http")
    async def _guard(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        if request.url.path not in UNGUARDED:
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
        return response
