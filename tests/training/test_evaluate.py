"""Figures: by the definitions of the reference, with intervals that mean something."""

import functools
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from labels.document import Sentence
from labels.labelled_set import CodedDocument, LabelledSet, shipped
from labels.scheme import CODEBOOK, Coding, Scheme
from model.tag import ActorTag, SpeakerTag, StanceTag, Tag, TaggedDocument
from model.tagger import Tagger
from tests.builders import coded
from tests.coded import coded_file
from training import fit, splits
from training.counts import align, count, is_same_name
from training.evaluate import compare, cross_validate, evaluate, mistakes
from training.figures import figures_of

REFERENCE = next(
    (
        folder / "shared" / "eval" / "evaluate.py"
        for folder in Path(__file__).resolve().parents
        if (folder / "shared" / "eval" / "evaluate.py").is_file()
    ),
    None,
)

TOY = coded(
    """
    [favor|intergovernmental|the African Union|AU] The African Union is ready to send troops.
    [favor|intergovernmental|the African Union|AU] It would protect the camps.
    [against|opposition|General Oumar Sy|AU,RUS] "No foreign soldier," General Oumar Sy said.

    [none|author|-|-] It rained.
    """,
    conflict="Lakeland",
)


def echo(
    document: CodedDocument,
    *,
    sentences: Sequence[Sentence] | None = None,
    codings: Sequence[Coding] | None = None,
    score: float = 0.8,
    abstain: bool = False,
) -> TaggedDocument:
    """A tagger that says what it is told; what people said, by default."""
    places = document.sentences if sentences is None else sentences
    said = document.codings if codings is None else codings
    rest = (1 - score) / (len(CODEBOOK.stances) - 1)
    tags = tuple(
        Tag(
            sentence,
            StanceTag(
                coding.stance,
                score,
                {label: score if label == coding.stance else rest for label in CODEBOOK.stances},
                abstain=abstain,
            ),
            SpeakerTag(coding.speaker_type or "author", 0.9, coding.speaker),
            tuple(ActorTag(id, id, 0.9, 0, 1, id) for id in coding.proposed_actors),
        )
        for sentence, coding in zip(places, said, strict=True)
    )
    return TaggedDocument(document.document, "toy", CODEBOOK.version, tags)


def figure(documents: Sequence[CodedDocument], tagged: Sequence[TaggedDocument], name: str):
    return evaluate(documents, tagged, CODEBOOK, n_boot=20).figures[name].value


def changed(place: int, coding: Coding) -> TaggedDocument:
    said = list(TOY.codings)
    said[place] = coding
    return echo(TOY, codings=said)


def test_a_tagger_that_repeats_the_coders_is_right_in_everything_that_was_coded() -> None:
    got = evaluate([TOY], [echo(TOY)], CODEBOOK)

    perfect = (
        "relevant_f1", "stance_accuracy", "speaker_type_acc", "speaker_type_macro_f1",
        "speaker_name_acc", "speaker_name_acc_in_sentence", "speaker_name_acc_carried",
        "actors_micro_f1", "statement_f1", "stance_f1.favor", "stance_f_avg",
    )  # fmt: skip
    assert {name: got.figures[name].value for name in perfect} == dict.fromkeys(perfect, 1.0)
    # As in the reference, a stance that nobody coded counts as 0.
    assert got.figures["stance_macro_f1"].value == 0.75
    assert got.figures["stance_ece"].value == pytest.approx(0.2)
    assert got.figures["abstain_rate"].value == 0


def test_a_document_that_was_not_tagged_counts_as_neutral_and_is_told() -> None:
    got = evaluate([TOY], [], CODEBOOK)

    assert got.n_missing == 1
    assert got.figures["stance_accuracy"].value == 0.25
    assert got.figures["speaker_type_acc"].value == 0.25
    assert got.figures["statement_f1"].value == 0
    assert got.figures["stance_ece"].value is None


def test_actors_are_counted_one_by_one_and_statements_whole() -> None:
    tagged = changed(2, Coding("against", "opposition", "General Sy", ("AU",)))

    assert figure([TOY], [tagged], "actors_micro_f1") == pytest.approx(2 * 3 / (2 * 3 + 1))
    assert figure([TOY], [tagged], "statement_f1") == pytest.approx(2 * 2 / (2 * 2 + 1 + 1))
    assert figure([TOY], [tagged], "speaker_name_acc") == 1


def test_a_neutral_sentence_tagged_with_a_stance_is_one_statement_too_many() -> None:
    tagged = changed(3, Coding("favor", "author"))

    assert figure([TOY], [tagged], "statement_f1") == pytest.approx(2 * 3 / (2 * 3 + 1))
    assert figure([TOY], [tagged], "relevant_f1") == pytest.approx(2 * 3 / (2 * 3 + 1))


