"""SemEval-2016 task 6 A with stancewire's heads: another scheme, other labels, the official split.

    python benchmarks/semeval.py ../shared/eval/semeval2016

One head a target, on words 1-3 and character n-grams 2-5 of a tweet. The views, C and the weighing of
labels are chosen by five-fold cross-validation on the training tweets alone; the test tweets are scored
once, with that choice. F_avg is the official measure: the mean of the F1 of FAVOR and of AGAINST, each
counted over all targets together.
"""

import argparse
import itertools
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from sklearn.model_selection import StratifiedKFold

from labels.scheme import Scheme
from model.cues import shipped
from model.heads import (
    Calibration,
    Head,
    HeadConfig,
    Row,
    View,
    ViewConfig,
    build_pipeline,
    to_matrix,
)

SCHEME = Scheme("semeval-2016-6", ("FAVOR", "AGAINST", "NONE"), "NONE")
TRAIN = ("trialdata-all-annotations.txt", "trainingdata-all-annotations.txt")
TEST = "testdata-taskA-all-annotations.txt"
TOKEN = re.compile(r"[#@]?\w+(?:['’]\w+)*|[^\w\s]+")
HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

PLAIN = (
    ViewConfig("words", ngrams=(1, 3), sublinear=True),
    ViewConfig("characters", (2, 5), "char_wb", sublinear=True),
)
SPLIT = (
    ViewConfig("split", ngrams=(1, 2), sublinear=True),
    ViewConfig("denied", sublinear=True),
    ViewConfig("characters", (2, 5), "char_wb", sublinear=True),
)
VIEW_SETS = {"plain": PLAIN, "hashtags split, negation marked": SPLIT}
SIZES = (3.0, 10.0)


@dataclass(frozen=True, slots=True)
class Tweet:
    target: str
    text: str
    stance: str


def load(path: Path) -> list[Tweet]:
    lines = path.read_text(encoding="latin-1").splitlines()[1:]
    found = []
    for line in lines:
        _, target, text, stance, *_ = line.split("\t")
        assert stance in SCHEME.stances, stance
        found.append(Tweet(target, re.sub(r"\s*#SemST", "", text).strip(), stance))
    return found


def denied(words: Sequence[str]) -> list[str]:
    """Mark the five words after a negation."""
    negations = {cue.first for cue in shipped().find(words) if cue.name == "NEG"}
    left, out = 0, []
    for at, word in enumerate(words):
        out.append(f"NOT_{word}" if left else word)
        left = 5 if at in negations else max(0, left - 1)
        if not word[0].isalnum():
            left = 0
    return out


def row(text: str) -> Row:
    tokens = TOKEN.findall(text)
    low = [token.lower() for token in tokens]
    split = [
        piece.lower()
        for token in tokens
        for piece in (HUMP.findall(token) or [token] if token[0] == "#" else [token])
    ]
    views = {
        "words": low,
        "split": split,
        "denied": denied(split),
        "characters": text.lower().split(),
    }
    return {name: View(tuple(tokens)) for name, tokens in views.items()}


def fit(rows: Sequence[Row], stances: Sequence[str], config: HeadConfig) -> Head:
    pipeline = build_pipeline(config).fit(to_matrix(rows, config), list(stances))
    return Head(config, pipeline, Calibration.identity(len(pipeline.classes_)))


def tag(head: Head, rows: Sequence[Row]) -> list[str]:
    return [head.classes[i] for i in head.decision(rows).argmax(axis=1)]


def f_avg(coded: Sequence[str], said: Sequence[str]) -> float:
    each = []
    for label in ("FAVOR", "AGAINST"):
        hits = sum(a == b == label for a, b in zip(coded, said, strict=True))
        each.append(2 * hits / max(coded.count(label) + said.count(label), 1))
    return 100 * sum(each) / 2


def cross_validated(tweets: Sequence[Tweet], rows: Sequence[Row], config: HeadConfig) -> list[str]:
    said = [""] * len(tweets)
    for target in sorted({tweet.target for tweet in tweets}):
        mine = np.array([i for i, tweet in enumerate(tweets) if tweet.target == target])
        stances = [tweets[i].stance for i in mine]
        folds = StratifiedKFold(5, shuffle=True, random_state=0)
        for fitted, held in folds.split(mine, stances):
            head = fit([rows[i] for i in mine[fitted]], [stances[i] for i in fitted], config)
            for i, label in zip(mine[held], tag(head, [rows[i] for i in mine[held]]), strict=True):
                said[i] = label
    return said


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("folder", type=Path)
    folder = cli.parse_args().folder
    train = [tweet for name in TRAIN for tweet in load(folder / name)]
    test = load(folder / TEST)
    rows, unseen = [row(t.text) for t in train], [row(t.text) for t in test]
    coded = [t.stance for t in train]
    best, chosen = -1.0, None
    for (name, views), C, balanced in itertools.product(VIEW_SETS.items(), SIZES, (False, True)):
        config = HeadConfig("stance", views, C=C, balanced=balanced)
        found = f_avg(coded, cross_validated(train, rows, config))
        weighed = "balanced" if balanced else "as they are"
        print(f"cross-validated F_avg {found:5.2f}  {name}, C {C:g}, labels {weighed}", flush=True)
        if found > best:
            best, chosen = found, config
    assert chosen is not None
    said = [""] * len(test)
    for target in sorted({tweet.target for tweet in test}):
        mine = [i for i, tweet in enumerate(train) if tweet.target == target]
        theirs = [i for i, tweet in enumerate(test) if tweet.target == target]
        head = fit([rows[i] for i in mine], [coded[i] for i in mine], chosen)
        for i, label in zip(theirs, tag(head, [unseen[i] for i in theirs]), strict=True):
            said[i] = label
    print(f"chosen: C {chosen.C:g}, balanced {chosen.balanced}, {[v.name for v in chosen.views]}")
    print(f"test F_avg {f_avg([t.stance for t in test], said):.2f}")


if __name__ == "__main__":
    main()
