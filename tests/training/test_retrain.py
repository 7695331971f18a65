import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from labels.labelled_set import CodedDocument, LabelledSet
from model import artefact
from model.manifest import Provenance
from tests.builders import coded
from tests.coded import coded_file
from training.card import as_json, first_card, markdown
from training.fit import fit
from training.gate import Hold, Promote
from training.registry import Registry
from training.retrain import (
    Data,
    NothingNew,
    assemble,
    is_held_out,
    merged,
    retrain,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BASE = coded(
    """
    [favor|foreign_government|Paris|FRA] Paris will send 900 men.
    [none|author|-|-] Nobody asked.
    [against|opposition|the rebels|FRA] The rebels want no soldiers.
    """,
    id="base-1",
)


def rejudged(*stances: str | None) -> CodedDocument:
    """The base document as somebody coded it anew; None: left out."""
    rows = [
        (sentence, replace(coding, stance=stance))
        for sentence, coding, stance in zip(BASE.sentences, BASE.codings, stances, strict=True)
        if stance
    ]
    return replace(
        BASE, sentences=tuple(s for s, _ in rows), codings=tuple(c for _, c in rows), origin="j"
    )


def stances_of(document: CodedDocument) -> list[str]:
    return [coding.stance for coding in document.codings]


@pytest.fixture(scope="module")
def sets() -> tuple[LabelledSet, tuple[CodedDocument, ...]]:
    """Forty documents to start from, and forty that people judge later."""
    base = LabelledSet.of([*coded_file("w12"), *coded_file("w13")[:10]])
    return base, (*coded_file("w13")[10:], *coded_file("w14")[:20])


def run(registry: Registry, data: Data, base: LabelledSet, **options):
    days = len(registry.list())
    return retrain(
        registry, data, base, fit=fit, now=NOW + timedelta(days=days), who="ada", **options
    )


def shuffled(documents: tuple[CodedDocument, ...], seed: int = 1) -> tuple[CodedDocument, ...]:
    """The same documents with all codings dealt anew."""
    codings = [coding for document in documents for coding in document.codings]
    random.Random(seed).shuffle(codings)
    dealt = iter(codings)
    return tuple(
        replace(document, codings=tuple(next(dealt) for _ in document.codings))
        for document in documents
    )


def test_a_judged_sentence_takes_the_place_of_the_base_documents_coding():
    together = merged(BASE, rejudged(None, "conditional", None))

    assert stances_of(together) == ["favor", "conditional", "against"]
    assert together.origin == "toy"


def test_a_judgement_of_another_text_under_the_same_id_changes_nothing():
    other = replace(rejudged("none", None, None), document=replace(BASE.document, text="x" * 90))

    assert merged(BASE, other) is BASE


def test_the_audit_share_is_held_out_and_never_fitted():
    base = LabelledSet.of(
        [replace(BASE, document=replace(BASE.document, id=f"b{i}")) for i in range(50)]
    )
    audit = replace(BASE, document=replace(BASE.document, id="audited"))
    judged = replace(BASE, document=replace(BASE.document, id="judged"))

    data = assemble(base, [judged], [audit])

    fitted = {c.document.id for c in data.fitted.documents}
    twin = {c.document.id for c in data.twin.documents}
    held_out = {c.document.id for c in data.held_out}
    assert "judged" in fitted & twin
    assert "audited" in held_out - fitted
    assert held_out & twin == set()
    assert {i for i in fitted if is_held_out(i) and i != "judged"} == held_out - {"audited"}
    assert 0 < len(held_out) < 25
    assert data.n_judged == 3


def test_a_base_document_in_the_audit_share_is_not_fitted_and_held_out_at_once():
    data = assemble(LabelledSet.of([BASE]), [], [rejudged("none", None, None)])

    assert len(data.fitted.documents) == 1
    assert [c.document.id for c in data.held_out].count(BASE.document.id) <= 1


@pytest.mark.slow
def test_retraining_promotes_what_is_better_and_holds_what_is_poisoned(tmp_path: Path, sets):
    base, judged = sets
    registry = Registry(tmp_path)
    first = run(registry, assemble(base, [], []), base)
    assert first.promoted
    assert first.decision == Promote(())

    with pytest.raises(NothingNew, match=first.version.id):
        run(registry, assemble(base, [], []), base)

    poisoned = run(registry, assemble(base, shuffled(judged), []), base)
    assert isinstance(poisoned.decision, Hold)
    assert not poisoned.promoted
    assert any("stance_macro_f1" in reason for reason in poisoned.decision.reasons)
    assert registry.current_id() == first.version.id
    assert {v.id for v in registry.list()} == {first.version.id, poisoned.version.id}
    assert poisoned.to_json()["held"] is True

    forced = run(registry, assemble(base, shuffled(judged), []), base, override=True, anyway=True)
    assert forced.promoted
    assert registry.current_id() == forced.version.id
    assert "OVERRIDE" in registry.log()[-1].why
    assert registry.rollback(who="ada", why="poisoned") == first.version.id

    better = run(registry, assemble(base, judged, []), base, anyway=True)
    assert {one.figure for one in better.decision.differences} >= {"stance_macro_f1"}
    assert better.parent == first.version.id
    assert better.promoted is isinstance(better.decision, Promote)

    _the_card_tells_all(registry, better)


def _the_card_tells_all(registry: Registry, outcome) -> None:
    folder = registry.path(outcome.version.id)
    told = json.loads((folder / "card.json").read_text())
    text = markdown(outcome.version, told)

    assert told["parent"]["id"] == outcome.parent
    assert told["data"]["judged_sentences"] > 0
    assert "## By conflict" in text
    assert "## Calibration" in text
    assert "| Stance, macro F1 |" in text
    assert "By a twin of this version" in text
    assert "### stance" in text
    assert "Known limits" in text
    assert set(told["top_terms"]["stance"]) == {"favor", "against", "conditional", "none"}
    assert (folder / "reliability.svg").read_text().startswith("<svg")
    assert outcome.version.figures["values"]["stance_macro_f1"]["value"] is not None
    assert artefact.load(folder).version == outcome.version.id


@pytest.mark.slow
def test_a_version_of_unknown_data_stands_in_for_its_own_twin(tmp_path: Path, sets):
    base, judged = sets
    registry = Registry(tmp_path)
    run(registry, assemble(LabelledSet.of(base.documents[:25]), [], []), base)
    for twin in (tmp_path / "twins").glob("*/*/manifest.json"):
        twin.write_text("{}")

    outcome = run(registry, assemble(base, judged, []), base)

    assert outcome.decision.differences


def test_a_first_version_has_a_card_with_its_terms_and_says_that_it_was_not_measured(
    tmp_path: Path, tagger, small_set
):
    version = Registry(tmp_path).add(
        tagger,
        Provenance.of(small_set, created=NOW, seed=0),
        who="ada",
        why="test",
        beside={"card.json": as_json(first_card(tagger, small_set))},
    )

    told = json.loads((tmp_path / "models" / version.id / "card.json").read_text())
    text = markdown(version, told)

    assert "## Top terms" in text
    assert "Not measured" in text
    assert "## Gate" not in text


def test_a_version_without_a_card_has_its_manifest_told(tmp_path: Path, tagger, small_set):
    version = Registry(tmp_path).add(
        tagger,
        Provenance.of(small_set, created=NOW, seed=0),
        who="ada",
        why="test",
    )

    text = markdown(version, {})

    assert version.data_sha256 in text
    assert "Not measured" in text
