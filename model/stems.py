"""Stems of words: what "troop" and "troops", "refused" and "refusing" have in common."""

from functools import lru_cache

ENDINGS = ("ing", "ed", "es", "s", "ly")
SHORTEST = 4  # letters that an ending must leave


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return a word without its commonest English endings ("troops", "bombed")."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)]
    return word
