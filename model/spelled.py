"""One string for each word that a head knows, wherever it is met.

A look-up that is handed the very string that it holds compares nothing, and reads nothing but its own table:
most words are not in the processor's cache. `sys.intern` would do the same, but some releases
of Python never let go of what it has seen, and a text may hold any word.
"""

KEPT: dict[str, str] = {}


def kept(word: str) -> str:
    """Return the one string for a word of a head or of a list, and keep it as long as the process runs."""
    return KEPT.setdefault(word, word)


def known(word: str) -> str:
    """Return the one string for a word of a text where it is kept, and the word itself elsewhere."""
    return KEPT.get(word, word)
