"""How words are dealt into classes by their vectors."""

import json
from pathlib import Path

import numpy as np

from model.word_classes import read_classes
from training.word_classes import ENGLISH, VECTORS, commonest, compared, dealt, main

RANDOM = np.random.default_rng(0)
MIDDLES = RANDOM.normal(size=(4, 12))


def near(group: int) -> list[float]:
    return [float(x) for x in MIDDLES[group] + RANDOM.normal(scale=0.05, size=12)]


def name(at: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in f"{at:03d}")


def test_words_of_near_vectors_get_the_same_class() -> None:
    words = [name(at) for at in range(80)]
    vectors = np.array([near(at % 4) for at in range(80)])

    classes = dealt(words, vectors, n_classes=4, seed=0)

    for group in range(4):
        assert len({classes[at] for at in range(group, 80, 4)}) == 1
    assert len(set(classes)) == 4
    assert set(classes) <= set(words), "a class is called by one of its words"


def test_directions_that_all_vectors_share_are_taken_out() -> None:
    frequent = np.linspace(-50.0, 50.0, 80)[:, None] * np.ones(12)

    kept = compared(np.array([near(at % 4) for at in range(80)]) + frequent)

    assert np.allclose(np.linalg.norm(kept, axis=1), 1.0)
    assert np.abs(kept @ np.ones(12)).max() < 0.5


def test_names_short_words_and_rare_words_get_no_class() -> None:
    words = ["the", "of", "troops", "ahmedov", "peace-keeping", "retreat", "convoy"]
    english = {"the", "of", "troops", "peace", "keeping", "retreat", "convoy"}

    assert commonest(words, english, n=4) == ["the", "troops", "peace-keeping", "retreat"]


def test_the_file_is_made_of_two_packages(tmp_path: Path) -> None:
    words = [name(at) for at in range(600)]
    vectors = {word: [*near(at % 4), 1.0] for at, word in enumerate(words)}
    for path, raw in (
        (VECTORS, {"words": words, "dimensions": 12, "vectors": vectors}),
        (ENGLISH, words),
    ):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(json.dumps(raw), encoding="utf-8")

    main(tmp_path, tmp_path / "made.tsv")

    made = read_classes((tmp_path / "made.tsv").read_text(encoding="utf-8"))
    assert list(made) == words
