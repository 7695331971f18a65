"""Documents that are nearly the same: a labelled set with copies learns them by heart.

Word shingles and the Jaccard index, exactly: two documents are copies where they share at least half
of all their runs of three words (some one word in ten changed is about the limit). Cheap enough
for labelled sets, which are small; archives go through `service.duplicates`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Pieces = frozenset[tuple[str, ...]]
"""Of a text: its runs of so many words."""

N_WORDS = 3
SHARED = 0.5
# Shorter texts (a tweet, a one-line statement) are alike by chance.
MIN_WORDS = 30
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Copy:
    """A text that nearly repeats an earlier one.

    Attributes:
        place: position of the text.
        of: position of the earlier text that it shares most with.
        shared: share of their shingles that both have, in [0.5, 1].
    """

    place: int
    of: int
    shared: float


class Seen:
    """Texts that came before, by their pieces: the most alike is found without comparing all with all."""

    def __init__(self) -> None:
        self._holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        self._sizes: list[int] = []

    def add(self, pieces: Pieces) -> None:
        """Keep a text for later ones."""
        for piece in pieces:
            self._holders[piece].append(len(self._sizes))
        self._sizes.append(len(pieces))

    def nearest(self, pieces: Pieces) -> tuple[int, float]:
        """Return which text shares most pieces, by its number as added, and their Jaccard index.

        Of several the earliest; -1 and 0.0 where none shares a piece.
        """
        common = Counter(text for piece in pieces for text in self._holders.get(piece, ()))
        shared, text = max(
            ((n / (len(pieces) + self._sizes[text] - n), -text) for text, n in common.items()),
            default=(0.0, 1),
        )
        return -text, shared


def near_copies(texts: Iterable[str]) -> Iterator[Copy]:
    """Find each text that nearly repeats an earlier one, as it comes.

    A copy is compared with and not added to what came before, so that a hundred copies of one text
    cost a hundred comparisons.
    """
    seen = Seen()
    places: list[int] = []
    for place, text in enumerate(texts):
        found = shingles(text)
        if not found:
            continue
        earlier, shared = seen.nearest(found)
        if shared >= SHARED:
            yield Copy(place, places[earlier], shared)
            continue
        seen.add(found)
        places.append(place)


def shingles(text: str) -> Pieces:
    """Return the runs of three words of a text, in lower case; none of a short text."""
    words = WORD.findall(text.lower())
    if len(words) < MIN_WORDS:
        return frozenset()
    return frozenset(zip(*(words[i:] for i in range(N_WORDS)), strict=False))
