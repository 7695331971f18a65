"""How a noun phrase stands in its sentence: its apposition, its verb, what is beside it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from model import source_words as lexicon
from model.chunks import Chunk, core_end, with_prepositions
from model.token_row import Tokens
from model.tokens import QUOTE

LONGEST_APPOSITION = 30  # words
LONGEST_TIME = 7  # words: "on Friday 3 March."
LONGEST_PASSIVE = 6  # words: "has since been"
PASSIVE = frozenset(["was", "were", "been", "be", "is", "are", "being"])


def apposition(tokens: Tokens, last: int) -> tuple[tuple[int, int] | None, int]:
    """Return the tokens of an apposition that begins at `last`, and where a verb may follow."""
    at = last
    if at < len(tokens) and tokens[at].text == "(":
        close = next((j for j in range(at, min(at + 12, len(tokens))) if tokens[j].text == ")"), at)
        at = close + 1
    if at >= len(tokens) or tokens[at].text not in (",", "-", "–", "—"):
        return ((last + 1, at - 1) if at > last else None), at
    if at + 2 < len(tokens) and tokens[at + 1].kind in "AF" and tokens[at + 2].text == ",":
        return None, at + 3  # "lawmakers, though, questioned"
    mark = tokens[at].text
    stop = min(len(tokens), at + LONGEST_APPOSITION)
    begins = at + 1 < stop and (
        tokens[at + 1].kind in "DNC#"
        or tokens[at + 1].low in ("who", "which", "whose", "of", "himself")
    )
    if not begins:
        return None, at
    for j in range(at + 2, stop):
        if tokens[j].text == mark and verb_from(tokens, j + 1)[0] >= 0:
            return (at + 1, j), j + 1
    end = with_prepositions(tokens, at + 1, max(core_end(tokens, at + 1), at + 2))
    describes = any(t.low in lexicon.SOURCE_NOUNS for t in tokens[at + 1 : end])
    closes = end if describes and verb_from(tokens, end)[0] >= 0 else len(tokens)
    return ((at + 1, end) if describes else None), closes


def behind_relative(tokens: Tokens, last: int) -> int:
    """Return where the main verb may stand behind "who ..." without commas: its last speech verb."""
    stop = min(len(tokens), last + LONGEST_APPOSITION)
    for j in range(stop - 1, last + 1, -1):
        if tokens.kinds[j] == "V" and tokens[j].low in lexicon.SPEECH:
            return j
    return last


def verb_from(tokens: Tokens, at: int) -> tuple[int, bool]:
    """Return where the first verb behind auxiliaries, adverbs and times stands, and whether it is negated.

    -1 where none does.
    """
    negated = False
    for j in range(at, min(at + 9, len(tokens))):
        kind, low = tokens.kinds[j], tokens[j].low
        if kind == "V":
            return j, negated
        told = kind in "NG" and j > at and tokens.kinds[j - 1] in "XA"
        if told and low in lexicon.VERBS:  # "is now considering"
            return j, negated
        negated = negated or low in ("not", "never") or low.endswith("n't")
        if kind not in "XA#" and low not in lexicon.TIME:
            break
    return -1, negated


class Standing(NamedTuple):
    """What governs a phrase.

    Attributes:
        verb_at: where its verb may stand.
        verb: where it stands; -1 where none does.
        negated: the verb is negated.
        group: of the verb: "SPEECH", "POSITION", "OTHER"; "none" without one.
        before: the two words before the phrase, in lower case.
        left: cues for what stands to the left.
    """

    verb_at: int
    verb: int
    negated: bool
    group: str
    before: Sequence[str]
    left: Sequence[str]

    @property
    def heard(self) -> bool:
        """Whether the phrase is given the word."""
        return self.group == "SPEECH" or "inverted" in self.left or "according" in self.left


def standing(tokens: Tokens, first: int, verb_at: int) -> Standing:
    """Return what governs the phrase that begins at `first`, given where its verb may stand."""
    before = [token.low for token in tokens[max(0, first - 2) : first]]
    verb, negated = verb_from(tokens, verb_at)
    group = _group(tokens[verb].low) if verb >= 0 else "none"
    left = tuple(_left_cues(tokens, first, before))
    return Standing(verb_at, verb, negated, group, before, left)


def cues_of(
    tokens: Tokens,
    chunk: Chunk,
    last: int,
    stands: Standing,
    *,
    kind: str,
    head: str,
    rank: int,
) -> tuple[str, ...]:
    """Return how a phrase stands in its sentence, as tokens for the candidate head.

    Args:
        tokens: of the sentence.
        chunk: the phrase.
        last: one past its last token, with a name that it introduces.
        stands: what governs it.
        kind: what it names.
        head: its noun.
        rank: how many phrases stand before it.
    """
    before, group = stands.before, stands.group
    cues = [f"k={kind}", f"rank={min(rank, 3)}", f"g={group}", f"h={head}", f"kg={kind}:{group}"]
    cues.append(f"rg={min(rank, 2)}:{group}")
    if stands.verb >= 0:
        cues += _verb_cues(tokens, stands, rank)
    elif stands.verb_at < len(tokens):
        cues.append(f"next={tokens[stands.verb_at].low}")
    first = tokens[chunk.first]
    cues.append(f"before={before[-1] if before else '^'}")
    cues.append(f"det={first.low if first.kind in 'DP' else '-'}")
    cues += stands.left
    whole = " ".join([t.low for t in tokens[chunk.first : chunk.last]])
    if head in lexicon.MEDIA or lexicon.MEDIA_NAME.search(whole):
        cues += ["media", f"media:{group}:{min(rank, 1)}"]
    if head in lexicon.ACT_NOUNS and tokens.kinds[chunk.core - 1] != "C":
        cues += ["act", f"act:{group}"]
    if tokens[last - 1].low.endswith("'s"):
        cues.append("possessive")
    return tuple(cues)


def _verb_cues(tokens: Tokens, stands: Standing, rank: int) -> Iterator[str]:
    """Yield what the verb is, and what stands behind it: "that", a quotation, an infinitive."""
    at, group = stands.verb, stands.group
    lemma = lexicon.VERBS.get(tokens[at].low, tokens[at].low)
    yield f"v={lemma}"
    yield f"v{min(rank, 1)}={lemma}"
    if stands.negated:
        yield "negated"
    between = tokens[stands.verb_at : min(stands.verb_at + LONGEST_PASSIVE, at)]
    if any(token.low in PASSIVE for token in between):
        yield "passive"
        yield f"passive:{group}"
    following = tokens[at + 1 : at + 4]
    if following:
        yield f"vn={following[0].low if following[0].kind in 'FXDP,' else following[0].kind}"
    if QUOTE in tokens.kinds[at + 1 : at + 4]:
        yield "quote-behind"
    if any(token.low == "that" for token in following):
        yield "that-behind"
    if group == "SPEECH" and stands.before[-1:] == [","] and _closes(tokens, at):
        yield "tail-comma"  # "Talks will go on, the envoy said on Friday."


def _closes(tokens: Tokens, at: int) -> bool:
    """Say whether nothing but a time stands behind a verb at `at`, up to the end of the sentence."""
    return len(tokens) - at - 1 <= LONGEST_TIME and all(
        token.kind in "A#," or token.low in lexicon.TIME for token in tokens[at + 1 :]
    )


def _group(verb: str) -> str:
    if verb in lexicon.SPEECH:
        return "SPEECH"
    return "POSITION" if verb in lexicon.POSITION else "OTHER"


def _left_cues(tokens: Tokens, first: int, before: Sequence[str]) -> Iterator[str]:
    """Yield what stands to the left: "according to", an inverted "said", the start of the sentence."""
    kinds = tokens.kinds
    if before[-2:] == ["according", "to"]:
        yield "according"
    if before[-1:] == ["by"]:
        agent = kinds.rfind("V", max(0, first - 4), first)
        yield f"agent={lexicon.VERBS.get(tokens[agent].low, 'verb') if agent >= 0 else '-'}"
        yield f"agent-group={_group(tokens[agent].low) if agent >= 0 else 'none'}"
    j = first - 1
    while j >= 0 and kinds[j] == "A":
        j -= 1
    if j >= 0 and kinds[j] == "V":
        verb = tokens[j].low
        if verb not in lexicon.SPEECH:
            yield f"object-of={lexicon.VERBS.get(verb, 'verb')}"
        elif j == 0 or kinds[j - 1] in (QUOTE, ","):
            yield "inverted"
            yield f"iv={lexicon.SPEECH[verb]}"
        else:
            yield f"object-of={lexicon.SPEECH[verb]}"
    if first == 0:
        yield "initial"
    if "V" in kinds[:first]:
        yield "verb-before"
    if QUOTE in kinds[:first]:
        yield "quote-before"
