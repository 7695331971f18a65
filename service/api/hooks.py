"""`/hooks/miniflux`: a Miniflux that runs already can be the poller."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from labels.document import Document
from labels.errors import InvalidDocument, StancewireError
from service import intake
from service.api.documents import store_of
from service.api.tag import read_body
from service.feeds.parse import paragraphs
from service.keeping import keep_and_tag
from service.schemas import problems
from service.store.documents import Kept

router = APIRouter(tags=["hooks"])


class SignatureWrong(StancewireError):
    """A webhook whose signature doesn't fit its body."""


class HookClosed(StancewireError):
    """No secret is set, so nobody can be told from anybody."""


class TakenOut(BaseModel):
    """What became of the entries."""

    kept: int
    known: int
    failed: int


@router.post(
    "/hooks/miniflux",
    response_model=TakenOut,
    responses=problems(400, 401, 403, 413, 422, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    },
    summary="Take Miniflux's webhook as it is",
)
async def miniflux(
    request: Request, x_miniflux_signature: Annotated[str | None, Header()] = None
) -> dict[str, int]:
    """Tag and keep new entries; set the webhook's secret as STANCEWIRE_MINIFLUX_SECRET."""
    settings = request.app.state.settings
    if not settings.miniflux_secret:
        raise HookClosed("set STANCEWIRE_MINIFLUX_SECRET to the webhook secret of your Miniflux")
    body = await read_body(request, settings.max_body_bytes)
    wanted = hmac.new(settings.miniflux_secret.encode(), body, sha256).hexdigest()
    given = (x_miniflux_signature or "").encode("utf-8", "replace")
    if not hmac.compare_digest(wanted.encode(), given):
        raise SignatureWrong("X-Miniflux-Signature is not the HMAC-SHA256 of the body")
    given_documents = entries(intake.loads(body))

    def keep() -> dict[str, int]:
        tagger = request.app.state.current.get()
        fitting = [d for d in given_documents if len(d.text) <= settings.max_document_chars]
        outcomes = keep_and_tag(store_of(request), tagger, fitting)
        kept = sum(isinstance(o, Kept) and o.outcome == "kept" for o in outcomes)
        known = sum(isinstance(o, Kept) and o.outcome != "kept" for o in outcomes)
        return {"kept": kept, "known": known, "failed": len(given_documents) - kept - known}

    return await run_in_threadpool(keep)


def entries(raw: object) -> list[Document]:
    """Return the documents of a webhook's body: `new_entries` has several, `save_entry` one.

    Raises:
        InvalidDocument: not Miniflux's body.
    """
    if not isinstance(raw, Mapping) or raw.get("event_type") not in {"new_entries", "save_entry"}:
        raise InvalidDocument("must be new_entries or save_entry", field="event_type")
    listed = raw.get("entries") if raw["event_type"] == "new_entries" else [raw.get("entry")]
    if not isinstance(listed, list) or not all(isinstance(e, Mapping) for e in listed):
        raise InvalidDocument("must be a list of objects", field="entries")
    found = [_document(entry, raw.get("feed") or entry.get("feed")) for entry in listed]
    return [document for document in found if document is not None]


def _document(entry: Mapping[str, Any], feed: object) -> Document | None:
    text = paragraphs(entry["content"]) if isinstance(entry.get("content"), str) else ""
    if not text:
        return None
    publisher = feed.get("title") if isinstance(feed, Mapping) else None
    identity = entry.get("hash") or entry.get("id") or intake.content_id(text)
    return Document.from_json(
        {
            "id": f"miniflux-{identity}",
            "text": text,
            "title": entry.get("title"),
            "url": entry.get("url"),
            "published": entry.get("published_at"),
            "publisher": publisher,
        }
    )
