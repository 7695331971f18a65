"""How many labels does the queue save? Queue against random order on the composed set.

    python -m benchmarks.active [--seeds 5] [--most 2000] [--out benchmarks/results]

A quarter of the documents is held out; the rest is the pool, whose codings are revealed sentence by
sentence in the order in which `training.active.rank` (or chance) asks for them. After each batch a
head is fitted on what is revealed and measured on the held-out documents. The head is a fast
surrogate: the stance head on words alone (TF-IDF of one and two words + logistic regression), not
the whole tagger; it is also what gives the queue its scores, so nothing of the answers leaks.
The audit share, which the queue draws at random by design, is left out: it buys an honest test
set, not a better head.
"""

# ruff: noqa: S311 - draws documents and orders, guards nothing
import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline, make_pipeline

from labels.labelled_set import CodedDocument, shipped
from training.active import Item, Wishes, rank

NOW = datetime(2026, 1, 1, tzinfo=UTC)
START, BATCH = 100, 100
SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the pool or of the test, with its coding."""

    document: str
    start: int
    end: int
    text: str
    stance: str


def sentences(documents: list[CodedDocument]) -> list[Sentence]:
    return [
        Sentence(d.document.id, s.start, s.end, d.document.text[s.start : s.end], c.stance)
        for d in documents
        for s, c in zip(d.sentences, d.codings, strict=True)
    ]


def fit(known: list[Sentence]) -> Pipeline:
    head = make_pipeline(
        TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, min_df=2 if len(known) > 500 else 1,
            token_pattern=r"\w+(?:[-'’]\w+)*|[^\w\s]",  # noqa: S106 - not that kind of token
        ),
        LogisticRegression(C=3.0, class_weight="balanced", max_iter=2000),
    )  # fmt: skip
    return head.fit([s.text for s in known], [s.stance for s in known])


def by_chance(pool: list[Sentence], head: Pipeline, known: list[Sentence], seed: int) -> list[int]:
    order = list(range(len(pool)))
    random.Random(seed * 7919 + len(known)).shuffle(order)
    return order[:BATCH]


def by_queue(pool: list[Sentence], head: Pipeline, known: list[Sentence], seed: int) -> list[int]:
    scores = head.predict_proba([s.text for s in pool])
    classes = [str(label) for label in head.classes_]
    items = [
        Item(s.document, s.start, s.end, s.text, dict(zip(classes, map(float, row), strict=True)))
        for s, row in zip(pool, scores, strict=True)
    ]
    found = rank(
        items, n=BATCH, coder="machine", now=NOW, class_counts=Counter(s.stance for s in known),
        labelled_texts=[s.text for s in known], wishes=Wishes(audit_share=0.0),
    )  # fmt: skip
    places = {item.place: i for i, item in enumerate(items)}
    return [places[ask.item.place] for ask in found.asks]


Choose = Callable[[list[Sentence], Pipeline, list[Sentence], int], list[int]]


def curve(
    all_documents: Sequence[CodedDocument], choose: Choose, *, seed: int, most: int
) -> list[tuple[int, float]]:
    documents = list(all_documents)
    random.Random(seed).shuffle(documents)
    cut = round(len(documents) * SHARE)
    test, pool = sentences(documents[:cut]), sentences(documents[cut:])
    order = list(range(len(pool)))
    random.Random(seed).shuffle(order)
    known = [pool[i] for i in order[:START]]  # the same start for both
    rest = [pool[i] for i in order[START:]]
    points = []
    while True:
        head = fit(known)
        said = head.predict([s.text for s in test])
        figure = f1_score([s.stance for s in test], said, average="macro", zero_division=0.0)
        points.append((len(known), float(figure)))
        if len(known) >= most or not rest:
            return points
        chosen = set(choose(rest, head, known, seed))
        known += [s for i, s in enumerate(rest) if i in chosen]
        rest = [s for i, s in enumerate(rest) if i not in chosen]


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
    low, high = 0.3, 0.8

    def at(x: float, y: float) -> str:
        px = pad + (width - 2 * pad) * x / most
        py = height - pad - (height - 2 * pad) * (y - low) / (high - low)
        return f"{px:.1f},{py:.1f}"

    parts = []
    for name, colour in (("random", "#999999"), ("queue", "#1f5f8b")):
        for points in named[name]:
            line = " ".join(at(x, y) for x, y in points)
            parts.append(
                f'<polyline points="{line}" fill="none" stroke="{colour}" opacity="0.25"/>'
            )
        mean = mean_curve(named[name])
        line = " ".join(at(x, y) for x, y in mean)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="3"/>')
        x, y = at(*mean[-1]).split(",")
        parts.append(
            f'<text x="{x}" y="{float(y) - 8}" text-anchor="end" fill="{colour}">{name}</text>'
        )
    for tick in np.arange(low, high + 0.01, 0.1):
        x, y = at(0, tick).split(",")
        parts.append(f'<text x="{float(x) - 8}" y="{y}" text-anchor="end">{tick:.1f}</text>')
    for tick in range(0, most + 1, 400):
        x, y = at(tick, low).split(",")
        parts.append(f'<text x="{x}" y="{float(y) + 18}" text-anchor="middle">{tick}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="12"><title>Labels and macro F1</title>'
        f'<text x="{width / 2}" y="{height - 10}" text-anchor="middle">labelled sentences</text>'
        f'<text x="14" y="{height / 2}" transform="rotate(-90 14 {height / 2})" '
        f'text-anchor="middle">macro F1 on held-out documents</text>{"".join(parts)}</svg>\n'
    )


def main() -> None:
    cli = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    cli.add_argument("--seeds", type=int, default=5)
    cli.add_argument("--most", type=int, default=2000)
    cli.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = cli.parse_args()
    named: dict[str, list[list[tuple[int, float]]]] = {"random": [], "queue": []}
    documents = shipped().documents
    for seed in range(args.seeds):
        for name, choose in (("random", by_chance), ("queue", by_queue)):
            began = time.monotonic()
            points = curve(documents, choose, seed=seed, most=args.most)
            named[name].append(points)
            print(
                f"seed {seed} {name:7} {points[-1][1]:.3f} {time.monotonic() - began:.0f} s",
                flush=True,
            )
    chance, queue = mean_curve(named["random"]), mean_curve(named["queue"])
    lines = [
        "| random labels | macro F1 | queue labels for the same | share |",
        "| ---: | ---: | ---: | ---: |",
    ]
    for n, figure in chance:
        if n % 400 == 0:
            labels = needed(queue, figure)
            told = "-" if labels is None else f"{labels:.0f}"
            share = "-" if labels is None else f"{labels / n:.0%}"
            lines.append(f"| {n} | {figure:.3f} | {told} | {share} |")
    lines += ["", "| labels | random | queue |", "| ---: | ---: | ---: |"]
    lines += [f"| {n} | {a:.3f} | {b:.3f} |" for (n, a), (_, b) in zip(chance, queue, strict=False)]
    print("\n".join(lines))
    args.out.mkdir(parents=True, exist_ok=True)
    head = f"# Queue against random order\n\n{args.seeds} seeds, `python -m benchmarks.active`.\n\n![curves](active.svg)\n\n"
    (args.out / "active.md").write_text(head + "\n".join(lines) + "\n")
    (args.out / "active.svg").write_text(svg(named, args.most))
    (args.out / "active.json").write_text(json.dumps(named) + "\n")


if __name__ == "__main__":
    main()
