"""What a penalty of its own for each term brings, on files held out.

    python -m benchmarks.penalty [CODED.jsonl ...]

The labelled set is dealt into four parts by file; each is tagged by what was fitted on the others, with
the `PENALTIES` of both stance heads (`contrast`, `levelling`: `training.penalty`). The log-loss, under the news'
base rate of neutral sentences, is smoother than any F1: differences of 0.003 are more than chance.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from benchmarks.quality import Ours, decided, figures, stances
from labels.labelled_set import CodedDocument, read, shipped
from labels.scheme import CODEBOOK
from model.stance import ABOUT_CONFIG, CONFIG, STANCE, stance_scores
from training.calibrate import to_base_rate
from training.fit_stance import fit_stance_heads

PENALTIES = ((0.0, 0.0), (0.3, 0.0), (0.0, 0.5), (0.3, 0.5))
N_PARTS = 4


@dataclass(slots=True)
class Answers:
    coded: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)  # of the coded label

    def line(self) -> str:
        weights = to_base_rate(self.coded, CODEBOOK.neutral)
        loss = np.average(-np.log(np.maximum(self.scores, 1e-9)), weights=weights)
        together, _ = figures(self.coded, self.said)
        return f"{' '.join(f'{value:.3f}' for value in together)} {loss:.4f}"


def parts(
    documents: Sequence[CodedDocument],
) -> Iterator[tuple[list[CodedDocument], list[CodedDocument]]]:
    files = sorted({d.origin for d in documents})
    for part in range(N_PARTS):
        held = set(files[part::N_PARTS])
        yield (
            [d for d in documents if d.origin not in held],
            [d for d in documents if d.origin in held],
        )


def measure(
    splits: Iterable[tuple[Sequence[CodedDocument], Sequence[CodedDocument]]],
) -> dict[tuple[float, float], Answers]:
    found = {penalty: Answers() for penalty in PENALTIES}
    for fitted, tested in splits:
        ours, coded = Ours(fitted, tested), stances(tested)
        for contrast, levelling in PENALTIES:
            about, stance = (
                replace(config, contrast=contrast, levelling=levelling)
                for config in (ABOUT_CONFIG, CONFIG)
            )
            heads = fit_stance_heads(*ours.learnt, seed=0, configs=(about, stance)).heads
            scores = stance_scores(ours.tested.rows, heads, CODEBOOK.neutral)
            answers = found[contrast, levelling]
            answers.coded += coded
            answers.said += decided(heads[STANCE], scores)
            columns = [heads[STANCE].classes.index(label) for label in coded]
            answers.scores += scores[np.arange(len(columns)), columns].tolist()
    return found


def main() -> None:
    documents = shipped().documents
    tables = {"files held out": measure(parts(documents))}
    for path in sys.argv[1:]:
        tables[path] = measure([(documents, read([Path(path)]).documents)])
    print("macro F1, F avg, relevant F1, log-loss")
    for title, found in tables.items():
        for (contrast, levelling), answers in found.items():
            print(f"{title}: contrast {contrast}, levelling {levelling}: {answers.line()}")


if __name__ == "__main__":
    main()
