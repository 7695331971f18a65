"""Fitting the heads that say who speaks."""

import pytest

from labels.labelled_set import LabelledSet
from labels.scheme import SpeakerType
from model.analysis import analyse
from model.sources import read_sources
from model.speakers import CANDIDATE, SPEAKER_TYPE, tag_speakers
from tests.builders import coded
from training.fit_speakers import fit_speaker_heads, speakers_of
from training.speaker_seeds import seed_rows


def test_the_same_data_and_seed_give_the_same_tags(small_set: LabelledSet):
    documents = small_set.documents[:12]
    analyses = [analyse(d.document, d.sentences) for d in documents]

    first, second = (fit_speaker_heads(analyses, documents, seed=3) for _ in range(2))

    assert set(first) == {CANDIDATE, SPEAKER_TYPE}
    assert tag_speakers(analyses, first) == tag_speakers(analyses, second)


def test_a_coded_name_is_found_among_the_documents_figures():
    document = coded("""
        [none|public|Ruth Low|-] Ruth Low, a farmer, said prices had doubled.
        [none|public|Ruth Low|-] She said bread was gone.
        [none|author|-|-] Rain fell.
        [none|expert|Nobody Here|-] It was a bad year.
    """)
    sources = read_sources(analyse(document.document, document.sentences))

    found = speakers_of(sources, document)

    assert found[0] is not None
    assert sources.cast.figures[found[0]].name == "Ruth Low"
    assert found == [found[0], found[0], None, None]


def test_seeds_teach_only_types_of_the_codebook_that_have_names():
    kinds = {kind for _, kind in seed_rows()}

    assert kinds == set(SpeakerType) - {SpeakerType.AUTHOR}


@pytest.mark.slow
def test_held_out_files_are_attributed_as_well_as_when_this_was_written():
    from tests.training.speaker_figures import folds  # noqa: PLC0415

    kind, name = folds(["x29", "x45"])

    assert kind > 0.70
    assert name > 0.72
