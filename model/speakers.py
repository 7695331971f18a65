"""Who speaks in each sentence, and of which type."""

from collections.abc import Mapping, Sequence

from model.analysis import Analysis
from model.heads import Head, HeadConfig, Row, View, ViewConfig
from model.tag import SpeakerTag

SPEAKER_TYPE = "speaker_type"
CONFIGS = (
    HeadConfig(
        SPEAKER_TYPE, (ViewConfig("words", ngrams=(1, 2), min_df=2, sublinear=True),), C=3.0
    ),
)


def speaker_rows(analysis: Analysis) -> list[Row]:
    """Return one row a sentence for the head of speaker types."""
    return [
        {
            "words": View(
                tuple(word.text.lower() for word in words),
                tuple((word.start, word.end) for word in words),
            )
        }
        for words in analysis.words
    ]


def tag_speakers(
    analyses: Sequence[Analysis], heads: Mapping[str, Head]
) -> list[tuple[SpeakerTag, ...]]:
    """Say for every sentence of every document who speaks."""
    head = heads[SPEAKER_TYPE]
    rows = [row for analysis in analyses for row in speaker_rows(analysis)]
    probabilities = iter(head.predict_proba(rows))
    found = []
    for analysis in analyses:
        tags = []
        for _ in analysis.sentences:
            scores = next(probabilities)
            best = int(scores.argmax())
            tags.append(SpeakerTag(type=head.classes[best], score=float(scores[best])))
        found.append(tuple(tags))
    return found
