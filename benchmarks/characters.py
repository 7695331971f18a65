"""A head that reads characters, too: words of 1-2 and characters of 2-5, which no shipped head does.

    python -m benchmarks.characters

CPU microseconds a sentence of a head fitted on a third of the labelled articles: by scikit-learn's
own path, by numpy's passes and by the extension, in batches of 1,000 and one sentence alone; medians of
a few rounds in turns, tokens seen before.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from benchmarks.machine import described
from benchmarks.speed import by_passes, in_turns
from labels.labelled_set import shipped
from model import compiled
from model.heads import Head, HeadConfig, ViewConfig
from model.rows import Row, View
from training.fit_head import fit_head

BATCH = 1_000
CONFIG = HeadConfig(
    "characters",
    (
        ViewConfig("words", (1, 2), min_df=2, sublinear=True),
        ViewConfig("characters", (2, 5), "char_wb", min_df=2, sublinear=True),
    ),
)


def fitted() -> tuple[Head, list[Row]]:
    """Return a head of stances and the rows on which it was fitted."""
    rows: list[Row] = []
    stances = []
    for coded in shipped().documents[::3]:
        for sentence, coding in zip(coded.sentences, coded.codings, strict=True):
            text = coded.document.text[sentence.start : sentence.end]
            view = View(tuple(text.lower().split()))
            rows.append({"words": view, "characters": view})
            stances.append(coding.stance)
    return fit_head(CONFIG, rows, stances), rows


def main() -> None:
    head, rows = fitted()
    batch, few = rows[:BATCH], rows[:BATCH:20]
    head.decision(batch)
    print(described())
    print(f"{head.compiled.counts.table.n_terms:,} terms; extension: {compiled.HAS_SCORER}")
    together = in_turns(
        {
            "scikit-learn": lambda: head.reference_decision(batch),
            "numpy passes": lambda: by_passes(head, batch),
            "as it serves": lambda: head.decision(batch),
        },
        5,
    )
    alone = in_turns(
        {
            "scikit-learn": lambda: [head.reference_decision([row]) for row in few],
            "numpy passes": lambda: [by_passes(head, [row]) for row in few],
            "as it serves": lambda: [head.decision([row]) for row in few],
        },
        5,
    )
    for name in together:
        batched, single = 1e6 * together[name] / len(batch), 1e6 * alone[name] / len(few)
        print(f"{name}: {batched:.0f} us a sentence in a batch, {single:.0f} us alone")


if __name__ == "__main__":
    main()
