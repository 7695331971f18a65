"""One token, and the tokens of one sentence with their kinds side by side."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(init=False, slots=True)
class Token:
    """One word outside quotations, or a whole quotation.

    Attributes:
        text: as it stands; "Q" for a quotation.
        low: in lower case, typographic apostrophes made plain.
        start: first code point in the document.
        end: one past the last.
        kind: Q quotation, "," any mark, F function word, D determiner, P pronoun, V verb, G gerund,
            X auxiliary, A adverb, N other word in lower case, C capitalised word, # number.
    """

    text: str
    low: str
    start: int
    end: int
    kind: str

    def __init__(self, text: str, low: str, start: int, end: int, kind: str) -> None:
        self.text = text
        self.low = low
        self.start = start
        self.end = end
        self.kind = kind


class Tokens(tuple[Token, ...]):
    """The tokens of one sentence.

    Attributes:
        kinds: their kinds as one string, a letter each: what is searched again and again.
    """

    kinds: str

    def __new__(cls, tokens: Iterable[Token]) -> "Tokens":
        """Keep the tokens, and put their kinds side by side."""
        made = super().__new__(cls, tokens)
        made.kinds = "".join([token.kind for token in made])
        return made
