"""Nothing of the evaluation articles is in what stancewire learns from."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

HERE = Path(__file__).resolve()
# The evaluation articles stand beside the repository, never in it.
DEV = next(
    (
        path
        for folder in HERE.parents
        if (path := folder / "shared" / "eval" / "dev.jsonl").is_file()
    ),
    None,
)
N = 5
# Five words that any two news texts may share; each was looked at, and none tells of an event of an
# evaluation article.
COMMON = HERE.with_name("common_phrases.txt")

needs_dev = pytest.mark.skipif(
    DEV is None, reason="../shared/eval/dev.jsonl is not beside this repository"
)


def grams(text: str, n: int = N) -> set[str]:
    words = re.findall(r"\w+(?:'\w+)*", text.lower().replace("’", "'"))
    return {" ".join(words[i : i + n]) for i in range(len(words) - n + 1)}


def learnt_from() -> Iterator[tuple[str, str]]:
    """Every text that a head is fitted on or a rule reads, and where it stands."""
    labelled = resources.files("labels") / "data" / "labelled"
    for file in sorted(labelled.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".jsonl"):
            for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
                document = json.loads(line)
                yield f"{file.name}:{number}", document["text"]
                yield f"{file.name}:{number} title", document.get("title") or ""
    cues = (resources.files("model") / "data" / "cues.tsv").read_text("utf-8")
    for number, line in enumerate(cues.splitlines(), 1):
        for term in line.split("\t")[2].split(" | ") if "\t" in line else ():
            yield f"cues.tsv:{number}", term


def shared(n: int) -> dict[str, list[str]]:
    assert DEV is not None
    evaluated: set[str] = set()
    with DEV.open(encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            for sentence in document["sentences"]:
                evaluated |= grams(document["text"][sentence["start"] : sentence["end"]], n)
    found = defaultdict(list)
    for place, text in learnt_from():
        for phrase in grams(text, n) & evaluated:
            found[phrase].append(place)
    return dict(found)


@needs_dev
def test_five_words_are_shared_with_evaluation_articles_only_where_they_are_common() -> None:
    common = set(COMMON.read_text("utf-8").splitlines())
    found = shared(N)
    leaked = {phrase: places for phrase, places in found.items() if phrase not in common}
    assert not leaked, f"reword these, or show that they are common: {leaked}"


@needs_dev
def test_nine_words_are_never_shared() -> None:
    # Eight are the full name of the Red Cross and a verb.
    assert shared(9) == {}


def test_grams_see_words_and_not_punctuation() -> None:
    assert grams("“It is, he said, over.”") == {"it is he said over"}
    assert grams("too short") == set()
