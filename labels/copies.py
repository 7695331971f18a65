"""Documents that are nearly the same: a labelled set with copies learns them by heart.

Word shingles and the Jaccard index, exactly: two documents are copies where they share at least half
of all their runs of three words (some one word in ten changed is about the limit). Cheap enough
for labelled sets, which are small; archives go through `service.duplicates`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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


def near_copies(texts: Iterable[str]) -> Iterator[Copy]:
    """Find each text that nearly repeats an earlier one, as it comes.

    A copy is compared with and not added to what came before, so that a hundred copies of one text
    cost a hundred comparisons.
    """
    holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    sizes: dict[int, int] = {}
    for place, text in enumerate(texts):
        found = shingles(text)
        if not found:
            continue
        common = Counter(earlier for shingle in found for earlier in holders.get(shingle, ()))
        best, shared = -1, 0.0
        for earlier, n in common.items():
            jaccard = n / (len(found) + sizes[earlier] - n)
            if jaccard > shared:
                best, shared = earlier, jaccard
        if shared >= SHARED:
            yield Copy(place, best, shared)
            continue
        sizes[place] = len(found)
        for shingle in found:
            holders[shingle].append(place)


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Return the runs of three words of a text, in lower case; none of a short text."""
    words = WORD.findall(text.lower())
    if len(words) < MIN_WORDS:
        return frozenset()
    return frozenset(zip(*(words[i:] for i in range(N_WORDS)), strict=False))
