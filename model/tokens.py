"""The words of a sentence outside quotations, with what sort of word each is.

There is no tagger behind this: lists of function words and verbs, and the shape of the rest.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from labels.document import Sentence
from model import source_words as lexicon
from model.analysis import Word, lowered
from model.quotes import Quoted
from model.token import Token
from model.token_row import Tokens

QUOTE = "Q"
MOST_TOKENS = 600  # of one sentence: its source stands near its head, and time stays linear
# "NAIROBI, Dec. 5 (Agency) - ": at least three capitals, then a dash
DATELINE = re.compile(r"[A-Z]['’.]?[A-Z]\S*[A-Z.][^—–\n]{0,60}?(?:\s[-–—]{1,3}\s|—|–)\s*")
WITHIN_PLACES = frozenset(["es", "and", "de", "del", "la", "el", "al", "au", "of", "the"])
PREPOSITIONS = frozenset(
    ["of", "for", "in", "at", "from", "to", "on", "with", "against", "near", "by", "under"]
)
KIND_OF = {
    word: kind
    for kind, words in (
        ("F", lexicon.FUNCTION), ("A", lexicon.ADVERBS), ("X", lexicon.AUXILIARIES),
        ("D", lexicon.DETERMINERS), ("P", lexicon.PRONOUNS),
    )
    for word in words
}  # fmt: skip  # the later kinds win


def dateline_end(text: str, sentence: Sentence) -> int:
    """Return where the words behind a dateline at a sentence's head begin; 0 where none stands there.

    It holds places, a date, an agency, and no sentence: "NATO sent men to Mali - at last" is none.
    """
    found = DATELINE.match(text, sentence.start, sentence.end)
    if found is None:
        return 0
    words = found.group().split()
    plain = any(word[0].islower() and word not in WITHIN_PLACES for word in words)
    return 0 if plain else found.end()


def tokens_of(words: Sequence[Word], quoted: Quoted, *, after: int | None = None) -> Tokens:
    """Return the tokens of one sentence outside quotations that begin at `after` or later.

    At most `MOST_TOKENS` are returned.
    """
    kept = words if after is None else [word for word in words if word.start >= after]
    raw = _without_dots(_unquoted(kept, quoted) if quoted.spans else kept[:MOST_TOKENS])
    lows = [word.low for word in raw]
    found: list[Token] = []
    before, first = "", True
    for i, word in enumerate(raw):
        before = _fixed(word.text) or _kind(word.text, lows, i, before, first=first)
        first = first and before in (",", QUOTE)
        found.append(Token(word.text, word.low, word.start, word.end, before))
    return Tokens(found)


def _unquoted(words: Sequence[Word], quoted: Quoted) -> list[Word]:
    """Return words with each quotation as one word."""
    raw: list[Word] = []
    spans = iter(quoted.spans)
    span = next(spans, None)
    for word in words:
        if len(raw) >= MOST_TOKENS:
            break
        while span is not None and word.start >= span[1]:
            span = next(spans, None)
        if span is not None and word.start >= span[0]:
            if not (raw and raw[-1].text == QUOTE and raw[-1].start == span[0]):
                raw.append(Word(QUOTE, QUOTE.lower(), *span))
        else:
            raw.append(word)
    return raw


def _without_dots(raw: Sequence[Word]) -> Sequence[Word]:
    """Drop the full stops of initials and titles: "Brig. Gen. A. Kone" is one name."""
    if all(word.text != "." for word in raw[:-1]):
        return raw
    kept: list[Word] = []
    for i, word in enumerate(raw):
        if word.text == "." and kept and i + 1 < len(raw) and kept[-1].end == word.start:
            before = kept[-1]
            if (len(before.text) == 1 and before.text.isupper()) or before.low in lexicon.TITLES:
                continue
        kept.append(word)
    return kept


@lru_cache(maxsize=20_000)
def _fixed(text: str) -> str:
    """Return the kind of a mark, a number or a function word; "" where the words around it tell."""
    if text == QUOTE or not text[0].isalpha():
        return QUOTE if text == QUOTE else "#" if text[0].isdigit() else ","
    low = lowered(text)
    return "" if text[0].isupper() or low == "that" else KIND_OF.get(low, "")


def _kind(text: str, lows: Sequence[str], i: int, before: str, *, first: bool) -> str:
    low = lows[i]
    if lexicon.PRONOUNS.get(low) == "i":
        return "C" if i and lows[i - 1] in lexicon.NUMBERED else "P"  # "World War I"
    if text[0].isupper() and not first:
        return "A" if low in lexicon.CALENDAR else "C"
    if low == "that" and (before == "V" or set(lows[i + 1 : i + 2]) & lexicon.DETERMINERS):
        return "F"
    if kind := KIND_OF.get(low):
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
