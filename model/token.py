"""One token of a sentence."""

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
