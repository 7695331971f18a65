"""How a noun phrase stands in its sentence: its apposition, its verb, what is beside it."""

from collections.abc import Iterator, Sequence

from model import source_words as lexicon
from model.chunks import Chunk, core_end, with_prepositions
from model.tokens import QUOTE, Token

LONGEST_APPOSITION = 30  # words
LONGEST_TIME = 7  # words: "on Friday 3 March."


def apposition(tokens: Sequence[Token], last: int) -> tuple[tuple[int, int] | None, int]:
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
        if tokens[j].text == mark and verb_from(tokens, j + 1)[0]:
            return (at + 1, j), j + 1
    end = with_prepositions(tokens, at + 1, max(core_end(tokens, at + 1), at + 2))
    describes = any(t.low in lexicon.SOURCE_NOUNS for t in tokens[at + 1 : end])
    closes = end if describes and verb_from(tokens, end)[0] else len(tokens)
    return ((at + 1, end) if describes else None), closes


def behind_relative(tokens: Sequence[Token], last: int) -> int:
    """Return where the main verb may stand behind "who ..." without commas: its last speech verb."""
    stop = min(len(tokens), last + LONGEST_APPOSITION)
    for j in range(stop - 1, last + 1, -1):
        if tokens[j].kind == "V" and tokens[j].low in lexicon.SPEECH:
            return j
    return last


def verb_from(tokens: Sequence[Token], at: int) -> tuple[Token | None, bool]:
    """Return the first verb behind auxiliaries, adverbs and times, and whether it is negated."""
    negated = False
    for j in range(at, min(at + 9, len(tokens))):
        token = tokens[j]
        if token.kind == "V":
            return token, negated
        told = token.kind in "NG" and j > at and tokens[j - 1].kind in "XA"
        if told and token.low in lexicon.VERBS:  # "is now considering"
            return token, negated
        negated = negated or token.low in ("not", "never") or token.low.endswith("n't")
        if token.kind not in "XA#" and token.low not in lexicon.TIME:
            break
    return None, negated


def cues_of(
    tokens: Sequence[Token],
    chunk: Chunk,
    last: int,
    *,
    verb_at: int,
    kind: str,
    head: str,
    rank: int,
) -> tuple[str, ...]:
    """Return how a phrase stands in its sentence, as tokens for the candidate head.

    Args:
        tokens: of the sentence.
        chunk: the phrase.
        last: one past its last token, with a name that it introduces.
        verb_at: where its verb may stand.
        kind: what it names.
        head: its noun.
        rank: how many phrases stand before it.
    """
    before = [tokens[j].low for j in range(max(0, chunk.first - 2), chunk.first)]
    verb, negated = verb_from(tokens, verb_at)
    group = _group(verb)
    cues = [f"k={kind}", f"rank={min(rank, 3)}", f"g={group}", f"h={head}", f"kg={kind}:{group}"]
    cues.append(f"rg={min(rank, 2)}:{group}")
    if verb is not None:
        lemma = lexicon.VERBS.get(verb.low, verb.low)
        cues += [f"v={lemma}", f"v{min(rank, 1)}={lemma}"]
        cues += ["negated"] if negated else []
        passive = any(
            t.low in ("was", "were", "been", "be", "is", "are", "being")
            for t in tokens[verb_at : verb_at + 6]
            if t.start < verb.start
        )
        cues += ["passive", f"passive:{group}"] if passive else []
        cues += _behind(tokens, verb)
        if group == "SPEECH" and before[-1:] == [","] and _closes(tokens, verb):
            cues.append("tail-comma")  # "Talks will go on, the envoy said on Friday."
    elif verb_at < len(tokens):
        cues.append(f"next={tokens[verb_at].low}")
    cues.append(f"before={before[-1] if before else '^'}")
    cues.append(f"det={tokens[chunk.first].low if tokens[chunk.first].kind in 'DP' else '-'}")
    cues += _left_cues(tokens, chunk.first, before)
    whole = " ".join(t.low for t in tokens[chunk.first : chunk.last])
    if head in lexicon.MEDIA or any(name in whole for name in lexicon.MEDIA_NAMES):
        cues += ["media", f"media:{group}:{min(rank, 1)}"]
    if head in lexicon.ACT_NOUNS and tokens[chunk.core - 1].kind != "C":
        cues += ["act", f"act:{group}"]
    if tokens[last - 1].low.endswith("'s"):
        cues.append("possessive")
    return tuple(cues)


def _closes(tokens: Sequence[Token], verb: Token) -> bool:
    """Say whether nothing but a time stands behind a verb, up to the end of the sentence."""
    at = next(j for j, token in enumerate(tokens) if token is verb)
    behind = tokens[at + 1 :]
    return len(behind) <= LONGEST_TIME and all(
        token.kind in "A#," or token.low in lexicon.TIME for token in behind
    )


def _group(verb: Token | None) -> str:
    if verb is None:
        return "none"
    if verb.low in lexicon.SPEECH:
        return "SPEECH"
    return "POSITION" if verb.low in lexicon.POSITION else "OTHER"


def _behind(tokens: Sequence[Token], verb: Token) -> Iterator[str]:
    """Yield what stands behind the verb: "that", a quotation, an infinitive."""
    at = next(j for j, token in enumerate(tokens) if token is verb)
    following = tokens[at + 1 : at + 4]
    if following:
        yield f"vn={following[0].low if following[0].kind in 'FXDP,' else following[0].kind}"
    if any(token.kind == QUOTE for token in following):
        yield "quote-behind"
    if any(token.low == "that" for token in following):
        yield "that-behind"


def _left_cues(tokens: Sequence[Token], first: int, before: Sequence[str]) -> Iterator[str]:
    """Yield what stands to the left: "according to", an inverted "said", the start of the sentence."""
    if before[-2:] == ["according", "to"]:
        yield "according"
    if before[-1:] == ["by"]:
        agent = next(
            (t for t in reversed(tokens[max(0, first - 4) : first]) if t.kind == "V"), None
        )
        yield f"agent={lexicon.VERBS.get(agent.low, 'verb') if agent else '-'}"
        yield f"agent-group={_group(agent)}"
    j = first - 1
    while j >= 0 and tokens[j].kind == "A":
        j -= 1
    if j >= 0 and tokens[j].kind == "V" and tokens[j].low in lexicon.SPEECH:
        lead = tokens[j - 1] if j else None
        if lead is None or lead.kind in (QUOTE, ","):
            yield "inverted"
            yield f"iv={lexicon.SPEECH[tokens[j].low]}"
        else:
            yield f"object-of={lexicon.SPEECH[tokens[j].low]}"
    elif j >= 0 and tokens[j].kind == "V":
        yield f"object-of={lexicon.VERBS.get(tokens[j].low, 'verb')}"
    if first == 0:
        yield "initial"
    if any(token.kind == "V" for token in tokens[:first]):
        yield "verb-before"
    if any(token.kind == QUOTE for token in tokens[:first]):
        yield "quote-before"