def test_speakers_named_in_the_sentence_and_carried_ones_are_told_apart() -> None:
    tagged = changed(1, Coding("favor", "expert", "an analyst", ("AU",)))
    got = evaluate([TOY], [tagged], CODEBOOK, n_boot=20).figures

    assert got["speaker_name_acc_carried"].value == 0
    assert got["speaker_name_acc_in_sentence"].value == 1
    assert got["speaker_type_acc_carried"].value == 0
    assert got["speaker_type_acc_in_sentence"].value == 1


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("General Oumar Sy", "Oumar Sy", True),
        ("Sy", "Gen. Oumar Sy", True),
        ("the president", "the prime minister", False),
        ("Prime Minister Ana Ruiz", "Ana Ruiz", True),
        ("Ana Ruiz", "Ana Diaz", False),
        (None, "Ana", False),
        (None, None, False),
    ],
)
def test_names_are_the_same_where_one_holds_all_words_of_the_other(
    a: str | None,
    b: str | None,
    same: bool,  # noqa: FBT001
) -> None:
    assert is_same_name(a, b) is same
    assert is_same_name(b, a) is same


def test_a_coded_sentence_is_judged_by_the_tag_that_covers_most_of_it() -> None:
    first, second, _third, fourth = TOY.sentences
    cuts = (Sentence(first.start, second.start + 3), Sentence(second.start + 3, fourth.end))
    tagged = echo(TOY, sentences=cuts, codings=[TOY.codings[0], TOY.codings[2]])

    pairs = list(align(TOY, tagged, CODEBOOK))

    assert [pair.said.stance for pair in pairs] == ["favor", "against", "against", "against"]


def test_a_sentence_that_no_tag_covers_is_neutral() -> None:
    tagged = echo(TOY, sentences=TOY.sentences[:1], codings=TOY.codings[:1])

    pairs = list(align(TOY, tagged, CODEBOOK))

    assert [pair.said.stance for pair in pairs] == ["favor", "none", "none", "none"]
    assert [pair.score for pair in pairs] == [0.8, None, None, None]


@given(st.lists(st.integers(1, 400), max_size=30), st.integers(0, 50))
def test_alignment_is_what_a_search_over_all_pairs_finds(cuts: list[int], hole: int) -> None:
    ends = sorted({*cuts, len(TOY.document.text)} & set(range(1, len(TOY.document.text) + 1)))
    starts = [0, *ends[:-1]]
    places = [
        Sentence(a, b) for i, (a, b) in enumerate(zip(starts, ends, strict=True)) if i != hole
    ]
    said = [Coding("favor", "expert", f"speaker {i}") for i in range(len(places))]
    tagged = echo(TOY, sentences=places, codings=said)

    for sentence, pair in zip(TOY.sentences, align(TOY, tagged, CODEBOOK), strict=True):
        shared = [
            min(sentence.end, place.end) - max(sentence.start, place.start) for place in places
        ]
        best = max(shared, default=0)
        wanted = f"speaker {shared.index(best)}" if best > 0 else None
        assert pair.said.speaker == wanted


@pytest.mark.skipif(REFERENCE is None, reason="the reference script is not on this machine")
@pytest.mark.parametrize("cuts", ["own", "coded"])
def test_our_figures_are_those_of_the_reference_script(
    tagger: Tagger, cuts: str, tmp_path: Path
) -> None:
    documents = coded_file("w13")[:24]
    tagged = (
        tagger.tag([one.document for one in documents])
        if cuts == "own"
        else tagger.tag_analyses(fit.analysed(documents))
    )[:-1]  # one document is missing
    for name, lines in (("coded", documents), ("tagged", tagged)):
        text = "".join(json.dumps(one.to_json()) + "\n" for one in lines)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")

    subprocess.run(
        [
            sys.executable, str(REFERENCE), str(tmp_path / "coded.jsonl"),
            str(tmp_path / "tagged.jsonl"), "--json", str(tmp_path / "figures.json"),
        ],
        capture_output=True, check=False,
    )  # fmt: skip
    wanted = json.loads((tmp_path / "figures.json").read_text())

    got = evaluate(documents, tagged, CODEBOOK, n_boot=10)
    ours = {name: figure.value for name, figure in got.figures.items()}
    assert wanted.pop("documents") == got.n_documents
    assert wanted.pop("missing_documents") == got.n_missing == 1
    assert wanted.pop("sentences") == got.n_sentences
    by_label = {
        f"{kind}.{label}": value
        for kind in ("stance_f1", "speaker_type_f1")
        for label, value in wanted.pop(kind).items()
    }
    # The JSON rounds scores to 6 decimals; nothing else may differ.
    for name, value in (wanted | by_label).items():
        assert ours[name] == pytest.approx(value, abs=1e-5), name


