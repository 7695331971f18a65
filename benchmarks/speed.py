"""How fast the tagger is, beside scikit-learn's own path, its peers and the bare text (`make bench`).

    python -m benchmarks.speed [--home FOLDER] [--quick] [--part tagger --part peers ...]

Writes benchmarks/results/speed.json and the figures of docs/performance.md. Times are CPU seconds of one
thread; what is compared runs in turns in one process, round by round, and the ratio of the medians is
the figure: absolute numbers move with whatever else the machine does. Peers need environments of
their own (`make bench-peers`) and are passed over where these are missing. `make bench` runs the compiled
form (`make native`); what plain Python needs is measured by the part `pure`, in a process of its own.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from benchmarks import peers, sampler, speed_page, start_up
from benchmarks.archive import home_of
from benchmarks.machine import described
from labels.document import Document
from labels.labelled_set import shipped
from model.analysis import analyse
from model.heads import Array, Head
from model.rows import Row, columns
from model.tagger import Tagger
from training.registry import Registry

RESULTS = Path(__file__).parent / "results" / "speed.json"
ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "performance.md"
PLAIN_BATCH = 1000
ARTICLE = 15  # sentences
Work = Callable[[], object]
# Start-up first: this process must not map the version's pages while the workers' share is read.
PARTS = ("start_up", "tagger", "pure", "split", "article_size", "archive_size", "peers")
# A sampler sees no compiled function, so where time goes is told of the pure form.
PURE = """
import json, sys
from pathlib import Path
from benchmarks import speed
from labels.labelled_set import shipped
from training.registry import Registry
work = {"pure": speed.whole, "split": speed.split_by_module}[sys.argv[1]]
documents = [coded.document for coded in shipped().documents]
print(json.dumps(work(Registry(Path(sys.argv[2])).load(), documents)))
"""


class PlainHead(Head):
    """A head that decides as scikit-learn does: `decision_function` in batches of 1,000 rows."""

    def decision(self, rows: Sequence[Row]) -> Array:
        return _stacked(self, rows)

    def decision_with(self, other: Head, rows: Sequence[Row]) -> tuple[Array, Array]:
        return self.decision(rows), other.decision(rows)


def _stacked(head: Head, rows: Sequence[Row]) -> Array:
    import numpy as np

    if not rows:
        return head.reference_decision(rows)
    return np.vstack(
        [
            head.reference_decision(rows[first : first + PLAIN_BATCH])
            for first in range(0, len(rows), PLAIN_BATCH)
        ]
    )


def by_passes(head: Head, rows: Sequence[Row], other: Head | None = None) -> Array:
    """Decide as an installation without the extension does; another head on the same terms along with it."""
    asked = columns(rows, [view.name for view in head.config.views])
    joined = head.compiled.joined(other.compiled) if other else None
    return (joined or head.compiled).decision_by_passes(asked)


@dataclass(frozen=True)
class Asked:
    """What one head, or two on the same terms, were asked."""

    heads: tuple[Head, ...]
    rows: Sequence[Row]

    def ours(self) -> object:
        head, *others = self.heads
        return head.decision_with(*others, self.rows) if others else head.decision(self.rows)

    def passes(self) -> object:
        head, *others = self.heads
        return by_passes(head, self.rows, *others)

    def plain(self) -> object:
        return [_stacked(head, self.rows) for head in self.heads]


def plain(tagger: Tagger) -> Tagger:
    """The same tagger with scikit-learn's own path for every head."""
    heads = {
        name: PlainHead(head.config, head.pipeline, head.calibration)
        for name, head in tagger.heads.items()
    }
    return Tagger(
        heads,
        version=tagger.version,
        scheme=tagger.scheme,
        abstain_below=tagger.abstain_below,
    )


