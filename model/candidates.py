"""Who may speak in each sentence, as rows for the candidate head.

```
Sources | phrases of a sentence, "carried on", "the next", principal, the article's own voice | cues | Row
```
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from model.issuer import first_person
from model.phrases import Phrase
from model.prefixed import Prefixed
from model.rows import Row, View
from model.sources import Sources

AUTHOR = "author"
PRINCIPAL = "principal"
GAPS = (0, 1, 2)  # sentences of the article's own voice since the last source; 2 and more are one
# Names of the candidates that every sentence has, by their kind; of the principal, where a document has one.
UNNAMED = {
    AUTHOR: (f"{AUTHOR}|{AUTHOR}", f"{AUTHOR}|source"),
    "carry": tuple(f"carry|{gap}" for gap in GAPS),
    "next": ("next",),
}
WITH_PRINCIPAL = {**UNNAMED, PRINCIPAL: (PRINCIPAL,)}
NO_WORDS = View(())
ASKING = frozenset(["should", "must", "need", "needs", "ought"])
MODAL = frozenset(["would", "should", "must", "could", "had", "has", "will", "was", "is"])
OF = {
    name: Prefixed(f"{name}:")
    for name in ("p", *WITH_PRINCIPAL, *chain.from_iterable(WITH_PRINCIPAL.values()))
}


def keys_of(sources: Sources, i: int) -> list[str]:
    """Return the names of sentence `i`'s candidates, in the order of `candidate_rows`."""
    named = (f"phrase|{k}" for k in range(len(sources.phrases[i])))
    return [*chain.from_iterable(_unnamed(sources).values()), *named]


def _unnamed(sources: Sources) -> dict[str, tuple[str, ...]]:
    return UNNAMED if sources.principal is None else WITH_PRINCIPAL


def candidate_rows(sources: Sources) -> Iterator[tuple[tuple[int, str], Row]]:
    """Yield (sentence, candidate's name) and row of every candidate of a document, in order."""
    unnamed = _unnamed(sources)
    outlines = [_outline(sources, i) for i in range(len(sources.quoted))]
    for i, (tokens, phrases) in enumerate(zip(sources.tokens, sources.phrases, strict=True)):
        shared = _sentence_cues(sources, i, outlines)
        words = sources.roles.masked([t.low for t in tokens if t.kind != ","])
        for kind, names in unnamed.items():
            told = OF[kind].all(shared)
            spoken = View(tuple(OF[kind].all(words)))
            for name in names:
                cues = View((*told, *OF[name].all(shared[:6]), name, kind))
                yield (i, name), {"cues": cues, "words": spoken}
        around = OF["p"].all(shared[:8])
        for k, (phrase, beside) in enumerate(zip(phrases, _beside(phrases), strict=True)):
            cues = View((*phrase.cues, *around, *beside))
            yield (i, f"phrase|{k}"), {"cues": cues, "words": NO_WORDS}


def _beside(phrases: Sequence[Phrase]) -> Iterator[list[str]]:
    """Yield for each phrase cues for how it stands to the others that may be the sentence's source.

    "Paris plans to go, the newspaper reported": where a medium relays what another source does, the
    source is the one whose position is told.
    """
    named = [k for k, phrase in enumerate(phrases) if phrase.kind != "pronoun"]
    heard = [k for k in named if phrases[k].heard]
    relaying = [k for k in heard if "media" in phrases[k].cues]
    initial = [k for k in named if "initial" in phrases[k].cues]
    closing = [k for k in named if "tail-comma" in phrases[k].cues]
    for k, own in enumerate(phrases):
        cues, group = [], _group_of(own)
        if any(other != k for other in relaying):
            cues.append(f"relayed:{group}:{'initial' in own.cues:d}")
        if "media" in own.cues:
            first = next((phrases[other] for other in initial if other != k), None)
            cues.append(f"relays:{_group_of(first) if first else '-'}")
        cues.append(f"heard-beside:{group}:{min(len(heard) - (k in heard), 2)}")
        if any(other != k for other in closing):
            cues.append(f"tail-beside:{group}")
        yield cues


def relays(phrases: Sequence[Phrase], k: int) -> bool:
    """Say whether phrase `k` is a medium that tells what another source of the sentence says or does.

    Of nested sources the speaker is the innermost whose position is told.
    """
    if "media" not in phrases[k].cues:
        return False
    return any(
        "media" not in p.cues
        and p.kind != "pronoun"
        and (p.heard or {"initial", "g=POSITION"} <= set(p.cues))
        for p in phrases
    )


def _group_of(phrase: Phrase) -> str:
    return next((cue for cue in phrase.cues if cue.startswith("g=")), "g=none")


def _sentence_cues(sources: Sources, i: int, outlines: Sequence[str]) -> list[str]:
    """Return what is told of a sentence whoever is asked for; the first six go with the state."""
    quoted, sentence = sources.quoted[i], sources.analysis.sentences[i]
    before = sources.analysis.sentences[i - 1] if i else None
    same = before is not None and before.paragraph == sentence.paragraph
    share = "none" if not quoted.share else "all" if quoted.share > 0.9 else "part"
    phrases = sources.phrases[i]
    governed = [p for p in phrases if "g=SPEECH" in p.cues or "inverted" in p.cues]
    first = phrases[0] if phrases else None
    initial = first is not None and "initial" in first.cues
    lead = first.kind if first is not None and initial else "-"
    speech = (
        "named" if any(p.kind != "pronoun" for p in governed) else "pronoun" if governed else "no"
    )
    cues = [
        f"share={share}{quoted.open_before:d}{quoted.open_after:d}",
        f"same={same:d}",
        f"speech={speech}",
        f"same-share={same:d}{share}",
        f"share-speech={share}-{speech}",
        f"lead={lead}",
    ]
    tokens = sources.tokens[i]
    lows = [token.low for token in tokens]
    cues.append(f"word1={tokens[0].low if tokens and tokens[0].kind != 'C' else '^'}")
    cues.append(f"according={any('according' in p.cues for p in phrases):d}")
    cues.append(
        f"position={any('g=POSITION' in p.cues and 'verb-before' not in p.cues for p in phrases):d}"
    )
    cues.append(f"place={min(i, 3)}")
    cues.append(f"quoted={share}")
    cues.append(sources.style)
    if first is not None and initial:
        cues += [cue for cue in first.cues if cue.startswith(("v=", "g=", "kg="))]
    ours = first_person(tokens)
    cues += ["first-person"] if ours else []
    if sources.principal is not None:
        cues += ["release", f"release|{share}|{ours:d}{not ASKING.isdisjoint(lows):d}"]
    cues += [f"modal={low}" for low in lows if low in MODAL]
    if i + 1 < len(outlines):
        cues.append(f"next={outlines[i + 1]}")
    if i:
        cues.append(f"before={outlines[i - 1]}")
    return cues


def _outline(sources: Sources, i: int) -> str:
    """Return whether a sentence quotes, and whether it names a source."""
    share = sources.quoted[i].share
    governed = any("g=SPEECH" in p.cues or "inverted" in p.cues for p in sources.phrases[i])
    return f"{'q' if share > 0.9 else 'p' if share else 'n'}{governed:d}{sources.quoted[i].open_after:d}"
