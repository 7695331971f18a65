"""SemEval-2016 task 6 A with stancewire's heads: another scheme, other labels, the official split.

    python benchmarks/semeval.py ../shared/eval/semeval2016

One head on words, character n-grams and, in some sets of views, classes of words of a tweet: each view
once for all targets together and once more for the tweet's own target, so that what targets share is
learnt from all of them (Daume 2007). A head a target is tried beside it. The views and the weighing of
labels are chosen by five-fold cross-validation on the training tweets alone; the test tweets are scored
once, with that choice. F_avg is the official measure: the mean of the F1 of FAVOR and of AGAINST, each
counted over all targets together.
"""

import argparse
import itertools
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from sklearn.model_selection import StratifiedKFold

from labels.scheme import Scheme
from model.cues import shipped
from model.heads import (
    Head,
    HeadConfig,
    ViewConfig,
)
from model.rows import Row, View
from model.word_classes import shipped as word_classes
from training.fit_head import fit_head

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
CLASSES = ViewConfig("classes", sublinear=True)
VIEW_SETS = {
    "plain": PLAIN,
    "plain, word classes": (*PLAIN, CLASSES),
    "hashtags split, negation marked": SPLIT,
    "hashtags split, negation marked, word classes": (*SPLIT, CLASSES),
}
SIZES = (3.0,)
SHARED = "one head for all targets"


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


def shared(views: Sequence[ViewConfig], targets: Sequence[str]) -> tuple[ViewConfig, ...]:
    """Return the views for all targets, the target itself, and the views of each target alone."""
    own = [replace(view, name=f"{view.name}@{t}") for t in targets for view in views]
    return (*views, ViewConfig("target", presence=True, weight=2.0), *own)


def with_targets(row: Row, target: str, targets: Sequence[str]) -> Row:
    """Add the views that `shared` names; those of other targets are empty."""
    more = {"target": View((target.replace(" ", "_"),))}
    for other in targets:
        for name, view in row.items():
            more[f"{name}@{other}"] = view if other == target else View(())
    return {**row, **more}


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
        "classes": [token for word in split for token in word_classes().get(word, ())],
    }
    return {name: View(tuple(tokens)) for name, tokens in views.items()}


def tag(head: Head, rows: Sequence[Row]) -> list[str]:
    return [head.classes[i] for i in head.decision(rows).argmax(axis=1)]


def f_avg(coded: Sequence[str], said: Sequence[str]) -> float:
    each = []
    for label in ("FAVOR", "AGAINST"):
        hits = sum(a == b == label for a, b in zip(coded, said, strict=True))
        each.append(2 * hits / max(coded.count(label) + said.count(label), 1))
    return 100 * sum(each) / 2


def fit_and_tag(
    train: Sequence[Tweet],
    rows: Sequence[Row],
    test: Sequence[Tweet],
    unseen: Sequence[Row],
    config: HeadConfig,
) -> list[str]:
    """Fit on the first tweets and tag the others: one head where the views are shared, else one a target."""
    groups = {SHARED} if config.name == SHARED else {tweet.target for tweet in test}
    said = [""] * len(test)
    for group in sorted(groups):
        mine = [i for i, tweet in enumerate(train) if group in (SHARED, tweet.target)]
        theirs = [i for i, tweet in enumerate(test) if group in (SHARED, tweet.target)]
        head = fit_head(config, [rows[i] for i in mine], [train[i].stance for i in mine])
        for i, label in zip(theirs, tag(head, [unseen[i] for i in theirs]), strict=True):
            said[i] = label
    return said


def cross_validated(tweets: Sequence[Tweet], rows: Sequence[Row], config: HeadConfig) -> list[str]:
    said = [""] * len(tweets)
    strata = [tweet.target + tweet.stance for tweet in tweets]
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    for fitted, held in folds.split(strata, strata):
        labels = fit_and_tag(
            [tweets[i] for i in fitted], [rows[i] for i in fitted],
            [tweets[i] for i in held], [rows[i] for i in held], config,
        )  # fmt: skip
        for i, label in zip(held, labels, strict=True):
            said[i] = label
    return said


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("folder", type=Path)
    folder = cli.parse_args().folder
    train = [tweet for name in TRAIN for tweet in load(folder / name)]
    test = load(folder / TEST)
    targets = sorted({t.target for t in train})
    rows, unseen = (
        [with_targets(row(t.text), t.target, targets) for t in tweets] for tweets in (train, test)
    )
    coded = [t.stance for t in train]
    best, chosen = -1.0, None
    for (name, views), C, balanced, way in itertools.product(
        VIEW_SETS.items(), SIZES, (False, True), ("one head a target", SHARED)
    ):
        used = shared(views, targets) if way == SHARED else views
        config = HeadConfig(way, used, C=C, balanced=balanced)
        found = f_avg(coded, cross_validated(train, rows, config))
        weighed = "balanced" if balanced else "as they are"
        print(
            f"cross-validated F_avg {found:5.2f}  {name}, C {C:g}, labels {weighed}, {way}",
            flush=True,
        )
        if found > best:
            best, chosen = found, config
    assert chosen is not None
    said = fit_and_tag(train, rows, test, unseen, chosen)
    print(
        f"chosen: {chosen.name}, C {chosen.C:g}, balanced {chosen.balanced}, {chosen.views[0].name} ..."
    )
    print(f"test F_avg {f_avg([t.stance for t in test], said):.2f}")


if __name__ == "__main__":
    main()
