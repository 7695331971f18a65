"""What can't be fitted is said in words, and other schemes are fitted with what they code."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from labels.labelled_set import CodedDocument, LabelledSet
from labels.scheme import Coding, Scheme
from model import artefact
from model.manifest import Provenance
from tests.builders import coded
from training.evaluate import evaluate
from training.fit import CannotFit, fit

RAIN = "[none|author|-|-] It rained."
PARTIES = Scheme("parties-1", ("FAVOR", "AGAINST", "NONE"), "NONE")


def test_one_document_is_not_enough() -> None:
    with pytest.raises(CannotFit, match="1 coded sentences are not enough"):
        fit(LabelledSet.of([coded(RAIN)]))


def test_a_set_of_one_label_is_not_enough() -> None:
    documents = [coded(RAIN, id=f"d{i}") for i in range(6)]

    with pytest.raises(CannotFit, match="every label stands"):
        fit(LabelledSet.of(documents))


def in_other_words(one: CodedDocument) -> CodedDocument:
    """The stances of a document under a scheme that codes neither speakers nor actors."""
    names = {"favor": "FAVOR", "against": "AGAINST", "conditional": "NONE", "none": "NONE"}
    codings = tuple(Coding(names[coding.stance]) for coding in one.codings)
    return CodedDocument(one.document, one.sentences, codings, one.origin)


def test_another_scheme_is_fitted_saved_and_measured(
    small_set: LabelledSet, tmp_path: Path
) -> None:
    labelled = LabelledSet.of(map(in_other_words, small_set.documents), PARTIES)

    tagger = fit(labelled)
    version = artefact.save(
        tagger,
        tmp_path,
        Provenance(datetime(2026, 11, 21, tzinfo=UTC), labelled.sha256, 30, 451, 0),
    )
    loaded = artefact.load(tmp_path / version.id)

    documents = labelled.documents[:5]
    tagged = loaded.tag([one.document for one in documents])
    assert {tag.stance.label for one in tagged for tag in one.tags} <= set(PARTIES.stances)
    assert all(tag.speaker is None for one in tagged for tag in one.tags)
    assert all(tag.proposed_actors == () for one in tagged for tag in one.tags)
    measured = evaluate(documents, tagged, loaded.scheme, n_boot=10)
    # It was fitted on these: far better than calling everything neutral.
    assert (measured.figures["stance_macro_f1"].value or 0) > 0.6
    assert loaded.tag([documents[0].document], explain=True)[0].tags[0].evidence
