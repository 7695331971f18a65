"""`/network`: who speaks on whose intervention, as a picture and as files for Gephi and DNA."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from labels.scheme import CODEBOOK
from service.api.documents import store_of
from service.exports import statements as rows
from service.exports.choices import Format, NetworkOptions
from service.exports.dna import write_dna
from service.exports.network_files import write_network
from service.exports.networks import Network, ties, two_mode
from service.exports.statements import Statement
from service.pages.monitor import wanted
from service.pages.shell import templates
from service.store import documents, statements
from service.store.filters import Filter

router = APIRouter(include_in_schema=False)

# A picture of more nodes is a knot; the files have them all.
MOST_NODES = 40
ROW_HEIGHT = 26
MEDIA_TYPES = {
    "graphml": (Format.GRAPHML, "application/graphml+xml"),
    "gexf": (Format.GEXF, "application/gexf+xml"),
    "csv": (Format.EDGES, "text/csv; charset=utf-8"),
    "dna": (Format.DNA, "application/vnd.sqlite3"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One edge of the picture; y in pixels from the top, width in pixels."""

    source: str
    target: str
    y1: int
    y2: int
    width: float
    position: str
    told: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Speakers on the left, actors on the right, both by how often they occur."""

    speakers: tuple[tuple[str, str, int], ...]
    actors: tuple[tuple[str, str, int], ...]
    lines: tuple[Line, ...]
    height: int
    n_hidden: int


def picture(network: Network, *, least: int) -> Picture:
    """Lay a two-mode network out; edges of fewer than `least` statements are left out."""
    shown = [edge for edge in network.edges if edge.weight >= least]
    strength: dict[str, float] = {}
    for edge in shown:
        for end in (edge.source, edge.target):
            strength[end] = strength.get(end, 0) + edge.weight
    ordered = sorted(strength, key=lambda node: (-strength[node], node))
    names = {node.id: node.label for node in network.nodes}
    left = [node for node in ordered if node.startswith("s:")][:MOST_NODES]
    right = [node for node in ordered if node.startswith("a:")][:MOST_NODES]
    places = {node: (i + 1) * ROW_HEIGHT for side in (left, right) for i, node in enumerate(side)}
    drawn = [edge for edge in shown if edge.source in places and edge.target in places]
    most = max((edge.weight for edge in drawn), default=1)
    return Picture(
        speakers=tuple((node, names[node], places[node]) for node in left),
        actors=tuple((node, names[node], places[node]) for node in right),
        lines=tuple(
            Line(
                names[edge.source],
                names[edge.target],
                places[edge.source],
                places[edge.target],
                1 + 5 * edge.weight / most,
                "favor" if edge.signed > 0 else "against" if edge.signed < 0 else "conditional",
                ", ".join(
                    f"{value} {key.removeprefix('n_')}"
                    for key, value in edge.attributes.items()
                    if key.startswith("n_") and key != "n_articles" and value
                ),
            )
            for edge in drawn
        ),
        height=(max(len(left), len(right)) + 1) * ROW_HEIGHT,
        n_hidden=len(ordered) - len(places),
    )


@router.get("/network")
async def network(request: Request) -> Response:
    """Draw the two-mode network of a filter."""
    chosen = wanted(request.query_params)
    given = request.query_params.get("least", "1")
    least = int(given) if given.isdecimal() else 1

    def work() -> dict[str, Any]:
        found = two_mode(list(ties(_of_store(request, chosen))))
        most = max((int(edge.weight) for edge in found.edges), default=1)
        return {"picture": picture(found, least=least), "most": most}

    context = await run_in_threadpool(work)
    return templates.TemplateResponse(
        request,
        "network.html",
        {"least": least, "query": request.url.query, "kinds": list(MEDIA_TYPES), **context},
    )


@router.get("/network.{kind}")
async def download(request: Request, kind: str) -> Response:
    """Return the network of a filter as a file."""
    if kind not in MEDIA_TYPES:
        raise HTTPException(404, f"no network.{kind}")
    chosen = wanted(request.query_params)
    form, media_type = MEDIA_TYPES[kind]
    body = await run_in_threadpool(_file, request, chosen, form, kind)
    name = f"stancewire-network.{kind}"
    return Response(
        body, media_type=media_type, headers={"Content-Disposition": f"attachment; filename={name}"}
    )


def _file(request: Request, chosen: Filter, form: Format, kind: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"network.{kind}"
        if form is Format.DNA:
            write_dna(_by_document(request, chosen), out)
        else:
            write_network(_of_store(request, chosen), out, form, NetworkOptions())
        return out.read_bytes()


def _of_store(request: Request, chosen: Filter) -> Iterator[Statement]:
    with store_of(request).read() as connection:
        for found in statements.every(connection, chosen):
            yield from rows.statements(_tagged(found))


def _tagged(found: dict[str, Any]) -> dict[str, Any]:
    """Return a stored statement as a tagged document of one sentence."""
    source = found["document"]
    return {
        "id": source["id"],
        "model": found["model"],
        "scheme": CODEBOOK.version,
        "document": source,
        "sentences": [found],
    }


def _by_document(request: Request, chosen: Filter) -> Iterator[tuple[Any, list[Statement]]]:
    with store_of(request).read() as connection:
        grouped: dict[str, list[Statement]] = {}
        for found in statements.every(connection, chosen):
            grouped.setdefault(found["document"]["id"], []).extend(rows.statements(_tagged(found)))
        for key, listed in grouped.items():
            document = documents.as_document(documents.find(connection, key))
            yield document, sorted(listed, key=lambda statement: statement.start)
