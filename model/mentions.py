"""Whose intervention a sentence talks about."""

from collections.abc import Mapping, Sequence

from labels.actors import ActorRegister
from model.actor_views import Told, named_rows, told
from model.analysis import Analysis
from model.force import ABOUT
from model.heads import Array, Head, HeadConfig, ViewConfig
from model.line_views import line_rows
from model.proposed_views import proposed_rows
from model.reading import DocumentReading
from model.scene import Scene, scene
from model.tag import ActorTag

NAMED_ACTOR = "named_actor"
ACTOR_LINE = "actor_line"
PROPOSED_ACTOR = "proposed_actor"
MEANT = "yes"
NAMED_CONFIG = HeadConfig(
    NAMED_ACTOR,
    (
        ViewConfig("shape", min_df=3, weight=2.0),
        ViewConfig("near", ngrams=(1, 2), min_df=3),
        ViewConfig("words", min_df=3),
    ),
    C=0.2,
    balanced=False,
    contrast=0.3,
    levelling=0.5,
)
LINE_CONFIG = HeadConfig(
    ACTOR_LINE,
    (
        ViewConfig("words", ngrams=(1, 2), min_df=3, sublinear=True, weight=0.8),
        ViewConfig("before", min_df=5, weight=0.4),
        ViewConfig("after", min_df=5, weight=0.4),
        ViewConfig("sequence", ngrams=(1, 3), min_df=3, weight=0.7),
        ViewConfig("shape", min_df=3, presence=True, weight=0.15),
    ),
    C=1.0,
    balanced=False,
    contrast=0.3,
    levelling=0.5,
)
PROPOSED_CONFIG = HeadConfig(
    PROPOSED_ACTOR,
    (
        ViewConfig("shape", min_df=4, presence=True, weight=0.2),
        ViewConfig("words", min_df=4, weight=0.2),
    ),
    C=0.4,
    balanced=False,
    contrast=0.3,
    levelling=0.5,
)
CONFIGS = (NAMED_CONFIG, LINE_CONFIG, PROPOSED_CONFIG)
Named = list[dict[tuple[int, str], float]]  # by document: probability by line and actor
About = list[list[float]]  # by document, by line
# Highest micro F1 in leave-one-file-out folds of the composed set (training.fit_actors).
THRESHOLD = 0.3


def tag_actors(
    analyses: Sequence[Analysis], readings: Sequence[DocumentReading], heads: Mapping[str, Head]
) -> list[tuple[tuple[ActorTag, ...], ...]]:
    """Say for every sentence of every document which outside actors' intervention it talks about.

    ```
    scene | named_rows | named_actor head | line_rows | actor_line head
          | proposed_rows | proposed_actor head | ActorTag
    ```

    Args:
        analyses: the documents.
        readings: what was read of each.
        heads: the fitted heads.

    Returns:
        for each document, for each sentence: tags by falling score, one an actor.
    """
    if PROPOSED_ACTOR not in heads:  # the scheme codes no actors
        return [tuple(() for _ in analysis.sentences) for analysis in analyses]
    scenes = [scene(analysis) for analysis in analyses]
    lines = [told(one) for one in scenes]
    named = named_probabilities(scenes, lines, heads[NAMED_ACTOR])
    about = line_probabilities(readings, scenes, named, heads[ACTOR_LINE])
    found = [
        (number, at, actor, row)
        for number, one in enumerate(scenes)
        for at, actor, row in proposed_rows(one, lines[number], named[number], about[number])
    ]
    head = heads[PROPOSED_ACTOR]
    scores = head.predict_proba([row for *_, row in found])[:, head.classes.index(MEANT)]
    return actor_tags(
        analyses, scenes, [(number, at, actor) for number, at, actor, _ in found], scores
    )


def actor_tags(
    analyses: Sequence[Analysis],
    scenes: Sequence[Scene],
    found: Sequence[tuple[int, int, str]],
    scores: Array,
) -> list[tuple[tuple[ActorTag, ...], ...]]:
    """Return the tags of the candidates that score above the threshold.

    Args:
        analyses: the documents.
        scenes: their lines.
        found: document, line and id of each candidate.
        scores: their probabilities, of shape (n_candidates,).
    """
    tags: list[list[list[ActorTag]]] = [[[] for _ in one.lines] for one in scenes]
    for (number, at, actor), score in zip(found, scores.tolist(), strict=True):
        if score > THRESHOLD:
            tag = _tag(analyses[number], scenes[number], at, actor, score)
            tags[number][at].append(tag)
    return [
        tuple(tuple(sorted(line, key=lambda tag: (-tag.score, tag.id))) for line in document)
        for document in tags
    ]


def named_probabilities(
    scenes: Sequence[Scene], lines: Sequence[Sequence[Told]], head: Head
) -> Named:
    """Return for each document the first head's probability by (line, id)."""
    found = [
        (number, at, actor, row)
        for number, one in enumerate(scenes)
        for at, actor, row in named_rows(one, lines[number])
    ]
    scores = head.predict_proba([row for *_, row in found])[:, head.classes.index(MEANT)]
    probabilities: Named = [{} for _ in scenes]
    for (number, at, actor, _), score in zip(found, scores.tolist(), strict=True):
        probabilities[number][at, actor] = score
    return probabilities


def line_probabilities(
    readings: Sequence[DocumentReading], scenes: Sequence[Scene], named: Named, head: Head
) -> About:
    """Return for each document, for each line, how surely it talks of an intervention."""
    rows = [
        row
        for reading, one, seen in zip(readings, scenes, named, strict=True)
        for _, row in line_rows(one, seen, reading)
    ]
    scores = iter(head.predict_proba(rows)[:, head.classes.index(MEANT)].tolist())
    return [[next(scores) for _ in one.lines] for one in scenes]


def _tag(analysis: Analysis, one: Scene, at: int, actor: str, score: float) -> ActorTag:
    start, end, carried = _evidence(analysis, one, at, actor)
    return ActorTag(
        id=actor,
        name=ActorRegister.shipped().name(actor),
        score=score,
        start=start,
        end=end,
        text=analysis.document.text[start:end],
        carried=carried,
    )


def _evidence(analysis: Analysis, one: Scene, at: int, actor: str) -> tuple[int, int, bool]:
    """Return [start, end) of the words that name an actor, and whether another sentence holds them.

    The nearest naming before the sentence, else the nearest after it; where no sentence names the
    actor (the title does, or nobody), the sentence's first word for an intervention, else all of it.
    """
    line = one.lines[at]
    if actor in line.mentions:
        return line.mentions[actor].start, line.mentions[actor].end, False
    mention = one.nearest(actor, at)
    if mention is not None:
        return mention.start, mention.end, True
    for force in line.forces:
        if force.name in ABOUT:
            return *line.spans[force.at], False
    sentence = analysis.sentences[at]
    return sentence.start, sentence.end, False
