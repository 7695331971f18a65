"""Runs of words that make a noun phrase, with the "of ..." and "for ..." that belong to it."""

import re
from dataclasses import dataclass

from model import source_words as lexicon
from model.token import Token
from model.token_row import Tokens
from model.tokens import PREPOSITIONS

LONGEST_PHRASE = 24  # words
ATTACHED = 3  # prepositions that one phrase may take in
BEGINS, NOUN = re.compile("[PDNC#]"), re.compile("[NC]")  # among the kinds of tokens


@dataclass(init=False, slots=True)
class Chunk:
    """Tokens [first, last) of a noun phrase; its head stands before `core`, "of ..." behind it."""

    first: int
    last: int
    core: int

    def __init__(self, first: int, last: int, core: int) -> None:
        self.first = first
        self.last = last
        self.core = core


def chunks_of(tokens: Tokens) -> list[Chunk]:
    """Return the noun phrases and pronouns of a sentence, in order."""
    chunks: list[Chunk] = []
    at = 0
    while found := BEGINS.search(tokens.kinds, at):
        first = found.start()
        if found.group() == "P":
            chunks.append(Chunk(first, first + 1, first + 1))
            at = first + 1
            continue
        at = core = core_end(tokens, first)
        if NOUN.search(tokens.kinds, first, core):
            at = with_prepositions(tokens, first, core)
            chunks.append(Chunk(first, at, core))
    return chunks


def core_end(tokens: Tokens, i: int) -> int:
    """Return one past the last token of the noun phrase that begins at `i`, before any "of"."""
    kinds, n = tokens.kinds, len(tokens)
    j = i
    while j < n and j - i < 3 and kinds[j] == "D":
        j += 1
    while j < n and j - i < LONGEST_PHRASE and kinds[j] in "NC#":
        if kinds[j] == "N":
            if j > i and kinds[j - 1] == "C" and _stops(tokens, i, j):
                break
            j += 2 if _joins_adjectives(tokens, j) else 1
        else:
            j += 1
    return min(j, n)


def _joins_adjectives(tokens: Tokens, j: int) -> bool:
    """Say whether "and" behind an adjective at `j` joins another: "political and tribal leaders"."""
    return (
        tokens.kinds[j + 2 : j + 3] == "N"
        and tokens[j + 1].low == "and"
        and tokens[j].low.endswith(("al", "ic", "ary", "ous", "ive", "ish", "ian"))
    )


def _stops(tokens: Tokens, i: int, j: int) -> bool:
    """Say whether a phrase that began at `i` ends between a name and the plain word at `j`."""
    before = tokens[j - 1].low
    if adjectival(before):
        return False
    if i and tokens[i - 1].low in ("in", "at"):
        return True  # "In Vienna members of the house": the place is no part of them
    # "Capitol Hill quarrels": behind a name only nouns for people and bodies go on
    goes_on = any(t.low in lexicon.SOURCE_NOUNS for t in tokens[j : j + 3] if t.kind in "NC")
    return not goes_on and not before.endswith("'s")


def adjectival(low: str) -> bool:
    """Say whether a capitalised word looks like an adjective: "Danish", "U.S."."""
    return low.endswith(("ish", "ian", "an", "ese", "ch", "i", "ic", "u.s."))


def with_prepositions(tokens: Tokens, first: int, core: int) -> int:
    """Return one past the last token, with the "of ..." and "for ..." that belong to a noun."""
    last = core
    for _ in range(ATTACHED):
        if last + 2 > len(tokens) or tokens[last].low not in PREPOSITIONS:
            break
        following = tokens[last : last + 2]
        named_to = following[0].low == "to" and following[1].kind == "C"
        if named_to and tokens[last - 1].low in lexicon.GROUP_NOUNS:
            last = core_end(tokens, last + 1)  # "Committee to Protect the Coast"
            continue
        if not _attaches(tokens[last - 1], following[0].low, following[1], is_core=last == core):
            break
        end = core_end(tokens, last + 1)
        if end - first > LONGEST_PHRASE or not NOUN.search(tokens.kinds, last + 1, end):
            break
        last = _with_second_half(tokens, first, end)
    return last


def _attaches(head: Token, preposition: str, following: Token, *, is_core: bool) -> bool:
    """Say whether a preposition and what follows it belong to the noun before it."""
    if following.kind not in "DNC#":
        return False
    if following.low in lexicon.CALENDAR or following.low in ("this", "last", "next"):
        return False
    office = head.low in lexicon.TITLES or head.low in lexicon.PERSON_NOUNS
    if head.kind == "C" and not office:  # "Movement for Unity", and never "Kinshasa for talks"
        return preposition == "of" or (preposition == "for" and following.kind == "C")
    return preposition == "of" or head.low in lexicon.SOURCE_NOUNS or not is_core


def _with_second_half(tokens: Tokens, first: int, end: int) -> int:
    """Return the end of "minister of Trade and Industry" where `end` stands behind "Trade"."""
    joined = end + 1 < len(tokens) and tokens[end].low == "and"
    names = joined and tokens[end + 1].kind == tokens[end - 1].kind == "C"
    if not names or tokens[end + 1].low not in lexicon.PORTFOLIOS:
        return end
    office = any(t.low in lexicon.OFFICES_OF for t in tokens[first:end])
    return core_end(tokens, end + 1) if office else end
