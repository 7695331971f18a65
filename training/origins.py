"""What the name of a labelled file tells of how its articles came to be.

Most of the shipped set was composed with codes in mind: such sentences say clearly what they are coded
for. x18 to x21 were written by who was not given the scheme, and coded afterwards, as every article is that
a user brings: they are as hard as the news (docs/quality.md, "Written without the scheme").
"""

COMPOSED = frozenset({*(f"w{i}" for i in range(1, 15)), *(f"x{i}" for i in range(1, 18))})

LITERARY = frozenset(f"w{i}" for i in range(1, 8))
# Set by hand: an early version moved by under 0.02 between equal weights and a factor of 8.
LITERARY_WEIGHT, AGENCY_WEIGHT = 0.7, 2.0


def composed(origin: str) -> bool:
    """Say whether a file's articles were composed with their codes in mind.

    >>> composed("w3"), composed("x18"), composed("our_feeds")
    (True, False, False)
    """
    return origin in COMPOSED


def origin_weight(origin: str) -> float:
    """Return how much a document of this labelled file weighs for the actor heads: agency style is nearest."""
    if origin in LITERARY:
        return LITERARY_WEIGHT
    return AGENCY_WEIGHT if origin[:1] == "x" and origin[1:].isdigit() else 1.0
