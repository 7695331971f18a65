"""`/compare`: two versions on the same sentences: where they differ, and who is right.

```
articles (samples, the newest, or judged ones) | tag with both | align | people's codings beside it
```
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from labels.document import Document
from labels.errors import StancewireError
from labels.judgement import FIELDS, Place
from labels.scheme import Coding, Stance
from model.tag import Tag, TaggedDocument
from model.tagger import Tagger
from service import label_desk
from service.api.documents import store_of
from service.errors import meaning
from service.pages.shell import templates
from service.pages.try_it import samples
from service.store import documents
from training.registry import Registry

router = APIRouter(include_in_schema=False)

# Both versions tag while the reader waits.
MOST_DOCUMENTS = 20
LISTED = 60
ON = {
    "newest": f"the {MOST_DOCUMENTS} newest articles that are kept",
    "judged": f"{MOST_DOCUMENTS} articles that people have coded",
    "samples": "the three composed samples",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One sentence as two versions tag it.

    Attributes:
        document: the article.
        number: of the sentence, from 1.
        first: what the one says.
        second: what the other says.
        coded: what people settled on, or None.
    """

    document: Document
    number: int
    first: Tag
    second: Tag
    coded: Coding | None

    def same(self, field: str) -> bool:
        """Say whether both versions say the same."""
        return value(self.first.coding(), field) == value(self.second.coding(), field)

    @property
    def differing(self) -> list[str]:
        """Return the fields in which they differ."""
        return [field for field in FIELDS if not self.same(field)]


def value(coding: Coding, field: str) -> object:
    """Return one field of a coding, in a form that may be compared."""
    found = getattr(coding, field)
    return frozenset(found) if field == "proposed_actors" else found


@router.get("/compare")
async def compare(request: Request) -> Response:
    """Ask for two versions; show where they differ once they are given."""
    registry: Registry = request.app.state.current.registry
    first, second = (request.query_params.get(name, "") for name in ("first", "second"))
    on = request.query_params.get("on", "")
    fault, context, status = None, {}, 200
    if first and second:
        try:
            context = await run_in_threadpool(_work, request, first, second, on)
        except StancewireError as error:
            fault, status = str(error), meaning(error).status
    versions = await run_in_threadpool(registry.list)
    serves = registry.serving_id()
    others = [one.id for one in versions if one.id != serves]
    return templates.TemplateResponse(
        request,
        "compare.html",
        {
            "fault": fault,
            "versions": [one.id for one in versions[::-1]],
            "current": serves,
            "first": first or serves or "",
            "second": second or (others[-1] if others else serves or ""),
            "on": on if on in ON else "newest",
            "choices": ON,
            **context,
        },
        status_code=status,
    )


def _work(request: Request, first: str, second: str, on: str) -> dict[str, Any]:
    with store_of(request).read() as connection:
        codings, articles = _chosen(connection, on)
    taggers: list[Tagger] = [request.app.state.current.get(id) for id in (first, second)]
    said = [tagger.tag(articles) for tagger in taggers]
    found = align(said[0], said[1], codings)
    differing = [one for one in found if one.differing]
    return {
        "n_documents": len(articles),
        "n_sentences": len(found),
        "n_coded": sum(one.coded is not None for one in found),
        "fields": summary(found),
        "stances": list(Stance),
        "matrix_counts": matrix(found),
        "differing": differing[:LISTED],
        "n_differing": len(differing),
    }


def _chosen(
    connection: sa.Connection, on: str
) -> tuple[Mapping[Place, Coding], Sequence[Document]]:
    """Return settled codings by place, and the articles to tag."""
    told, judged = label_desk.settled(connection)
    codings = {one.place: one.coding for one in told if one.coding is not None}
    if on == "samples":
        return codings, [Document.from_json(sample) for sample in samples().values()]
    if on == "judged":
        keys = sorted({place[0] for place in codings})[:MOST_DOCUMENTS]
        return codings, [judged[key] for key in keys]
    return codings, documents.newest(connection, limit=MOST_DOCUMENTS)


def align(
    first: Sequence[TaggedDocument],
    second: Sequence[TaggedDocument],
    codings: Mapping[Place, Coding],
) -> list[Compared]:
    """Put the tags of two versions side by side; both tag the same documents in the same order."""
    found = []
    for one, other in zip(first, second, strict=True):
        for number, (a, b) in enumerate(zip(one.tags, other.tags, strict=True), 1):
            place = (one.document.id, a.sentence.start, a.sentence.end)
            found.append(Compared(one.document, number, a, b, codings.get(place)))
    return found


def summary(found: Sequence[Compared]) -> list[dict[str, Any]]:
    """Count for each field where both say the same, and where each says what people do."""
    coded = [one for one in found if one.coded is not None]
    return [
        {
            "field": field,
            "same": sum(one.same(field) for one in found),
            "first_right": _right(coded, field, "first"),
            "second_right": _right(coded, field, "second"),
        }
        for field in FIELDS
    ]


def _right(coded: Sequence[Compared], field: str, which: str) -> int:
    return sum(
        value(getattr(one, which).coding(), field) == value(one.coded, field)
        for one in coded
        if one.coded is not None
    )


def matrix(found: Sequence[Compared]) -> list[list[int]]:
    """Count sentences by the first version's stance (rows) and the second's (columns)."""
    order = {str(stance): i for i, stance in enumerate(Stance)}
    counts = [[0] * len(order) for _ in order]
    for one in found:
        labels = (one.first.stance.label, one.second.stance.label)
        if order.keys() >= set(labels):
            counts[order[labels[0]]][order[labels[1]]] += 1
    return counts
