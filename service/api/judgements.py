"""`/v1/judgements`: what people say of sentences; and how far they agree."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag
from starlette.concurrency import run_in_threadpool

from labels.agreement import agreement as measure
from labels.document import Document
from labels.judgement import Judgement, Kind
from labels.scheme import SpeakerType, Stance
from service import intake, label_desk, label_queue
from service.judging import MachineTags, from_request, machine_tags
from service.schemas import DOCUMENT_EXAMPLE, DocumentIn, problems
from service.settings import Settings
from service.store import Store
from service.store.judgements import UnjudgedDocument, numbered, read
from training.registry import NoCurrentVersion

router = APIRouter(prefix="/v1", tags=["labelling"])


# A misspelt field would be taken for one that was left out, and filled in from the machine's tag.
STRICT = ConfigDict(extra="forbid")


class SentenceIn(BaseModel):
    """One sentence as somebody codes it; fields left out are taken from the machine's tag."""

    start: Annotated[int, Field(ge=0, description="First code point in the text.")]
    end: Annotated[int, Field(ge=1, description="One past the last.")]
    stance: Stance | None = None
    speaker_type: SpeakerType | None = None
    speaker: str | None = None
    proposed_actors: list[str] = []
    kind: Kind = Kind.CODING
    note: str = ""

    model_config = STRICT


EXAMPLE: Any = {
    "document": DOCUMENT_EXAMPLE,
    "coder": "ada",
    "sentences": [
        {
            "start": 0,
            "end": 82,
            "stance": "favor",
            "speaker_type": "host_government",
            "speaker": "The transitional government",
            "proposed_actors": ["AU"],
        }
    ],
}


class JudgementsIn(BaseModel):
    """What one person says of one article: all of its sentences or some."""

    document: Annotated[
        DocumentIn | str,
        Field(description="The article, or the id of one that is kept or was judged before."),
    ]
    coder: Annotated[str, Field(description="Who judges.", min_length=1)]
    sentences: Annotated[list[SentenceIn], Field(min_length=1)]
    kind: Annotated[
        Kind, Field(description="For all sentences: coding, adjudication, withdrawal or skip.")
    ] = Kind.CODING
    made_at: Annotated[str | None, Field(description="ISO 8601 with an offset; None: now.")] = None
    model: Annotated[str | None, Field(description="Version whose tags the coder saw.")] = None
    note: str = ""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})


def _shape(told: object) -> str:
    return "several" if isinstance(told, list) else "one"


OneOrSeveral = Annotated[
    Annotated[JudgementsIn, Tag("one")] | Annotated[list[JudgementsIn], Tag("several")],
    Discriminator(_shape),
]


class KeptOut(BaseModel):
    """What became of them."""

    kept: list[dict[str, Any]]
    known: Annotated[int, Field(description="How many had been kept before.")]


class PageOut(BaseModel):
    """Some judgements, in the order in which they were kept."""

    judgements: list[dict[str, Any]]
    next: Annotated[int | None, Field(description="`after` of the next page; null at the end.")]


@router.post(
    "/judgements",
    status_code=201,
    responses=problems(400, 404, 409, 413, 422, 503),
    summary="Keep what a person said of sentences",
)
async def keep(request: Request, told: OneOrSeveral) -> KeptOut:
    """Keep judgements of one article, or of several; all of them or none.

    Nothing is overwritten: a later judgement of the same sentence by the same coder supersedes the
    earlier one, which stays. The same judgement sent twice is kept once.
    """
    items = told if isinstance(told, list) else [told]
    raw = [item.model_dump(mode="json", exclude_unset=True) for item in items]
    return await run_in_threadpool(_keep, request, raw)


def _keep(request: Request, items: list[dict[str, Any]]) -> KeptOut:
    store: Store = request.app.state.store.get()
    settings: Settings = request.app.state.settings
    now = datetime.now(UTC)
    articles, judgements = [], []
    for raw in items:
        article = _article(store, raw["document"], max_chars=settings.max_document_chars)
        fields = {key: value for key, value in raw.items() if value is not None}
        machine = _machine(request, article, raw.get("model"))
        judgements += from_request(fields, article, now=now, coder=raw["coder"], machine=machine)
        articles.append(article)
    appended = label_desk.keep(store, articles, judgements, now=now)
    return KeptOut(kept=[one.to_json() for one in appended.kept], known=appended.known)


def _article(store: Store, raw: Mapping[str, Any] | str, *, max_chars: int) -> Document:
    if not isinstance(raw, str):
        return intake.document(raw, max_chars=max_chars)
    with store.read() as connection:
        known = label_desk.known_document(connection, raw)
    if known is None:
        raise UnjudgedDocument(raw)
    return known


def _machine(request: Request, article: Document, version: str | None) -> MachineTags | None:
    try:
        tagger = request.app.state.current.get(version)
    except NoCurrentVersion:
        return None
    return machine_tags(tagger, [article])[article.id]


@router.get("/judgements", responses=problems(422, 503), summary="What people said")
def page(
    request: Request,
    document: Annotated[str | None, Query(description="Only of this article.")] = None,
    coder: Annotated[str | None, Query(description="Only this coder's.")] = None,
    after: Annotated[int, Query(ge=0, le=2**62, description="`next` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> PageOut:
    """Return all that was ever said, superseded judgements too, oldest first."""
    store: Store = request.app.state.store.get()
    with store.read() as connection:
        found = numbered(
            connection, documents=None if document is None else [document], coder=coder,
            after=after, limit=limit,
        )  # fmt: skip
    full = len(found) == limit
    return PageOut(
        judgements=[one.to_json() for _, one in found], next=found[-1][0] if full else None
    )


@router.get("/agreement", responses=problems(422, 503), summary="How far coders agree")
def agreement(
    request: Request,
    samples: Annotated[int, Query(ge=0, le=5000, description="Bootstrap samples.")] = 1000,
) -> dict[str, Any]:
    """Return Krippendorff's alpha and Cohen's kappa of each field, with 95% intervals by article."""
    store: Store = request.app.state.store.get()
    with store.read() as connection:
        judgements: list[Judgement] = read(connection)
    return {"fields": [one.to_json() for one in measure(judgements, n_boot=samples)]}


@router.get("/disagreements", responses=problems(503), summary="Where coders differ")
def disagreements(request: Request) -> list[dict[str, Any]]:
    """Return the sentences on which coders differ, open ones first, each with its history.

    Decide one by sending a judgement of kind `adjudication`.
    """
    store: Store = request.app.state.store.get()
    with store.read() as connection:
        return label_desk.disagreements_json(connection)


@router.get("/queue", responses=problems(422, 503), summary="What to label next")
def queue(
    request: Request,
    coder: Annotated[str, Query(description="Who labels; gets nothing twice.", pattern=r"\S")],
    n: Annotated[int, Query(ge=1, le=500)] = 20,
) -> dict[str, Any]:
    """Return the sentences to label next, of the articles that the service keeps, each with why.

    Put one off by sending a judgement of kind `skip`.
    """
    found = label_queue.queue(
        request.app.state.store.get(), coder=coder, n=n, now=datetime.now(UTC),
        base_counts=label_desk.base_counts(request.app.state.settings.labelled),
    )  # fmt: skip
    return {
        "items": [label_queue.ask_json(ask) for ask in found.asks],
        "waiting": found.n_waiting,
        "put_off": found.n_put_off,
    }
