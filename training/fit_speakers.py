"""Fits the heads that say who speaks: candidates of each sentence, types of each figure."""

from collections.abc import Sequence

from labels.labelled_set import CodedDocument
from model.analysis import Analysis
from model.candidates import AUTHOR, PRINCIPAL, candidate_rows
from model.heads import Head
from model.rows import Row
from model.sources import Sources, read_sources
from model.speakers import (
    CANDIDATE_CONFIG,
    CHOSEN,
    PASSED,
    TYPE_CONFIG,
    Walk,
    figure_rows,
    same_source,
)
from training.fit_head import fit_head
from training.speaker_seeds import seed_rows


def fit_speaker_heads(
    analyses: Sequence[Analysis], documents: Sequence[CodedDocument], *, seed: int
) -> dict[str, Head]:
    """Fit the candidate head and the type head on coded documents.

    Args:
        analyses: of `documents`, in the same order, cut where they are coded.
        documents: the coded documents.
        seed: of the regressions.
    """
    rows: list[Row] = []
    chosen: list[str] = []
    seeds = seed_rows()
    type_rows: list[Row] = [row for row, _ in seeds]
    types: list[str] = [kind for _, kind in seeds]
    for analysis, coded in zip(analyses, documents, strict=True):
        sources = read_sources(analysis)
        for row, positive in _labelled(sources, coded):
            rows.append(row)
            chosen.append(CHOSEN if positive else PASSED)
        for row, kind in _typed(sources, coded):
            type_rows.append(row)
            types.append(kind)
    return {
        CANDIDATE_CONFIG.name: fit_head(CANDIDATE_CONFIG, rows, chosen, seed=seed),
        TYPE_CONFIG.name: fit_head(TYPE_CONFIG, type_rows, types, seed=seed),
    }


def speakers_of(sources: Sources, coded: CodedDocument) -> list[int | None]:
    """Return the figure of each coded sentence; None for the author and where nothing fits.

    A name fits the figure that a phrase of the sentence names, else the one with the most words in common.
    """
    found: dict[str, int | None] = {}
    for coding in coded.codings:
        if coding.speaker is not None and coding.speaker not in found:
            fitting = [
                (len(figure.phrases), -at)
                for at, figure in enumerate(sources.cast.figures)
                if same_source(coding.speaker, figure.name)
            ]
            found[coding.speaker] = -max(fitting)[1] if fitting else None
    return [None if c.speaker is None else found[c.speaker] for c in coded.codings]


def _labelled(sources: Sources, coded: CodedDocument) -> list[tuple[Row, bool]]:
    """Return the candidates of each sentence in the state that the codings before it leave."""
    rows = dict(candidate_rows(sources))
    figures = speakers_of(sources, coded)
    walk = Walk(sources)
    out: list[tuple[Row, bool]] = []
    for i, coding in enumerate(coded.codings):
        walk.enter(i)
        out += _one_sentence(sources, coded, walk, i, rows)
        if coding.speaker is None or figures[i] is not None:
            walk.say(figures[i])
    return out


def _one_sentence(
    sources: Sources,
    coded: CodedDocument,
    walk: Walk,
    i: int,
    rows: dict[tuple[int, str], Row],
) -> list[tuple[Row, bool]]:
    name = coded.codings[i].speaker
    figures = sources.cast.figures
    voice = sources.voices[i]

    def speaks(other: str) -> bool:
        return name is not None and same_source(name, other)

    own = name is None if voice is None else speaks(figures[voice].name)
    out = [(rows[i, walk.own_voice], own)]
    if walk.carried is not None:
        out.append((rows[i, walk.carry], speaks(figures[walk.carried].name)))
    following = coded.codings[i + 1].speaker if i + 1 < len(coded.codings) else None
    if following is not None:
        out.append((rows[i, "next"], speaks(following)))
    if sources.principal is not None:
        out.append((rows[i, PRINCIPAL], speaks(figures[sources.principal].name)))
    for k, phrase in enumerate(sources.phrases[i]):
        figure = walk.figure_of(phrase)
        if figure is not None:
            out.append((rows[i, f"phrase|{k}"], speaks(figures[figure].name)))
    return out if any(positive for _, positive in out) else []


def _typed(sources: Sources, coded: CodedDocument) -> list[tuple[Row, str]]:
    """Return a row and the coded type of each figure that speaks."""
    figures = speakers_of(sources, coded)
    kinds: dict[int, str] = {}
    for figure, coding in zip(figures, coded.codings, strict=True):
        if figure is not None and coding.speaker_type not in (None, AUTHOR):
            kinds.setdefault(figure, str(coding.speaker_type))
    rows = figure_rows(sources, figures)
    return [(rows[figure], kind) for figure, kind in kinds.items()]
