"""What the name of a labelled file tells of how its articles came to be.

w1 to w14, the first files of the set, which ship no more, and x1 to x17 were composed with codes in mind:
such sentences say clearly what they are coded for. The others were written by who was not given the scheme,
and coded afterwards, as every article is that a user brings: they are nearer to the news (docs/quality.md,
"Written without the scheme").
"""

COMPOSED = frozenset({*(f"w{i}" for i in range(1, 15)), *(f"x{i}" for i in range(1, 18))})


def composed(origin: str) -> bool:
    """Say whether a file's articles were composed with their codes in mind.

    >>> composed("x3"), composed("x18"), composed("our_feeds")
    (True, False, False)
    """
    return origin in COMPOSED
