"""The tokens of one sentence, with their kinds side by side."""

from collections.abc import Iterable

from model.token import Token


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
