"""Who may speak in each sentence, as rows for the candidate head.

```
Sources | phrases of a sentence, "carried on", "the next", the article's own voice | cues | Row
```
"""

from collections.abc import Iterator, Sequence

from model.descriptions import masked
from model.heads import Row, View
from model.issuer import HEARD
from model.phrases import Phrase
from model.sources import Sources

AUTHOR = "author"
GAPS = (0, 1, 2)  # sentences of the article's own voice since the last source; 2 and more are one


def keys_of(sources: Sources, i: int) -> list[str]:
    """Return the names of sentence `i`'s candidates, in the order of `candidate_rows`."""
    fixed = [f"author|{AUTHOR}", "author|source", *(f"carry|{gap}" for gap in GAPS), "next"]
    return fixed + [f"phrase|{k}" for k in range(len(sources.phrases[i]))]


def candidate_rows(sources: Sources) -> Iterator[tuple[tuple[int, str], Row]]:
    """Yield (sentence, candidate's name) and row of every candidate of a document, in order."""
    for i in range(len(sources.quoted)):
        shared = _sentence_cues(sources, i)
        words = tuple(
            masked(tuple(t.low for t in sources.tokens[i] if t.kind != ","), sources.roles)
        )
        for name in keys_of(sources, i):
            what, _, state = name.partition("|")
            if what == "phrase":
                phrase = sources.phrases[i][int(state)]
                cues = (
                    *phrase.cues,
                    *(f"p:{cue}" for cue in shared[:8]),
                    *_beside(sources.phrases[i], int(state)),
                )
                spoken: tuple[str, ...] = ()
            else:
                cues = tuple(f"{what}:{cue}" for cue in shared)
                cues += tuple(f"{name}:{cue}" for cue in shared[:6])
                cues += (f"{name}", what)
                spoken = tuple(f"{what}:{word}" for word in words)
            yield (i, name), {"cues": View(cues), "words": View(spoken)}


def _beside(phrases: Sequence[Phrase], k: int) -> Iterator[str]:
    """Yield cues for how a phrase stands to the others of its sentence that may be its source.

    "Paris plans to go, the newspaper reported": where a medium relays what another source does, the
    source is the one whose position is told.
    """
    own = phrases[k]
    others = [p for n, p in enumerate(phrases) if n != k and p.kind != "pronoun"]
    relayed = any("media" in p.cues and HEARD & set(p.cues) for p in others)
    group = _group_of(own)
    if relayed:
        yield f"relayed:{group}:{'initial' in own.cues:d}"
    if "media" in own.cues:
        first = next((p for p in others if "initial" in p.cues), None)
        yield f"relays:{_group_of(first) if first else '-'}"
    heard = [p for p in others if HEARD & set(p.cues)]
    yield f"heard-beside:{group}:{min(len(heard), 2)}"
    if any("tail-comma" in p.cues for p in others):
        yield f"tail-beside:{group}"


def relays(phrases: Sequence[Phrase], k: int) -> bool:
    """Say whether phrase `k` is a medium that tells what another source of the sentence says or does.

    Of nested sources the speaker is the innermost whose position is told.
    """
    if "media" not in phrases[k].cues:
        return False
    return any(
        "media" not in p.cues
        and p.kind != "pronoun"
        and (HEARD & set(p.cues) or {"initial", "g=POSITION"} <= set(p.cues))
        for p in phrases
    )


def _group_of(phrase: Phrase) -> str:
    return next((cue for cue in phrase.cues if cue.startswith("g=")), "g=none")


def _sentence_cues(sources: Sources, i: int) -> list[str]:
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
    if any(t.low in ("i", "we", "our", "my", "us") for t in tokens):
        cues.append("first-person")
    cues += [
        f"modal={t.low}"
        for t in tokens
        if t.low in ("would", "should", "must", "could", "had", "has", "will", "was", "is")
    ]
    if i + 1 < len(sources.quoted):
        cues.append(f"next={_outline(sources, i + 1)}")
    if i:
        cues.append(f"before={_outline(sources, i - 1)}")
    return cues


def _outline(sources: Sources, i: int) -> str:
    """Return whether a sentence quotes, and whether it names a source."""
    share = sources.quoted[i].share
    governed = any("g=SPEECH" in p.cues or "inverted" in p.cues for p in sources.phrases[i])
    return f"{'q' if share > 0.9 else 'p' if share else 'n'}{governed:d}{sources.quoted[i].open_after:d}"
