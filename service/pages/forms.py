"""Forms of the pages: reading them, and refusing those that another site made the browser send."""

from urllib.parse import parse_qs, urlsplit

from fastapi import Request

from labels.errors import StancewireError
from service.api.tag import read_body

MAX_FIELDS = 50


class ForeignForm(StancewireError):
    """A form that was not sent from one of our pages."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        super().__init__(f"this form came from {origin}, not from these pages: open the page anew")


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form that one of our pages sent; of a repeated field, the last.

    Browsers tell with every POST where it comes from, and scripts can't change that. Where they
    tell nothing, no browser sent it, so no browser's cookies came with it. (`service.auth` looks at
    Sec-Fetch-Site, for every request that changes something.)

    Raises:
        ForeignForm: the browser says that another site sent it.
        BodyTooLarge: see `read_body`.
    """
    refuse_foreign(request)
    body = await read_body(request, request.app.state.settings.max_body_bytes)
    fields = parse_qs(
        body.decode("utf-8", "replace"), max_num_fields=MAX_FIELDS, keep_blank_values=True
    )
    given = {name: values[-1].replace("\r\n", "\n") for name, values in fields.items()}
    # PostgreSQL takes no NUL; of an article's text, its reader is told.
    return {n: v if n == "text" else v.replace("\0", "\ufffd") for n, v in given.items()}


def refuse_foreign(request: Request) -> None:
    """Refuse a request that the browser made for another site.

    Raises:
        ForeignForm: it did.
    """
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ForeignForm(origin)
