"""The words of a sentence outside quotations, with what sort of word each is.

There is no tagger behind this: lists of function words and verbs, and the shape of the rest.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from model import source_words as lexicon
from model.quotes import Quoted

QUOTE = "Q"
MOST_TOKENS = 600  # of one sentence: its source stands near its head, and time stays linear
# "NAIROBI, Dec. 5 (Agency) - ": at least three capitals, then a dash
DATELINE = re.compile(r"[A-Z]['’.]?[A-Z]\S*[A-Z.][^—–\n]{0,60}?(?:\s[-–—]{1,3}\s|—|–)\s*")
PREPOSITIONS = frozenset(
    ["of", "for", "in", "at", "from", "to", "on", "with", "against", "near", "by", "under"]
)


@dataclass(frozen=True, slots=True)
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


def tokens_of(
    words: Sequence[tuple[str, int, int]], quoted: Quoted, *, after: int | None = None
) -> list[Token]:
    """Return the tokens of one sentence outside quotations that begin at `after` or later.

    At most `MOST_TOKENS` are returned.
    """
    raw: list[tuple[str, int, int]] = []
    spans = iter(quoted.spans)
    span = next(spans, None)
    for word in words:
        if len(raw) >= MOST_TOKENS:
            break
        if after is not None and word[1] < after:
            continue
        while span is not None and word[1] >= span[1]:
            span = next(spans, None)
        if span is not None and word[1] >= span[0]:
            if not (raw and raw[-1][0] == QUOTE and raw[-1][1] == span[0]):
                raw.append((QUOTE, span[0], span[1]))
        else:
            raw.append(word)
    raw = _without_dots(raw)
    lows = [text.lower().replace("’", "'") for text, _, _ in raw]
    kinds: list[str] = []
    for i, (text, _, _) in enumerate(raw):
        first = not kinds or all(kind in (",", QUOTE) for kind in kinds)
        kinds.append(_kind(text, lows, i, kinds[-1] if kinds else "", first=first))
    return [Token(t, low, a, b, k) for (t, a, b), low, k in zip(raw, lows, kinds, strict=True)]


def _without_dots(raw: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Drop the full stops of initials and titles: "Brig. Gen. A. Kone" is one name."""
    kept: list[tuple[str, int, int]] = []
    for i, (text, start, end) in enumerate(raw):
        if text == "." and kept and i + 1 < len(raw) and kept[-1][2] == start:
            before = kept[-1][0]
            if (len(before) == 1 and before.isupper()) or before.lower() in lexicon.TITLES:
                continue
        kept.append((text, start, end))
    return kept


def _kind(text: str, lows: Sequence[str], i: int, before: str, *, first: bool) -> str:
    low = lows[i]
    if text == QUOTE or not text[0].isalpha():
        return QUOTE if text == QUOTE else "#" if text[0].isdigit() else ","
    if text[0].isupper() and not first:
        return "A" if low in lexicon.CALENDAR else "C"
    if low == "that" and (before == "V" or set(lows[i + 1 : i + 2]) & lexicon.DETERMINERS):
        return "F"
    for kind, words in (
        ("P", lexicon.PRONOUNS), ("D", lexicon.DETERMINERS), ("X", lexicon.AUXILIARIES),
        ("A", lexicon.ADVERBS), ("F", lexicon.FUNCTION),
    ):  # fmt: skip
        if low in words:
            return kind
    if _continues_a_name(text, low, before):
        return "C"
    after = lows[i + 1] if i + 1 < len(lows) else ""
    opens = text[0].isupper() and low in lexicon.VERBS and low not in lexicon.NOUN_LIKE
    if opens and (after in lexicon.FUNCTION or after in lexicon.DETERMINERS):
        return "G" if low.endswith("ing") else "V"  # "Speaking in Geneva", "Asked about the plan"
    if text[0].isupper():
        return "N" if low in lexicon.SOURCE_NOUNS and low not in lexicon.TITLES else "C"
    return _lower_kind(low, after, lows[i - 1] if i else "", before)


def _lower_kind(low: str, after: str, previous: str, before: str) -> str:
    participle = low.endswith(("ed", "en")) or low in lexicon.VERBS
    if low.endswith("ing") and len(low) > 5:
        return "N" if before == "D" or previous.endswith("'s") else "G"
    if low in lexicon.NOUN_LIKE:
        verbal = before in "CNP" and (
            after in lexicon.DETERMINERS or after in ("that", "on", "for", "to", "q", "it", "he")
        )
        return "V" if verbal else "N"
    if low in lexicon.VERBS or (low.endswith("ed") and len(low) > 4):
        modifies = before == "D" or previous.endswith("'s") or previous in PREPOSITIONS
        nominal = bool(after) and after[0].isalpha() and after not in lexicon.FUNCTION
        nominal = nominal and after not in lexicon.DETERMINERS and after not in lexicon.PRONOUNS
        return "N" if participle and modifies and nominal and after != "q" else "V"
    return "N"


def _continues_a_name(text: str, low: str, before: str) -> bool:
    """Say whether a word in lower case belongs to a name: "al-Barqawi", "Ruth van der Merwe"."""
    joined = "-" in text and text != low and low.split("-")[0] in lexicon.PARTICLES
    return joined or (before == "C" and low in lexicon.PARTICLES)
