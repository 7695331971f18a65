"""The JSON of the HTTP interface, written down for its OpenAPI document."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from labels.scheme import SpeakerType, Stance

TEXT = (
    "The transitional government on Monday asked the African Union to send peacekeepers.\n\n"
    '"We will not accept foreign troops on our soil," opposition leader Amadi Terfaso said.'
)


class DocumentIn(BaseModel):
    """One article: give `text` or `html`."""

    id: Annotated[str | None, Field(description="Yours; made of the content where missing.")] = None
    text: Annotated[str | None, Field(description="The article without its headline.")] = None
    html: Annotated[str | None, Field(description="A web page, in place of text.")] = None
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    published: Annotated[str | None, Field(description="ISO 8601 date or date-time.")] = None
    host: Annotated[
        str | None, Field(description="ISO 3166 alpha-3 code of the state in conflict")
    ] = None


class StanceOut(BaseModel):
    """The stance head's answer."""

    label: Stance
    score: Annotated[float, Field(ge=0, le=1)]
    scores: dict[Stance, float]
    abstain: bool


class SpeakerOut(BaseModel):
    """Who speaks; `carried` says that the evidence stands in another sentence."""

    type: SpeakerType
    score: Annotated[float, Field(ge=0, le=1)]
    name: str | None
    start: int | None
    end: int | None
    carried: bool


class ActorOut(BaseModel):
    """An outside actor whose intervention is talked about."""

    id: str
    name: str
    score: Annotated[float, Field(ge=0, le=1)]
    start: int
    end: int
    text: str
    carried: bool


class SentenceOut(BaseModel):
    """One sentence; offsets are code points into the text."""

    start: int
    end: int
    text: str
    stance: StanceOut
    speaker: SpeakerOut | None = None
    proposed_actors: list[ActorOut]
    explain: list[dict[str, Any]] | None = None


class TaggedOut(BaseModel):
    """A tagged document, version 1 of the contract."""

    id: str
    model: str
    scheme: str
    sentences: list[SentenceOut]
    document: dict[str, Any] | None = None


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class FailedOut(BaseModel):
    """A document of a batch that could not be tagged, in its place."""

    id: str | None = None
    error: Problem


DOCUMENT_EXAMPLE = {"id": "a1", "title": "Cabinet asks for a force", "text": TEXT, "host": "CAF"}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI entries of the error statuses that an operation can answer."""
    return {
        status: {
            "description": "Problem details (RFC 9457)",
            "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
        }
        for status in statuses
    }
