"""What a reader sees where there is no page to show."""

from typing import Any

from fastapi import Request, Response

from service.pages.shell import templates


def page(request: Request, problem: dict[str, Any]) -> Response:
    """Return a problem object (see `service.problems`) as a page."""
    return templates.TemplateResponse(
        request, "fault.html", {"problem": problem}, status_code=problem["status"]
    )
