"""Classes of words that are used alike: by them a head reads words that no labelled sentence holds.

`data/word_classes.tsv` deals the 20,000 commonest English words into classes six times over, into 64
classes or up to 512. Words that are used alike ("convoy", "column") share most of their classes, words
that are somewhat alike share a few. `training/word_classes.py` makes the file, and tells its source.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from model.spelled import kept

DEALINGS = "ABCDEF"
Classes = Mapping[str, tuple[str, ...]]


@cache
def shipped() -> Classes:
    """Return the classes of each word in lower case, one a dealing: see `read_classes`."""
    text = (resources.files("model") / "data" / "word_classes.tsv").read_text(encoding="utf-8")
    return read_classes(text)


def read_classes(text: str) -> Classes:
    """Return the classes of each word, as tokens.

    A token is the dealing's letter and the word in the middle of the class ("D~soldiers"), so that
    whoever reads what counted for a tag sees what the class is about.

    Args:
        text: a line a dealing that lists its classes, then a line a word: the word, a tab, the place
            of its class in each dealing's list.
    """
    lines = text.splitlines()
    listed = [
        [kept(f"{dealing}~{name}") for name in line.split(" ")]
        for dealing, line in zip(DEALINGS, lines, strict=False)
    ]
    return {
        kept(word): tuple(
            names[int(number)] for names, number in zip(listed, numbers.split(" "), strict=True)
        )
        for word, _, numbers in (line.partition("\t") for line in lines[len(DEALINGS) :])
    }


def write_classes(words: Sequence[str], dealings: Sequence[Sequence[str]]) -> str:
    """Return what `read_classes` reads; `dealings` holds, for each dealing, the class of each word."""
    lists = [list(dict.fromkeys(dealing)) for dealing in dealings]
    places = [{name: at for at, name in enumerate(names)} for names in lists]
    rows = (
        " ".join(str(place[name]) for place, name in zip(places, row, strict=True))
        for row in zip(*dealings, strict=True)
    )
    return "".join(
        f"{line}\n"
        for line in (
            *(" ".join(names) for names in lists),
            *(f"{word}\t{row}" for word, row in zip(words, rows, strict=True)),
        )
    )