def in_turns(works: dict[str, Work], rounds: int) -> dict[str, float]:
    """Run some works in turns; return the median CPU seconds of each."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = time.process_time()
            work()
            seconds[name].append(time.process_time() - start)
    return {name: median(each) for name, each in seconds.items()}


def whole(tagger: Tagger, documents: Sequence[Document]) -> dict[str, Any]:
    """The whole pipeline and its heads alone, an archive and one article, beside the plain path."""
    slow = plain(tagger)
    some = documents[:: max(len(documents) // 150, 1)]
    n_sentences = sum(len(tagged.tags) for tagged in tagger.tag(some))
    slow.tag(some[:5])
    archive = in_turns({"ours": lambda: tagger.tag(some), "plain": lambda: slow.tag(some)}, 3)
    heads = in_turns(_works(_asked(tagger, some)), 5)
    articles = [d for d in documents if len(analyse(d).sentences) == ARTICLE][:30]
    single = _each_ms({"ours": tagger, "plain": slow}, articles, 3)
    alone = [one for article in articles for one in _asked(tagger, [article])]
    heads_alone = in_turns(_works(alone), 3)
    return {
        "sentences": n_sentences,
        "documents": len(some),
        "bytes": sum(len(d.text.encode()) for d in some),
        "archive_us": {k: 1e6 * s / n_sentences for k, s in archive.items()},
        "heads_us": {k: 1e6 * s / n_sentences for k, s in heads.items()},
        "article_ms": single,
        "articles": len(articles),
        "article_heads_ms": {k: 1e3 * s / len(articles) for k, s in heads_alone.items()},
        "split_us": 1e6 * _split_s(some) / n_sentences,
    }


def _each_ms(
    taggers: dict[str, Tagger], articles: Sequence[Document], rounds: int
) -> dict[str, float]:
    """Median milliseconds of wall-clock time of one article, tagged alone by each tagger in turns."""
    seconds: dict[str, list[float]] = {name: [] for name in taggers}
    for _ in range(rounds):
        for article in articles:
            for name, tagger in taggers.items():
                start = time.perf_counter()
                tagger.tag([article])
                seconds[name].append(time.perf_counter() - start)
    return {name: 1e3 * median(each) for name, each in seconds.items()}


def _works(asked: Sequence[Asked]) -> dict[str, Work]:
    return {
        "ours": lambda: [one.ours() for one in asked],
        "passes": lambda: [one.passes() for one in asked],
        "plain": lambda: [one.plain() for one in asked],
    }


def _asked(tagger: Tagger, documents: Sequence[Document]) -> list[Asked]:
    """Return what the heads are asked while documents are tagged."""
    asked: list[Asked] = []

    class Listening(Head):
        def decision(self, rows: Sequence[Row]) -> Array:
            asked.append(Asked((tagger.heads[self.config.name],), rows))
            return super().decision(rows)

        def decision_with(self, other: Head, rows: Sequence[Row]) -> tuple[Array, Array]:
            if self.compiled.joined(other.compiled) is not None:  # else each is asked by itself
                both = tagger.heads[self.config.name], tagger.heads[other.config.name]
                asked.append(Asked(both, rows))
            return super().decision_with(other, rows)

    heads: dict[str, Head] = {}
    for name, head in tagger.heads.items():
        heads[name] = Listening(head.config, head.pipeline, head.calibration)
        heads[name].compiled = head.compiled
    Tagger(heads, scheme=tagger.scheme).tag(documents)
    return asked


def _split_s(documents: Sequence[Document]) -> float:
    texts = [document.text for document in documents]
    return in_turns({"split": lambda: [text.split() for text in texts]}, 20)["split"]


def as_python(part: str, home: Path) -> dict[str, Any]:
    """Measure a part on the modules of the checkout, none of them compiled."""
    told = subprocess.run(
        [sys.executable, "-c", PURE, part, str(home.resolve())],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return dict(json.loads(told.stdout))


def split_by_module(tagger: Tagger, documents: Sequence[Document]) -> dict[str, float]:
    some = documents[:: max(len(documents) // 200, 1)]
    return sampler.shares(lambda: tagger.tag(some))


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """Slope of log seconds over log size, by least squares."""
    xs = [math.log(size) for size, _ in points]
    ys = [math.log(seconds) for _, seconds in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum(
        (a - x) ** 2 for a in xs
    )


def article_size(tagger: Tagger, documents: Sequence[Document]) -> dict[str, Any]:
    """Time of one article of 1 to 2,000 sentences, cut out of all articles laid end to end."""
    pieces = [d.text[s.start : s.end] for d in documents for s in analyse(d).sentences]
    points = []
    for size in (1, 10, 30, 100, 300, 1000, 2000):
        starts = [(k * 997) % (len(pieces) - size) for k in range(max(3, 60 // size))]
        articles = [
            Document(f"n{size}", "\n\n".join(" ".join(pieces[at + i : at + min(i + 3, size)])
                                             for i in range(0, size, 3)))
            for at in starts
        ]  # fmt: skip
        each = in_turns({"each": lambda a=articles: [tagger.tag([one]) for one in a]}, 3)["each"]
        points.append((size, each / len(articles)))
    return {
        "points": points,
        "exponent": exponent(points),
        "exponent_from_30": exponent([point for point in points if point[0] >= 30]),
    }


def archive_size(tagger: Tagger, documents: Sequence[Document], *, quick: bool) -> dict[str, Any]:
    """Time of 1,000 to 100,000 short articles (up to three sentences), a thousand at a time."""
    short = [
        Document(d.id, d.text[: sentences[min(len(sentences), 3) - 1].end], title=d.title)
        for d in documents
        if (sentences := analyse(d).sentences)
    ]
    points = []
    for size in (1000, 3000, 10_000) if quick else (1000, 10_000, 100_000):
        runs = max(1, 9000 // size)
        seconds = []
        for _ in range(min(runs, 5)):
            start = time.process_time()
            for batch in _batches(short, size):
                tagger.tag(batch)
            seconds.append(time.process_time() - start)
        points.append((size, median(seconds)))
    return {"points": points, "exponent": exponent(points)}


def _batches(documents: Sequence[Document], size: int) -> Iterator[list[Document]]:
    for first in range(0, size, 1000):
        yield [documents[i % len(documents)] for i in range(first, min(first + 1000, size))]


def peers_apart() -> dict[str, Any]:
    """What each peer needs a sentence, on the labelled sentences; None where it is not installed."""
    sentences = [
        (coded.document.text[s.start : s.end], coding.stance)
        for coded in shipped().documents
        for s, coding in zip(coded.sentences, coded.codings, strict=True)
    ]
    figures: dict[str, Any] = {}
    for name in peers.PEERS:
        some = sentences[: 300 if name == "minilm" else 8000]  # slow enough to be measured on few
        texts, targets = zip(*some, strict=True)
        rounds = 2 if name == "minilm" else 5
        figures[name] = None
        try:
            told = peers.ask(name, texts, targets, texts, rounds=rounds)
        except peers.NoAnswer as error:
            print(f"{name} is passed over: {error}", flush=True)
        else:
            figures[name] = 1e6 * median(told.seconds) / len(texts)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="workspace with a version [default: train one]")
    parser.add_argument("--quick", action="store_true", help="archives of 10,000 articles at most")
    parser.add_argument("--part", action="append", choices=PARTS, help="[default: all]")
    chosen = parser.parse_args()
    parts = [part for part in PARTS if part in (chosen.part or PARTS)]
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    documents = [coded.document for coded in shipped().documents]
    with tempfile.TemporaryDirectory() as folder:
        home = chosen.home or home_of(Path(folder) / "home")
        tagger = cache(Registry(home).load)
        works: dict[str, Work] = {
            "tagger": lambda: whole(tagger(), documents),
            "pure": lambda: as_python("pure", home),
            "split": lambda: as_python("split", home),
            "article_size": lambda: article_size(tagger(), documents),
            "archive_size": lambda: archive_size(tagger(), documents, quick=chosen.quick),
            "peers": peers_apart,
            "start_up": lambda: start_up.measured(home),
        }
        for part in parts:
            start = time.monotonic()
            found[part] = works[part]()
            print(f"{part}: {time.monotonic() - start:.0f} s", flush=True)
    found["machine"] = described()
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    PAGE.write_text(speed_page.with_figures(PAGE.read_text(encoding="utf-8"), found))
    print(f"written: {PAGE}")


if __name__ == "__main__":
    main()
