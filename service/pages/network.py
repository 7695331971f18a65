"""`/network`: who speaks on whose intervention, as a picture and as files for Gephi and DNA."""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from labels.scheme import CODEBOOK, Stance
from service.api.documents import store_of
from service.exports import statements as rows
from service.exports.choices import Format, NetworkOptions
from service.exports.dna import write_dna
from service.exports.network_files import write_network
from service.exports.statements import Statement
from service.pages.monitor import wanted
from service.pages.shell import templates
from service.store import counts, documents, statements
from service.store.counts import Link
from service.store.filters import Filter

router = APIRouter(include_in_schema=False)

# A picture of more nodes is a knot; the files have them all.
MOST_NODES = 40
# A threshold is chosen for who gives none, so that no more lines than this are drawn.
MOST_LINES = 120
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

    speaker: str
    actor: str
    y1: int
    y2: int
    width: float
    position: str
    told: str
    count: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Speakers on the left, actors on the right, both by how often they occur.

    Attributes:
        speakers: name, statements, y.
        actors: id, statements, y.
        lines: strongest first.
        height: in pixels.
        n_hidden: nodes that are left out.
        n_statements: that the lines stand for.
    """

    speakers: tuple[tuple[str, int, int], ...]
    actors: tuple[tuple[str, int, int], ...]
    lines: tuple[Line, ...]
    height: int
    n_hidden: int
    n_statements: int


Edges = dict[tuple[str, str], Counter[str]]


def summed(links: Iterable[Link]) -> Edges:
    """Return how often each voice took which stance on each actor."""
    edges: Edges = defaultdict(Counter)
    for link in links:
        who = rows.voice(link.speaker, link.speaker_type, link.outlet)
        edges[who, link.actor].update(link.told)
    return edges


def picture(edges: Edges, *, least: int) -> Picture:
    """Lay a network out; edges of fewer than `least` statements are left out.

    Args:
        edges: (voice, id of the actor) to the count of each stance.
        least: statements that an edge needs.
    """
    shown = {ends: told for ends, told in edges.items() if told.total() >= least}
    voices: Counter[str] = Counter()
    actors: Counter[str] = Counter()
    for (who, actor), told in shown.items():
        voices[who] += told.total()
        actors[actor] += told.total()
    left, right = _first(voices), _first(actors)
    height = (max(len(left), len(right)) + 1) * ROW_HEIGHT
    at_left, at_right = _spread(left, height), _spread(right, height)
    drawn = {
        ends: told for ends, told in shown.items() if ends[0] in at_left and ends[1] in at_right
    }
    most = max((told.total() for told in drawn.values()), default=1)
    return Picture(
        speakers=tuple((who, voices[who], y) for who, y in at_left.items()),
        actors=tuple((actor, actors[actor], y) for actor, y in at_right.items()),
        lines=tuple(
            Line(
                who, actor, at_left[who], at_right[actor],
                1 + 5 * told.total() / most, _position(told), _told(told), told.total(),
            )
            for (who, actor), told in sorted(drawn.items(), key=lambda item: -item[1].total())
        ),
        height=height,
        n_hidden=len(voices) + len(actors) - len(left) - len(right),
        n_statements=sum(told.total() for told in drawn.values()),
    )  # fmt: skip


def _first(strength: Counter[str]) -> list[str]:
    return sorted(strength, key=lambda node: (-strength[node], node))[:MOST_NODES]


def _spread(nodes: list[str], height: int) -> dict[str, int]:
    """Return the height of each node: spread evenly, so that the shorter side stands in the middle."""
    step = max(ROW_HEIGHT, height // (len(nodes) + 1))
    top = (height - step * (len(nodes) - 1)) // 2
    return {node: top + i * step for i, node in enumerate(nodes)}


def _position(told: Counter[str]) -> str:
    signed = told[Stance.FAVOR] - told[Stance.AGAINST]
    return Stance.FAVOR if signed > 0 else Stance.AGAINST if signed < 0 else Stance.CONDITIONAL


def _told(told: Counter[str]) -> str:
    return ", ".join(f"{n} {stance}" for stance, n in sorted(told.items()) if n)


def legible(edges: Edges) -> int:
    """Return the lowest threshold at which the picture has few enough lines to follow them."""
    weights = sorted((told.total() for told in edges.values()), reverse=True)
    return min(weights[0], weights[MOST_LINES] + 1) if len(weights) > MOST_LINES else 1


@router.get("/network")
async def network(request: Request) -> Response:
    """Draw the two-mode network of a filter."""
    chosen = wanted(request.query_params)
    given = request.query_params.get("least", "")
    least = int(given) if given.isdecimal() and len(given) < 10 else None

    def work() -> dict[str, Any]:
        with store_of(request).read() as connection:
            key = (chosen, statements.newest_id(connection))
            edges = request.app.state.networks.get(
                key, lambda: summed(counts.links(connection, chosen))
            )
            most = max((told.total() for told in edges.values()), default=1)
            shown = max(1, min(least or legible(edges), most))
            drawn = picture(edges, least=shown)
            names = counts.actor_names(connection, (actor for actor, *_ in drawn.actors))
        return {"picture": drawn, "names": names, "most": most, "least": shown}

    context = await run_in_threadpool(work)
    return templates.TemplateResponse(
        request,
        "network.html",
        {
            "chosen": chosen,
            "query": request.url.remove_query_params("least").query,
            "kinds": list(MEDIA_TYPES),
            **context,
        },
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
