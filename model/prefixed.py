"""Tokens behind a prefix that says who is asked: "carry:said", "n.troops"."""

from collections.abc import Iterable

from model.spelled import known

MOST = 20_000  # tokens that are kept; beyond them all are made anew


class Prefixed(dict[str, str]):
    """Tokens with one prefix, each made once: the same few thousand come again and again.

    A kept string also keeps its hash, which every head that looks it up needs.
    """

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.prefix = prefix

    def __missing__(self, token: str) -> str:
        """Make the token, and keep it."""
        if len(self) >= MOST:
            self.clear()
        self[token] = made = known(self.prefix + token)
        return made

    def all(self, tokens: Iterable[str]) -> list[str]:
        """Return tokens with the prefix, in order."""
        return list(map(self.__getitem__, tokens))
