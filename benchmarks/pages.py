"""How long each page takes with many statements stored.

    python -m benchmarks.pages [--statements 100000] [--runs 15] [--out benchmarks/results]

Fills a database with composed articles and their tags (nine in forty sentences take a stance), serves it
with the version of the workspace (STANCEWIRE_HOME), and asks for each page over HTTP. The limit is a median of
200 ms on every page; charts are told beside it, for they are drawn after the page. The server's processor
time stands beside the clock's: on a busy machine it is what tells.
"""

import argparse
import os
import platform
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import sqlalchemy as sa

from service.store import Store, alerts, feeds, open_store
from service.store.identity import speaker_key
from service.store.schema import documents, statement_actors, statements, tags
from tests.journeys.browser import serving
from training.registry import Registry

LIMIT_MS = 200
SENTENCES, STATEMENTS = 40, 9
START = datetime(2026, 1, 1, tzinfo=UTC)
STANCES = ("favor", "against", "conditional")
TYPES = ("host_government", "foreign_government", "intergovernmental", "opposition", "expert")
ACTORS = {
    "UN": "United Nations", "AU": "African Union", "EU": "European Union", "NATO": "NATO",
    "ECOWAS": "ECOWAS", "FRA": "France", "RUS": "Russia", "USA": "United States", "TCD": "Chad",
    "RWA": "Rwanda", "TUR": "Turkey", "CHN": "China", "UNSPECIFIED": "outside actors",
}  # fmt: skip
SPEAKERS = [f"{office} of District {i}" for i in range(200) for office in ("Governor", "Council")]
OUTLETS = [f"District Wire {i}" for i in range(20)]
HOSTS = ("CAF", "MLI", "SOM", "SDN", "HTI")
SAID = {
    "favor": "{speaker} asked {actor} to send peacekeepers to the border, for the {n}th time.",
    "against": "{speaker} rejected troops of {actor} for the {n}th time.",
    "conditional": "{speaker} would accept {actor} only under a mandate, as said {n} times.",
    "none": "The market of town {n} reopened in the morning after two days of rain.",
}
PAGES = (
    "/",
    "/?sample=sample-1",
    "/monitor",
    "/monitor?stance=favor&speaker_type=expert",
    "/monitor?q=peacekeepers",
    "/monitor?actor=UN&since=2026-02-01&until=2026-03-01",
    "/monitor?outlet=District+Wire+3&min_score=0.8",
    "/documents/bench-1",
    "/speakers/Governor%20of%20District%207",
    "/actors/UN",
    "/network",
    "/network?least=20",
    "/network?actor=UN",
    "/label",
    "/agreement",
    "/models",
    "/compare",
    "/feeds",
    "/alerts",
    "/docs",
    "/sign-in",
)
CHARTS = tuple(
    f"/charts/{name}.{kind}"
    for name in ("over-time", "by-actor", "who-wants-whom")
    for kind in ("json", "csv")
)


def fill(store: Store, version: str, *, n_statements: int) -> None:
    """Write articles and their tags as `tags.put` would, in bulk."""
    draw = random.Random(0)  # noqa: S311 - composes articles, guards nothing
    n = n_statements // STATEMENTS + 1
    for first in range(0, n, 200):
        numbers = range(first, min(first + 200, n))
        articles = [article(number, version, draw) for number in numbers]
        with store.write() as connection:
            connection.execute(sa.insert(documents), [one for one, _ in articles])
            rows = [row for _, said in articles for row in said]
            connection.execute(sa.insert(tags), [tag_row(row) for row in rows])
            taken = [row for row in rows if row["stance"] != "none"]
            ids = connection.execute(
                sa.insert(statements).returning(statements.c.id, sort_by_parameter_order=True),
                [statement_row(row) for row in taken],
            ).scalars()
            named = list(actor_rows(ids, taken))
            connection.execute(sa.insert(statement_actors), named)
    with store.write() as connection:
        for i in range(30):
            wire = {"url": f"https://district{i}.example/rss", "title": OUTLETS[i % 20]}
            feeds.add(connection, wire | {"interval_s": 900}, now=START)
            alerts.add(
                connection, name=f"desk {i}", rule={"filter": {"stance": ["favor"]}},
                channel="email", target="desk@example.org", secret=None, now=START,
            )  # fmt: skip