def test_intervals_hold_the_figure_and_shrink_with_more_documents() -> None:
    documents = shipped().documents[:60]
    tagged = [
        echo(one, codings=[Coding("none", c.speaker_type, c.speaker) for c in one.codings])
        if i % 3 == 0
        else echo(one)
        for i, one in enumerate(documents)
    ]

    few = evaluate(documents[:9], tagged[:9], CODEBOOK).figures["stance_accuracy"]
    many = evaluate(documents, tagged, CODEBOOK).figures["stance_accuracy"]

    for one in (few, many):
        assert one.low is not None
        assert one.value is not None
        assert one.high is not None
        assert one.low < one.value < one.high
    assert (many.high or 0) - (many.low or 0) < (few.high or 0) - (few.low or 0)


def test_the_interval_of_a_share_is_that_of_the_binomial() -> None:
    """100 documents of one sentence, 70 right: +- 9 points, by textbook."""
    one = coded("[none|author|-|-] It rained.")
    documents = [
        CodedDocument(
            one.document.__class__(id=f"d{i}", text=one.document.text), one.sentences, one.codings
        )
        for i in range(100)
    ]
    tagged = [
        echo(document, codings=[Coding("none" if i < 70 else "favor", "author")])
        for i, document in enumerate(documents)
    ]

    got = evaluate(documents, tagged, CODEBOOK, n_boot=4000).figures["stance_accuracy"]

    assert got.low == pytest.approx(0.61, abs=0.015)
    assert got.high == pytest.approx(0.79, abs=0.015)


def test_the_same_seed_gives_the_same_intervals() -> None:
    documents = shipped().documents[:8]
    tagged = [echo(one, score=0.6) for one in documents[:6]]

    first, again, other = (
        evaluate(documents, tagged, CODEBOOK, seed=seed).to_json() for seed in (1, 1, 2)
    )

    assert first == again
    assert first["figures"] != other["figures"]


def test_confusion_rows_are_coded_and_columns_said() -> None:
    got = evaluate([TOY], [changed(0, Coding("none", "author"))], CODEBOOK, n_boot=5)

    stances, types = CODEBOOK.stances, CODEBOOK.speaker_types
    assert got.stance_confusion[stances.index("favor")][stances.index("none")] == 1
    assert got.speaker_confusion[types.index("intergovernmental")][types.index("author")] == 1
    assert sum(map(sum, got.stance_confusion)) == got.n_sentences == 4


def test_reliability_is_told_by_tenths_and_adds_up_to_the_calibration_error() -> None:
    documents = shipped().documents[:20]
    tagged = [echo(one, score=0.35 + 0.03 * i) for i, one in enumerate(documents)]

    got = evaluate(documents, tagged, CODEBOOK, n_boot=5)

    assert [one.n for one in got.bins if one.n == 0] == []
    assert all(one.low <= one.mean_score <= one.high for one in got.bins)
    gaps = sum(one.n * abs(one.mean_score - one.accuracy) for one in got.bins)
    assert gaps / got.n_sentences == pytest.approx(got.figures["stance_ece"].value)


def test_slices_are_the_figures_of_their_documents_alone() -> None:
    documents = shipped().documents[::30]
    tagged = [echo(one) if i % 2 else echo(one, score=0.5) for i, one in enumerate(documents)]

    got = evaluate(documents, tagged[:-1], CODEBOOK, n_boot=5)

    assert {one.by for one in got.slices} == {"conflict", "origin"}
    origin = next(one for one in got.slices if one.by == "origin")
    alone = evaluate(
        [one for one in documents if one.origin == origin.name], tagged[:-1], CODEBOOK, n_boot=5
    )
    assert origin.n_sentences == alone.n_sentences
    assert origin.figures == {name: one.value for name, one in alone.figures.items()}


def test_one_conflict_alone_makes_no_slices() -> None:
    assert evaluate([TOY], [echo(TOY)], CODEBOOK, n_boot=5).slices == ()


def test_abstaining_is_counted() -> None:
    assert figure([TOY], [echo(TOY, abstain=True)], "abstain_rate") == 1


def test_a_set_without_codings_can_not_be_evaluated() -> None:
    empty = CodedDocument(TOY.document, (), ())

    with pytest.raises(ValueError, match="no coded sentence"):
        evaluate([empty], [], CODEBOOK)


