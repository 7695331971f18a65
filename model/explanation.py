"""Why each tag says what it says: the exact additive evidence of every head that decided.

Evidence is not kept while tagging: it is worked out again for who asks, from the same rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from model.actor_views import told
from model.analysis import Analysis
from model.candidates import candidate_rows
from model.heads import Head
from model.mentions import (
    ACTOR_LINE,
    MEANT,
    NAMED_ACTOR,
    PROPOSED_ACTOR,
    line_probabilities,
    named_probabilities,
)
from model.proposed_views import proposed_rows
from model.reading import read
from model.rows import Row
from model.scene import scene
from model.sources import read_sources
from model.speakers import (
    CANDIDATE,
    CHOSEN,
    SPEAKER_TYPE,
    decide,
    figure_rows,
)
from model.stance import ABOUT, STANCE, YES
from model.tag import Evidence, Tag


def explained(
    analysis: Analysis, tags: Sequence[Tag], stance_rows: Sequence[Row], heads: Mapping[str, Head]
) -> tuple[Tag, ...]:
    """Return the tags of one document with the evidence of all heads.

    Of each head the label that won is explained; for proposed actors the label is the actor's id.

    Args:
        analysis: the document.
        tags: what was said of it, parallel to its sentences.
        stance_rows: what the stance heads read, parallel to its sentences.
        heads: the fitted heads that said it.
    """
    found: list[list[Evidence]] = [[] for _ in tags]
    for i, (tag, row) in enumerate(zip(tags, stance_rows, strict=True)):
        found[i] += heads[STANCE].explain(row, tag.stance.label)
        if ABOUT in heads:
            found[i] += heads[ABOUT].explain(row, YES)
    for i, evidence in (
        *_speaker_evidence(analysis, tags, heads),
        *_actor_evidence(analysis, tags, heads),
    ):
        found[i] += evidence
    return tuple(
        replace(tag, evidence=tuple(items)) for tag, items in zip(tags, found, strict=True)
    )


def _speaker_evidence(
    analysis: Analysis, tags: Sequence[Tag], heads: Mapping[str, Head]
) -> Iterator[tuple[int, list[Evidence]]]:
    if SPEAKER_TYPE not in heads:
        return
    sources = read_sources(analysis)
    (decided,) = decide([sources], heads[CANDIDATE])
    candidates = dict(candidate_rows(sources))
    types = figure_rows(sources, [one.figure for one in decided])
    for i, one in enumerate(decided):
        yield i, heads[CANDIDATE].explain(candidates[i, one.candidate], CHOSEN)
        speaker = tags[i].speaker
        if one.figure is not None and speaker is not None:
            yield i, heads[SPEAKER_TYPE].explain(types[one.figure], speaker.type)


def _actor_evidence(
    analysis: Analysis, tags: Sequence[Tag], heads: Mapping[str, Head]
) -> Iterator[tuple[int, list[Evidence]]]:
    if PROPOSED_ACTOR not in heads:
        return
    one = scene(analysis)
    lines = told(one)
    (named,) = named_probabilities([one], [lines], heads[NAMED_ACTOR])
    (about,) = line_probabilities([read(analysis)], [one], [named], heads[ACTOR_LINE])
    for at, actor, row in proposed_rows(one, lines, named, about):
        if any(tag.id == actor for tag in tags[at].proposed_actors):
            evidence = heads[PROPOSED_ACTOR].explain(row, MEANT)
            yield at, [replace(item, label=actor) for item in evidence]
