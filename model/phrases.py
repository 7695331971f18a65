"""Noun phrases that may be sources, and how each stands in its sentence.

```
tokens outside quotations | chunks | + "of ..." | appositions | verb beside them | Phrase
```

There is no parser: what a phrase does in its sentence is told in *cues* that a regression weighs.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from model import source_words as lexicon
from model.chunks import Chunk, adjectival, chunks_of, core_end, with_prepositions
from model.phrase_cues import apposition, behind_relative, cues_of, standing
from model.token import Token
from model.token_row import Tokens

MOST_PHRASES = 10  # of one sentence; a sentence of names alone would be slow otherwise


@dataclass(slots=True)
class Phrase:
    """A phrase that may name the sentence's source.

    Attributes:
        sentence: index of its sentence.
        start: first code point in the document.
        end: one past the last.
        text: the phrase without its apposition.
        kind: "person", "named" (another proper name), "group" (a description) or "pronoun".
        name: words of a person's own name; empty for the others.
        head: the noun that says what it is, in lower case.
        about: its words and those of its apposition, in lower case: who this is.
        cues: how it stands in its sentence, as tokens for the head.
        heard: it is given the word.
    """

    sentence: int
    start: int
    end: int
    text: str
    kind: str
    name: tuple[str, ...]
    head: str
    about: tuple[str, ...]
    cues: tuple[str, ...]
    heard: bool


def phrases_of(number: int, tokens: Tokens, places: Container[str] = frozenset()) -> list[Phrase]:
    """Return the phrases of sentence `number` that may be sources, in order; at most ten.

    `places` holds words of states' names in lower case: they belong to no person's name.
    """
    chunks = chunks_of(tokens)
    heard = not lexicon.SPEECH.keys().isdisjoint([token.low for token in tokens])
    found: list[Phrase] = []
    skip = -1
    for at, chunk in enumerate(chunks):
        if chunk.first < skip or not (heard or _told(tokens, chunk)):
            continue
        following = chunks[at + 1] if at + 1 < len(chunks) else None
        phrase, skip = _phrase(number, tokens, chunk, following, len(found), places)
        if phrase is not None:
            found.append(phrase)
            found.extend(_possessor(number, tokens, chunk, phrase))
        if len(found) >= MOST_PHRASES:
            break
    return found


def _told(tokens: Tokens, chunk: Chunk) -> bool:
    """Say whether a chunk may be a source where nobody is given the word: by a name or its noun."""
    head = tokens[chunk.core - 1]
    capital = "C" in tokens.kinds[chunk.first : chunk.core]
    return capital or head.kind == "P" or head.low in lexicon.SOURCES


@dataclass(slots=True)
class _Draft:
    """A phrase in the making: which tokens, what it is, up to where it has swallowed others."""

    start: int
    end: int
    last: int
    kind: str
    head: str
    name: tuple[str, ...]
    about: list[str]


def _phrase(
    number: int,
    tokens: Tokens,
    chunk: Chunk,
    following: Chunk | None,
    rank: int,
    places: Container[str],
) -> tuple[Phrase | None, int]:
    """Return the chunk as a phrase, or None; and the token up to which it has swallowed others."""
    core = tokens[chunk.first : chunk.core]
    draft = _draft(tokens, chunk, following, places)
    skip = draft.last
    verb_at, extra = _surroundings(tokens, chunk, following, draft, core)
    stands = standing(tokens, chunk.first, verb_at)
    capital = "C" in tokens.kinds[chunk.first : chunk.core]
    named = capital or stands.heard or draft.head in lexicon.SOURCE_NOUNS
    if draft.kind == "group" and not named:
        return None, skip
    cues = cues_of(tokens, chunk, draft.last, stands, kind=draft.kind, head=draft.head, rank=rank)
    text = " ".join(draft.name) if draft.name else _plain(tokens[chunk.first : chunk.last])
    return Phrase(
        number, draft.start, draft.end, text, draft.kind, draft.name, draft.head,
        tuple(draft.about), (*cues, *extra), stands.heard,
    ), skip  # fmt: skip


def _draft(tokens: Tokens, chunk: Chunk, following: Chunk | None, places: Container[str]) -> _Draft:
    """Return what a chunk names, together with the name behind its comma where one stands there."""
    core = tokens[chunk.first : chunk.core]
    named_from, head, kind = _reading(core)
    about = [t.low for t in tokens[chunk.first : chunk.last]]
    start, end = tokens[chunk.first].start, tokens[chunk.last - 1].end
    draft = _Draft(start, end, chunk.last, kind, head, (), about)
    if kind == "person":
        draft.name = tuple(t.text for t in core[named_from:])
        draft.start, draft.end = core[named_from].start, core[-1].end
    elif kind == "group" and following is not None and _introduces(tokens, chunk, following, head):
        # "Uganda's defence minister, Ruth Nabukeera, said"
        inner = tokens[following.first : following.core]
        offset = _reading(inner)[0]
        draft.about += [t.low for t in inner]
        draft.kind, draft.name = "person", tuple(t.text for t in inner[offset:])
        draft.start, draft.end, draft.last = inner[offset].start, inner[-1].end, following.last
    elif kind == "group" and (after := _after_portfolio(tokens, chunk, head, places)):
        draft.kind, draft.name = "person", tuple(t.text for t in tokens[after : chunk.last])
        draft.start = tokens[after].start
    return draft


def _introduces(tokens: Tokens, chunk: Chunk, following: Chunk, head: str) -> bool:
    """Say whether a description and the chunk behind its comma name one person."""
    return (
        head in lexicon.SOURCE_NOUNS
        and following.first == chunk.last + 1
        and tokens[chunk.last].text == ","
        and tokens.kinds[following.core - 1] == "C"
        and _looks_like_a_person(tokens[following.first : following.core])
    )


def _surroundings(
    tokens: Tokens,
    chunk: Chunk,
    following: Chunk | None,
    draft: _Draft,
    core: Sequence[Token],
) -> tuple[int, list[str]]:
    """Return where the phrase's verb may stand and further cues; complete the draft from apposition."""
    last, extra = draft.last, list[str]()
    beside, verb_at = apposition(tokens, last)
    introduced = draft.last > chunk.last  # "a farmer, Ruth Low, said": its comma closes
    if introduced and last < len(tokens) and tokens[last].text == "," and not beside:
        verb_at = last + 1
    if beside:
        draft.about += [t.low for t in tokens[beside[0] : beside[1]]]
        nouns = {t.low for t in tokens[beside[0] : beside[1]][:8]}
        person = nouns & lexicon.PERSONS
        if draft.kind == "named" and person and all(t.kind == "C" for t in core):
            draft.kind, draft.name = "person", tuple(t.text for t in core)
    behind = tokens[last].low if last < len(tokens) else ""
    if behind in ("who", "which", "that", "whose"):
        verb_at = behind_relative(tokens, last)
        extra.append("relative")
    elif behind == "and" and following is not None and following.first == last + 1:
        verb_at = following.last
        extra.append("conjoined")
    if behind == "(" and last + 2 < len(tokens) and tokens[last + 1].text.isupper():
        draft.about.append(tokens[last + 1].low)
        extra.append("acronym")
    return verb_at, extra