def test_mistakes_are_told_in_the_order_of_the_text_up_to_a_limit() -> None:
    tagged = changed(2, Coding("none", "author"))

    (one,) = mistakes([TOY], [tagged], CODEBOOK, limit=3)

    assert one.text.endswith("General Oumar Sy said.")
    assert one.coded == "against | opposition | General Oumar Sy | AU, RUS"
    assert one.said == "none | author | None | -"
    assert len(mistakes([TOY], [], CODEBOOK, limit=2)) == 2


def test_a_version_compared_with_itself_differs_in_nothing() -> None:
    documents = shipped().documents[:10]
    tagged = [echo(one) for one in documents]

    for one in compare(documents, tagged, tagged, CODEBOOK):
        assert (one.change, one.low, one.high) == (0, 0, 0)


def test_a_candidate_that_is_worse_everywhere_is_significantly_worse() -> None:
    documents = shipped().documents[:30]
    good = [echo(one) for one in documents]
    bad = [
        echo(
            one,
            codings=[Coding("none", "author") if i % 2 else c for i, c in enumerate(one.codings)],
        )
        for one in documents
    ]

    found = {one.figure: one for one in compare(documents, good, bad, CODEBOOK)}

    assert set(found) == {
        "stance_macro_f1", "relevant_f1", "speaker_type_acc", "speaker_name_acc",
        "actors_micro_f1", "statement_f1",
    }  # fmt: skip
    assert all(one.is_worse for one in found.values())
    assert found["statement_f1"].low <= found["statement_f1"].change <= found["statement_f1"].high


def test_figures_that_the_documents_leave_undefined_are_not_compared() -> None:
    nameless = coded("[favor|author|-|UN] The United Nations should go.")
    tagged = [echo(nameless)]

    found = {one.figure for one in compare([nameless], tagged, tagged, CODEBOOK, n_boot=5)}

    assert "speaker_name_acc" not in found
    assert "stance_macro_f1" in found


def test_another_scheme_has_its_own_stances_and_no_speakers() -> None:
    tweets = Scheme("tweets-1", ("AGAINST", "FAVOR", "NONE"), "NONE")
    document = CodedDocument(
        TOY.document, TOY.sentences, tuple(Coding(s) for s in ("FAVOR", "FAVOR", "AGAINST", "NONE"))
    )
    tags = tuple(
        Tag(place, StanceTag("FAVOR", 1.0, {"AGAINST": 0.0, "FAVOR": 1.0, "NONE": 0.0}))
        for place in TOY.sentences
    )
    tagged = TaggedDocument(TOY.document, "toy", tweets.version, tags)

    got = evaluate([document], [tagged], tweets, n_boot=5)

    assert got.figures["stance_f_avg"].value == pytest.approx((2 * 2 / (2 * 2 + 2)) / 2)
    assert got.figures["statement_f1"].value == pytest.approx(2 * 2 / (2 * 2 + 2 + 1))
    assert not [name for name in got.figures if name.startswith(("speaker", "actors"))]
    assert got.speaker_confusion == ()


def test_figures_of_samples_are_figures_of_each_sample() -> None:
    documents = shipped().documents[:6]
    counts = count(documents, {one.document.id: echo(one) for one in documents[:4]}, CODEBOOK)
    weights = np.array([[1, 1, 1, 1, 1, 1], [2, 0, 1, 0, 0, 3]], dtype=float)

    together = figures_of(counts.weighted(weights))

    for i in range(2):
        alone = figures_of(counts.weighted(weights[i : i + 1]))
        for name, values in together.items():
            np.testing.assert_equal(values[i], alone[name][0])


def test_cross_validation_tags_every_document_by_a_tagger_that_never_saw_it(
    small_set: LabelledSet,
) -> None:
    part = LabelledSet.of(small_set.documents[:12])
    folds = splits.by_document(12, k=2, seed=3)

    got = cross_validate(part, folds, functools.partial(fit.fit, seed=1), processes=1)

    wanted = []
    for fold in folds:
        tagger = fit.fit(LabelledSet.of(part.documents[i] for i in fold.fitted), seed=1)
        wanted += tagger.tag([part.documents[i].document for i in fold.held_out])
    assert got == evaluate(part.documents, wanted, CODEBOOK)
    assert got.n_missing == 0


@pytest.mark.slow
def test_cross_validation_gives_the_same_in_two_processes(small_set: LabelledSet) -> None:
    part = LabelledSet.of(small_set.documents[:12])
    folds = splits.by_document(12, k=2, seed=3)

    one, two = (cross_validate(part, folds, fit.fit, processes=n) for n in (1, 2))

    assert one == two
