"""What a head is asked of one sentence: views of it, each a list of tokens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(init=False, slots=True)
class View:
    """One view of one sentence.

    Attributes:
        tokens: what a head counts; no token holds white space.
        spans: where each token stands in the document, as [start, end) code points, in the order
            of `tokens`; empty for a view whose tokens stand nowhere.
    """

    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def __init__(self, tokens: tuple[str, ...], spans: tuple[tuple[int, int], ...] = ()) -> None:
        self.tokens = tokens
        self.spans = spans

    def joined(self) -> str:
        """Return the tokens as the one string that the vectoriser splits again at blanks.

        Raises:
            ValueError: a token holds white space, so that it would be learnt in pieces.
        """
        text = " ".join(self.tokens)
        if len(text.split()) != len(self.tokens):
            bad = next(token for token in self.tokens if len(token.split()) != 1)
            raise ValueError(f"a token must be one word without white space: {bad!r}")
        return text


Row = Mapping[str, View]


def columns(rows: Sequence[Row], names: Iterable[str]) -> list[list[tuple[str, ...]]]:
    """Return the tokens of each view named, row by row."""
    return [[row[name].tokens for row in rows] for name in names]