def _reading(core: Sequence[Token]) -> tuple[int, str, str]:
    """Return where a chunk's final run of capitals begins after titles, its head, and its kind."""
    if len(core) == 1 and core[0].kind == "P":
        return 0, lexicon.PRONOUNS[core[0].low], "pronoun"
    run = len(core)
    while run and core[run - 1].kind == "C":
        run -= 1
    if run == len(core):
        return run, core[-1].low, "group"
    before = [t.low for t in core[:run]]
    nouns = [low for low in before if low in lexicon.SOURCE_NOUNS]
    owned = max((j for j in range(run, len(core)) if core[j].low.endswith("'s")), default=run - 1)
    if owned >= run and owned + 1 < len(core) and _looks_like_a_person(core[owned + 1 :]):
        return owned + 1, core[-1].low.rstrip("."), "person"  # "the Herald's Ruth Nabukeera"
    titled = _behind_titles(core, run)
    if titled == len(core) and titled > run:
        return run, core[-1].low.rstrip("."), "group"  # "the Shadow Minister"
    if titled < len(core) and titled > run:
        return titled, core[titled - 1].low.rstrip("."), "person"
    if nouns and not core[run - 1].low.endswith("'s"):
        return run, nouns[-1], "person"
    if before[-1:] == ["the"] and all(t.low in lexicon.PERSON_NOUNS for t in core[run:]):
        return run, core[-1].low, "group"  # "the Leader of the House"
    person = _looks_like_a_person(core[run:]) and not (before and before[-1] == "the")
    head = core[-1].low.rstrip(".")
    return run, head, "person" if person and not before else "named"


def _behind_titles(core: Sequence[Token], run: int) -> int:
    """Return one past the first titles of a run of capitals that begins at `run`; `run` without any."""
    titled = run
    for at in range(run, len(core)):
        if core[at].low.rstrip(".") in lexicon.TITLES:
            titled = at + 1
        elif titled > run and not _inside_title(core, at):
            break  # "Sheikh Omar Sheikh Barre": the second is his name
    return titled