def article(
    number: int, version: str, draw: random.Random
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the row of an article, and what was said of its sentences."""
    dated = START + timedelta(minutes=draw.randrange(60 * 24 * 180))
    takes = set(draw.sample(range(SENTENCES), STATEMENTS))
    said, at = [], 0
    for position in range(SENTENCES):
        stance = draw.choice(STANCES) if position in takes else "none"
        speaker, actor = draw.choice(SPEAKERS), draw.choice(list(ACTORS))
        text = SAID[stance].format(speaker=speaker, actor=ACTORS[actor], n=number)
        said.append(
            {
                "document_id": number + 1, "version": version, "position": position,
                "start": at, "end": at + len(text), "paragraph": position // 3, "text": text,
                "stance": stance, "score": draw.uniform(0.4, 1), "speaker": speaker,
                "speaker_type": draw.choice(TYPES), "actor": actor, "dated_at": dated,
            }
        )  # fmt: skip
        at += len(text) + (2 if position % 3 == 2 else 1)
    text = "".join(
        one["text"] + ("\n\n" if one["position"] % 3 == 2 else " ") for one in said
    ).strip()
    row = {
        "id": number + 1, "key": f"bench-{number}", "content_hash": f"{number:064x}",
        "title": f"News of day {number}", "text": text, "publisher": draw.choice(OUTLETS),
        "published": dated.isoformat(), "host": draw.choice(HOSTS), "dated_at": dated,
        "received_at": dated, "version": version, "scheme": "1.3",
    }  # fmt: skip
    return row, said


def tag_row(said: dict[str, Any]) -> dict[str, Any]:
    """Return the row of a sentence."""
    score, stance = said["score"], said["stance"]
    rest = {other: (1 - score) / 3 for other in (*STANCES, "none") if other != stance}
    abstain = score < 0.5
    start, name = said["start"], ACTORS[said["actor"]]
    place = said["text"].find(name)
    mention = {"start": start + place, "end": start + place + len(name), "text": name}
    tag = {
        "start": start, "end": said["end"], "text": said["text"],
        "stance": {
            "label": stance, "score": score, "scores": {stance: score, **rest}, "abstain": abstain
        },
        "speaker": {
            "type": said["speaker_type"], "score": 0.8, "name": said["speaker"], "start": start,
            "end": start + len(said["speaker"]), "carried": False,
        },
        "proposed_actors": [
            {"id": said["actor"], "name": name, "score": 0.8, "carried": False, **mention}
        ] if place >= 0 else [],
    }  # fmt: skip
    shared = ("document_id", "version", "position", "start", "end", "paragraph", "stance", "score")
    return {key: said[key] for key in shared} | {"abstain": abstain, "tag": tag}


def statement_row(said: dict[str, Any]) -> dict[str, Any]:
    """Return the row of a statement."""
    shared = (
        "document_id", "version", "position", "text", "stance", "score", "speaker_type", "speaker",
        "dated_at",
    )  # fmt: skip
    return {key: said[key] for key in shared} | {
        "abstain": said["score"] < 0.5,
        "speaker_key": speaker_key(said["speaker"]),
        "tagged_at": said["dated_at"],
    }


def actor_rows(
    ids: sa.ScalarResult[Any], taken: Sequence[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield who is named in the statements that were given these ids."""
    for identity, said in zip(ids, taken, strict=True):
        actor = said["actor"]
        yield {"statement_id": identity, "actor": actor, "name": ACTORS[actor]}


@dataclass(frozen=True, slots=True)
class Row:
    """One page: milliseconds by the clock and of the server's processor, and bytes."""

    path: str
    first: float
    median: float
    worst: float
    first_processor: float
    processor: float
    size: int


def measure(url: str, path: str, runs: int) -> Row:
    """Ask for one page again and again; the first answer, which warms up, is told apart."""
    (server,) = psutil.Process().children()
    took, busy, size = [], [], 0
    with httpx.Client(base_url=url, timeout=120, cookies={"stancewire_coder": "bench"}) as client:
        for _ in range(runs + 1):
            used, start = sum(server.cpu_times()[:2]), time.perf_counter()
            answer = client.get(path)
            took.append(1_000 * (time.perf_counter() - start))
            busy.append(1_000 * (sum(server.cpu_times()[:2]) - used))
            answer.raise_for_status()
            size = len(answer.content)
    median = statistics.median(took[1:])
    return Row(path, took[0], median, max(took[1:]), busy[0], statistics.mean(busy[1:]), size)


def report(rows: Sequence[Row], *, n: int, runs: int, load: float) -> str:
    """Return the table as Markdown."""
    machine = f"{os.cpu_count()} cores ({platform.machine()}), load {load:.1f} when it began"
    lines = [
        "# Pages",
        f"{n:,} statements in SQLite, {runs} runs, {machine}; `python -m benchmarks.pages "
        f"--statements {n}`. Server and client share the machine.",
        "",
        "| page | median ms | processor ms | first ms | first processor ms | worst ms | bytes |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| `{row.path}` | {row.median:.0f} | {row.processor:.0f} | {row.first:.0f} "
            f"| {row.first_processor:.0f} | {row.worst:.0f} | {row.size:,} |"
            for row in rows
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--out", type=Path)
    parser.add_argument(
        "--keep", type=Path, help="Keep the workspace here, and use it if it is there."
    )
    asked = parser.parse_args()
    home = Path(os.environ.get("STANCEWIRE_HOME", ".stancewire"))
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        workspace = asked.keep or Path(folder)
        database = workspace / "stancewire.db"
        if not database.exists():
            shutil.copytree(home / "models", workspace / "models")
            start = time.perf_counter()
            store = open_store(database)
            fill(store, Registry(workspace).current_id(), n_statements=asked.statements)
            store.close()
            print(f"filled in {time.perf_counter() - start:.0f} s", flush=True)
        rows = []
        settings = {"STANCEWIRE_REQUESTS_PER_MINUTE": "1000000"}
        with serving(workspace, **settings) as url:
            for path in (*PAGES, *CHARTS):
                row = measure(url, path, asked.runs)
                rows.append(row)
                print(
                    f"{path:55} {row.median:7.0f} ms {row.processor:7.0f} ms busy, "
                    f"{row.first_processor:.0f} at first",
                    flush=True,
                )
                if asked.out is not None:
                    text = report(rows, n=asked.statements, runs=asked.runs, load=load)
                    (asked.out / "pages.md").write_text(text, encoding="utf-8")
    slow = [row.path for row in rows if row.path in PAGES and row.median > LIMIT_MS]
    raise SystemExit(f"slower than {LIMIT_MS} ms: {', '.join(slow)}" if slow else 0)


if __name__ == "__main__":
    main()
