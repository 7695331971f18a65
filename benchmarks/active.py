"""How many labels does the queue save? Queue against random order on the composed set.

    python -m benchmarks.active [--quick] [--seeds 5] [--most 2000] [--batch 50] [--out FOLDER]

A quarter of the documents is held out; the rest is the pool, whose codings are revealed sentence by
sentence in the order in which `training.active.rank` (or chance) asks for them. After each batch a
head is fitted on what is revealed and measured on the held-out documents. The head is a fast
surrogate: the stance head on words alone (TF-IDF of one and two words + logistic regression), not
the whole tagger; it is also what gives the queue its scores, so nothing of the answers leaks.
The audit share, which the queue draws at random by design, is left out: it buys an honest test
set, not a better head. Figures of the README's kind (real news) are not what this shows.
"""

# ruff: noqa: S311 - draws documents and orders, guards nothing
import argparse
import json
import os
import platform
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from labels.labelled_set import CodedDocument, shipped
from training.active import Item, Wishes, rank

NOW = datetime(2026, 1, 1, tzinfo=UTC)
START = 100
SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the pool or of the test, with its coding and its row in `counts`."""

    document: str
    start: int
    end: int
    text: str
    stance: str
    row: int


def sentences(documents: Sequence[CodedDocument]) -> list[Sentence]:
    told = [
        (d.document.id, s.start, s.end, d.document.text[s.start : s.end], c.stance)
        for d in documents
        for s, c in zip(d.sentences, d.codings, strict=True)
    ]
    return [Sentence(*fields, row) for row, fields in enumerate(told)]


def counted(listed: Sequence[Sentence]) -> csr_matrix:
    """Count words and pairs of all sentences once; which of them a head knows is told at its fit."""
    words = CountVectorizer(
        ngram_range=(1, 2),
        token_pattern=r"\w+(?:[-'’]\w+)*|[^\w\s]",  # noqa: S106 - not that kind of token
    )
    return words.fit_transform([s.text for s in listed]).tocsr()


class Head:
    """What `TfidfVectorizer` and `LogisticRegression` learn of some sentences, counted beforehand."""

    def __init__(self, counts: csr_matrix, known: Sequence[Sentence]) -> None:
        self.counts = counts
        rows = counts[[s.row for s in known]]
        seen_in = np.asarray((rows > 0).sum(axis=0)).ravel()
        self.columns = np.flatnonzero(seen_in >= (2 if len(known) > 500 else 1))
        self.weights = TfidfTransformer(sublinear_tf=True)
        self.regression = LogisticRegression(C=3.0, class_weight="balanced", max_iter=2000)
        learnt = self.weights.fit_transform(rows[:, self.columns])
        self.regression.fit(learnt, [s.stance for s in known])

    def views(self, asked: Sequence[Sentence]) -> csr_matrix:
        return self.weights.transform(self.counts[[s.row for s in asked]][:, self.columns])

    def predict(self, asked: Sequence[Sentence]) -> list[str]:
        return [str(label) for label in self.regression.predict(self.views(asked))]

    def scores(self, asked: Sequence[Sentence]) -> list[dict[str, float]]:
        classes = [str(label) for label in self.regression.classes_]
        found = self.regression.predict_proba(self.views(asked))
        return [dict(zip(classes, map(float, row), strict=True)) for row in found]


def by_chance(
    pool: list[Sentence], head: Head, known: list[Sentence], n: int, seed: int
) -> list[Sentence]:
    return random.Random(seed * 7919 + len(known)).sample(pool, min(n, len(pool)))


def by_queue(
    pool: list[Sentence], head: Head, known: list[Sentence], n: int, seed: int
) -> list[Sentence]:
    items = {
        (s.document, s.start, s.end): (s, Item(s.document, s.start, s.end, s.text, scores))
        for s, scores in zip(pool, head.scores(pool), strict=True)
    }
    found = rank(
        [item for _, item in items.values()], n=n, coder="machine", now=NOW,
        class_counts=Counter(s.stance for s in known), labelled_texts=[s.text for s in known],
        wishes=Wishes(audit_share=0.0),
    )  # fmt: skip
    return [items[ask.item.place][0] for ask in found.asks]


Choose = Callable[[list[Sentence], Head, list[Sentence], int, int], list[Sentence]]


def curve(
    listed: Sequence[Sentence],
    counts: csr_matrix,
    choose: Choose,
    *,
    seed: int,
    most: int,
    batch: int,
) -> list[tuple[int, float]]:
    documents = sorted({s.document for s in listed})
    random.Random(seed).shuffle(documents)
    held_out = set(documents[: round(len(documents) * SHARE)])
    test = [s for s in listed if s.document in held_out]
    pool = [s for s in listed if s.document not in held_out]
    random.Random(seed).shuffle(pool)
    known, rest = pool[:START], pool[START:]  # the same start for both
    points = []
    while True:
        head = Head(counts, known)
        coded = [s.stance for s in test]
        figure = f1_score(coded, head.predict(test), average="macro", zero_division=0.0)
        points.append((len(known), float(figure)))
        if len(known) >= most or not rest:
            return points
        chosen = choose(rest, head, known, batch, seed)
        rows = {s.row for s in chosen}
        known = known + chosen
        rest = [s for s in rest if s.row not in rows]


def needed(points: list[tuple[int, float]], figure: float) -> float | None:
    """Labels at which a curve first reaches a figure, between two points by a straight line."""
    before = points[0]
    for point in points:
        if point[1] >= figure:
            if point is points[0] or point[1] == before[1]:
                return float(point[0])
            share = (figure - before[1]) / (point[1] - before[1])
            return before[0] + share * (point[0] - before[0])
        before = point
    return None


def mean_curve(curves: list[list[tuple[int, float]]]) -> list[tuple[int, float]]:
    n = min(map(len, curves))
    return [(curves[0][i][0], float(np.mean([c[i][1] for c in curves]))) for i in range(n)]


def svg(named: dict[str, list[list[tuple[int, float]]]], most: int) -> str:
    width, height, pad = 640, 400, 50
    figures = [figure for curves in named.values() for points in curves for _, figure in points]
    low, high = np.floor(min(figures) * 10) / 10, np.ceil(max(figures) * 10) / 10

    def at(x: float, y: float) -> tuple[float, float]:
        across, up = x / most, (y - low) / (high - low)
        return pad + (width - 2 * pad) * across, height - pad - (height - 2 * pad) * up

    def line(points: list[tuple[int, float]], colour: str, more: str) -> str:
        told = " ".join("{:.1f},{:.1f}".format(*at(*point)) for point in points)
        return f'<polyline points="{told}" fill="none" stroke="{colour}" {more}/>'

    def word(x: float, y: float, told: str, more: str) -> str:
        return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{told}</text>'

    parts = ['<rect width="100%" height="100%" fill="#ffffff"/>']
    for tick in np.arange(low, high + 0.01, 0.1):
        x, y = at(0, tick)
        parts.append(f'<path d="M{x:.1f} {y:.1f}H{width - pad}" stroke="#e5e5e5"/>')
        parts.append(word(x - 8, y + 4, f"{tick:.1f}", 'text-anchor="end"'))
    for tick in range(0, most + 1, 400):
        x, y = at(tick, low)
        parts.append(word(x, y + 18, str(tick), 'text-anchor="middle"'))
    for name, colour in (("random", "#777777"), ("queue", "#1f5f8b")):
        parts += [line(points, colour, 'opacity="0.25"') for points in named[name]]
        mean = mean_curve(named[name])
        parts.append(line(mean, colour, 'stroke-width="3"'))
        x, y = at(*mean[-1])
        parts.append(word(x + 6, y + 4, name, f'fill="{colour}"'))
    parts.append(word(width / 2, height - 10, "labelled sentences", 'text-anchor="middle"'))
    parts.append(
        word(
            0,
            0,
            "macro F1 on held-out documents",
            f'transform="translate(14 {height / 2}) rotate(-90)" text-anchor="middle"',
        )
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + 20} {height}" '
        f'font-family="sans-serif" font-size="12"><title>Labels and macro F1</title>'
        f"{''.join(parts)}</svg>\n"
    )


def report(named: dict[str, list[list[tuple[int, float]]]], command: str, told: str) -> str:
    chance, queue = mean_curve(named["random"]), mean_curve(named["queue"])
    lines = [
        "# Queue against random order", "", f"`{command}`: {told}", "", "![curves](active.svg)", "",
        "| random labels | macro F1 | queue labels for the same | share |",
        "| ---: | ---: | ---: | ---: |",
    ]  # fmt: skip
    for n, figure in chance:
        if n % 400 == 0:
            labels = needed(queue, figure)
            cells = ("-", "-") if labels is None else (f"{labels:.0f}", f"{labels / n:.0%}")
            lines.append(f"| {n} | {figure:.3f} | {' | '.join(cells)} |")
    lines += ["", "| labels | random | queue |", "| ---: | ---: | ---: |"]
    lines += [f"| {n} | {a:.3f} | {b:.3f} |" for (n, a), (_, b) in zip(chance, queue, strict=False)]
    return "\n".join(lines) + "\n"


def main() -> None:
    cli = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    cli.add_argument("--quick", action="store_true", help="two seeds, 1200 labels, a minute or so")
    cli.add_argument("--seeds", type=int)
    cli.add_argument("--most", type=int)
    cli.add_argument("--batch", type=int, default=50, help="labels from one fit to the next")
    cli.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = cli.parse_args()
    n_seeds = args.seeds or (2 if args.quick else 5)
    most = args.most or (1200 if args.quick else 2000)
    named: dict[str, list[list[tuple[int, float]]]] = {"random": [], "queue": []}
    listed = sentences(shipped().documents)
    counts = counted(listed)
    began = time.monotonic()
    for seed in range(n_seeds):
        for name, choose in (("random", by_chance), ("queue", by_queue)):
            named[name].append(
                curve(listed, counts, choose, seed=seed, most=most, batch=args.batch)
            )
            figure = named[name][-1][-1][1]
            print(f"seed {seed} {name:7} {figure:.3f} {time.monotonic() - began:.0f} s", flush=True)
    told = (
        f"{n_seeds} seeds, {len(listed)} sentences; {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {time.monotonic() - began:.0f} s."
    )
    command = f"python -m benchmarks.active --seeds {n_seeds} --most {most} --batch {args.batch}"
    text = report(named, command, told)
    print(text)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "active.md").write_text(text)
    (args.out / "active.svg").write_text(svg(named, most))
    (args.out / "active.json").write_text(json.dumps(named) + "\n")


if __name__ == "__main__":
    main()