def _inside_title(core: Sequence[Token], at: int) -> bool:
    """Say whether a word stands between two of a title: "Deputy Foreign Minister"."""
    goes_on = at + 1 < len(core) and core[at + 1].low.rstrip(".") in lexicon.TITLES
    return goes_on and core[at].low in lexicon.OFFICE_WORDS


def _after_portfolio(tokens: Tokens, chunk: Chunk, head: str, places: Container[str]) -> int:
    """Return where a name begins in "Minister of Information Ruth Nabukeera"; 0 where none does."""
    if chunk.last == chunk.core or head not in lexicon.PERSONS:
        return 0
    at = chunk.last
    while at > chunk.core and tokens[at - 1].kind == "C":
        low = tokens[at - 1].low
        if low in lexicon.PORTFOLIOS or low in lexicon.ORG_WORDS or low in places:
            break
        at -= 1
    held = tokens[at - 1].low in lexicon.PORTFOLIOS or tokens[at - 1].low in places
    return at if held and 1 <= chunk.last - at <= 4 else 0


def _looks_like_a_person(run: Sequence[Token]) -> bool:
    """Say whether capitals alone look like "Ruth Nabukeera": two to five, none of a body's words."""
    capitals = [t for t in run if t.kind == "C"]
    lows = [t.low.rstrip(".") for t in capitals]
    if any(low in lexicon.TITLES for low in lows):
        return lows[-1] not in lexicon.TITLES
    if len(capitals) != len(run) or not 2 <= len(capitals) <= 5:
        return False
    return not any(
        low in lexicon.ORG_WORDS or low.endswith("'s") or (t.text.isupper() and len(t.text) > 2)
        for t, low in zip(capitals, lows, strict=True)
    )


def _possessor(number: int, tokens: Tokens, chunk: Chunk, whole: Phrase) -> Iterator[Phrase]:
    """Yield who owns an act: "Ankara" in "Ankara's request"; an act can't be a source itself."""
    if whole.head not in lexicon.ACT_NOUNS or tokens[chunk.core - 1].kind == "C":
        return  # a newspaper named "Post" or "Call" is no act
    owner = _owner(tokens, chunk)
    if not owner:
        return
    named_from, head, kind = _reading(owner)
    text = _plain(owner).removesuffix("'s").removesuffix("’s").removesuffix("s'")
    end = owner[-1].end - (2 if owner[-1].low.endswith("'s") else 0)
    kept = (c for c in whole.cues if not c.startswith(("k=", "kg=", "h=", "act")))
    yield Phrase(
        number,
        owner[0].start,
        end,
        text,
        kind,
        tuple(t.text.removesuffix("'s") for t in owner[named_from:]) if kind == "person" else (),
        head.removesuffix("'s"),
        tuple(t.low.removesuffix("'s") for t in owner),
        (*kept, "owner", f"owns={whole.head}", f"k={kind}"),
        whole.heard,
    )


def _owner(tokens: Tokens, chunk: Chunk) -> list[Token]:
    """Return the tokens of who owns an act: "Ankara's request", "a UN report", "a call by Ankara"."""
    for j in range(chunk.first, chunk.core - 1):
        if tokens[j].low.endswith("'s") or tokens[j + 1].text in ("'", "’"):
            return list(tokens[chunk.first : j + 1])
    inner = list(tokens[chunk.first : chunk.core - 1])
    named = [t for t in inner if t.kind == "C"]
    if named and not adjectival(named[-1].low):
        return named
    at = chunk.core
    while at < len(tokens) and at < chunk.core + 5:
        if tokens[at].low in ("by", "from", "of") and at + 1 < len(tokens):
            if tokens[at + 1].kind in "DNC":
                return list(
                    tokens[at + 1 : with_prepositions(tokens, at + 1, core_end(tokens, at + 1))]
                )
            return []
        if tokens[at].kind not in "AV" and tokens[at].low not in lexicon.TIME:
            return []
        at += 1
    return []


def _plain(tokens: Sequence[Token]) -> str:
    """Return a phrase's text as a name: an article at a sentence's head in lower case."""
    out = ""
    for i, token in enumerate(tokens):
        gap = tokens[i - 1].end < token.start if i else False
        text = token.text
        if i == 0 and token.kind in "DN" and text[:1].isupper():
            text = text.lower()
        out += (" " if gap else "") + text
    return out
