"""Runs of words that make a noun phrase, with the "of ..." and "for ..." that belong to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from model import source_words as lexicon
from model.tokens import PREPOSITIONS, Token

LONGEST_PHRASE = 24  # words
ATTACHED = 3  # prepositions that one phrase may take in


@dataclass(frozen=True, slots=True)
class Chunk:
    """Tokens [first, last) of a noun phrase; its head stands before `core`, "of ..." behind it."""

    first: int
    last: int
    core: int


def chunks_of(tokens: Sequence[Token]) -> list[Chunk]:
    """Return the noun phrases and pronouns of a sentence, in order."""
    chunks: list[Chunk] = []
    i, n = 0, len(tokens)
    while i < n:
        kind = tokens[i].kind
        if kind == "P":
            chunks.append(Chunk(i, i + 1, i + 1))
            i += 1
        elif kind in "DNC#":
            core = core_end(tokens, i)
            if any(token.kind in "NC" for token in tokens[i:core]):
                chunks.append(Chunk(i, with_prepositions(tokens, i, core), core))
                i = chunks[-1].last
            else:
                i = max(core, i + 1)
        else:
            i += 1
    return chunks


def core_end(tokens: Sequence[Token], i: int) -> int:
    """Return one past the last token of the noun phrase that begins at `i`, before any "of"."""
    j = i
    while j < len(tokens) and j - i < 3 and tokens[j].kind == "D":
        j += 1
    while j < len(tokens) and j - i < LONGEST_PHRASE and tokens[j].kind in "NC#":
        if j > i and tokens[j - 1].kind == "C" and tokens[j].kind == "N" and _stops(tokens, i, j):
            break
        j += 2 if _joins_adjectives(tokens, j) else 1
    return min(j, len(tokens))


def _joins_adjectives(tokens: Sequence[Token], j: int) -> bool:
    """Say whether "and" behind `j` joins two adjectives: "political and tribal leaders"."""
    behind = tokens[j + 1 : j + 3]
    return (
        tokens[j].kind == "N"
        and tokens[j].low.endswith(("al", "ic", "ary", "ous", "ive", "ish", "ian"))
        and len(behind) == 2
        and behind[0].low == "and"
        and behind[1].kind == "N"
    )


def _stops(tokens: Sequence[Token], i: int, j: int) -> bool:
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


def with_prepositions(tokens: Sequence[Token], first: int, core: int) -> int:
    """Return one past the last token, with the "of ..." and "for ..." that belong to a noun."""
    last = core
    for _ in range(ATTACHED):
        following = tokens[last : last + 2]
        if len(following) < 2:
            break
        named_to = following[0].low == "to" and following[1].kind == "C"
        if named_to and tokens[last - 1].low in lexicon.GROUP_NOUNS:
            last = core_end(tokens, last + 1)  # "Committee to Protect the Coast"
            continue
        if not _attaches(tokens[last - 1], following[0].low, following[1], is_core=last == core):
            break
        end = core_end(tokens, last + 1)
        if end - first > LONGEST_PHRASE or not any(t.kind in "NC" for t in tokens[last + 1 : end]):
            break
        last = _with_second_half(tokens, first, end)
    return last


def _attaches(head: Token, preposition: str, following: Token, *, is_core: bool) -> bool:
    """Say whether a preposition and what follows it belong to the noun before it."""
    if preposition not in PREPOSITIONS or following.kind not in "DNC#":
        return False
    if following.low in lexicon.CALENDAR or following.low in ("this", "last", "next"):
        return False
    office = head.low in lexicon.TITLES or head.low in lexicon.PERSON_NOUNS
    if head.kind == "C" and not office:  # "Movement for Unity", and never "Kinshasa for talks"
        return preposition == "of" or (preposition == "for" and following.kind == "C")
    return preposition == "of" or head.low in lexicon.SOURCE_NOUNS or not is_core


def _with_second_half(tokens: Sequence[Token], first: int, end: int) -> int:
    """Return the end of "ministry of Trade and Industry" where `end` stands behind "Trade"."""
    joined = end + 1 < len(tokens) and tokens[end].low == "and"
    names = joined and tokens[end + 1].kind == tokens[end - 1].kind == "C"
    if names and any(t.low == "ministry" for t in tokens[first:end]):
        return core_end(tokens, end + 1)
    return end
