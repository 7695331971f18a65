from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from sklearn.metrics import cohen_kappa_score

from labels.agreement import Unit, agreement, alpha, disagreements, jaccard_distance, kappa
from labels.judgement import Judgement, Kind
from labels.scheme import Coding
from labels.settlement import settle

NOON = "2026-03-01T12:00:00+00:00"


def judged(document, start, coder, stance, *, who="Paris", actors=("FRA",), **fields):
    coding = Coding(stance, "foreign_government", who, actors)
    return Judgement(document, start, start + 9, coder, NOON, coding, **fields)


def field(name, judgements, **options):
    return next(f for f in agreement(judgements, **options) if f.field == name)


units = st.lists(
    st.lists(st.sampled_from(["favor", "against", "none"]), min_size=2, max_size=4),
    min_size=2,
    max_size=12,
).filter(lambda rows: len({value for row in rows for value in row}) > 1)


@given(units)
@settings(max_examples=60)
def test_alpha_equals_that_of_the_krippendorff_package(rows):
    counts = np.array([[row.count(v) for v in ("favor", "against", "none")] for row in rows])
    expected = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")

    found = alpha(
        [Unit(str(i), tuple(zip("abcd", row, strict=False))) for i, row in enumerate(rows)],
        n_boot=0,
    )

    assert found.value == pytest.approx(expected)


SETS = [(), ("FRA",), ("FRA", "UN"), ("RUS",)]


@given(
    st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=3), min_size=2, max_size=9).filter(
        lambda rows: len({value for row in rows for value in row}) > 1
    )
)
@settings(max_examples=40)
def test_alpha_of_sets_of_actors_equals_the_packages_with_the_jaccard_metric(rows):
    counts = np.array([[row.count(v) for v in range(4)] for row in rows])

    def metric(v1: Any, v2: Any, **_: Any) -> Any:
        return np.vectorize(
            lambda a, b: jaccard_distance(SETS[int(a)], SETS[int(b)]), otypes=[float]
        )(v1, v2)

    expected = krippendorff.alpha(
        value_counts=counts,
        value_domain=[0, 1, 2, 3],
        level_of_measurement=metric,  # type: ignore[arg-type]
    )

    found = alpha(
        [
            Unit(str(i), tuple(zip("abc", (SETS[v] for v in row), strict=False)))
            for i, row in enumerate(rows)
        ],
        distance=jaccard_distance,
        n_boot=0,
    )

    assert found.value == pytest.approx(expected)


@given(
    st.lists(
        st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), min_size=2, max_size=20
    ).filter(lambda pairs: len({v for pair in pairs for v in pair}) > 1)
)
@settings(max_examples=40)
def test_kappa_equals_that_of_scikit_learn(pairs):
    first, second = zip(*pairs, strict=True)

    found = kappa([(str(i), a, b) for i, (a, b) in enumerate(pairs)], n_boot=0)

    assert found.value == pytest.approx(cohen_kappa_score(first, second))


def test_two_coders_who_agree_throughout_have_alpha_and_kappa_one():
    said = [
        judged(document, 0, coder, stance)
        for document, stance in (("a", "favor"), ("b", "against"), ("c", "none"))
        for coder in ("ada", "ben")
    ]

    stance = field("stance", said)

    assert stance.alpha.value == 1.0
    assert (stance.alpha.low, stance.alpha.high) == (1.0, 1.0)
    assert stance.pairs[0].kappa.value == 1.0
    assert (stance.n, stance.n_documents, stance.pairs[0].n) == (3, 3, 3)


def test_intervals_hold_the_figure_and_narrow_as_documents_are_added():
    def width(n):
        said = [
            judged(
                f"d{i}", 0, coder, "favor" if (i + (coder == "ben" and i % 4 == 0)) % 2 else "none"
            )
            for i in range(n)
            for coder in ("ada", "ben")
        ]
        found = field("stance", said)
        assert found.alpha.low <= found.alpha.value <= found.alpha.high
        return found.alpha.high - found.alpha.low

    assert width(200) < width(20)


def test_agreement_is_undefined_where_nobody_varies_or_nobody_coded_twice():
    same = [judged("a", 0, coder, "none") for coder in ("ada", "ben")]

    assert field("stance", same).alpha.value is None
    assert field("stance", same[:1]).alpha.value is None
    assert field("stance", same[:1]).n == 0


def test_a_single_document_has_no_interval():
    said = [judged("a", i, c, s) for i, s in ((0, "favor"), (10, "none")) for c in ("ada", "ben")]

    assert field("stance", said).alpha.to_json() == {"value": 1.0, "low": None, "high": None}


def test_samples_in_which_nobody_varies_are_left_out_of_the_interval():
    said = [
        judged("a", 0, "ada", "favor"),
        judged("a", 0, "ben", "none"),
        judged("b", 0, "ada", "none"),
        judged("b", 0, "ben", "none"),
    ]

    found = field("stance", said, n_boot=50).alpha

    assert found.value is not None
    assert found.low is not None


def test_speakers_are_compared_without_case_and_spacing():
    said = [
        judged("a", 0, "ada", "favor", who="Foreign  Minister"),
        judged("a", 0, "ben", "favor", who="foreign minister"),
        judged("b", 0, "ada", "favor", who="Rome"),
        judged("b", 0, "ben", "favor", who="Rome"),
    ]

    assert field("speaker", said).alpha.value == 1.0


def test_what_the_machine_filled_in_and_what_an_adjudicator_said_is_no_coders_agreement():
    said = [
        judged("a", 0, "ada", "favor"),
        judged("a", 0, "ben", "favor", coded=("stance",)),
        judged("a", 0, "eve", "none", kind=Kind.ADJUDICATION),
    ]

    assert field("stance", said).n == 1
    assert field("stance", said).pairs[0].coders == ("ada", "ben")
    assert field("proposed_actors", said).n == 0


def test_confusion_says_what_each_coder_said_most_frequent_first():
    said = []
    for i, (a, b) in enumerate([("favor", "none"), ("favor", "none"), ("none", "none")]):
        said += [judged(f"d{i}", 0, "ada", a), judged(f"d{i}", 0, "ben", b)]

    (pair,) = field("stance", said).pairs

    assert pair.confusion == (("favor", "none", 2), ("none", "none", 1))
    assert pair.to_json()["confusion"][0] == {"ada": "favor", "ben": "none", "n": 2}
    assert field("stance", said).to_json()["pairs"][0]["observed"] == pytest.approx(1 / 3)


def test_only_coders_who_share_sentences_make_a_pair():
    said = [
        judged("a", 0, "ada", "favor"),
        judged("a", 0, "ben", "favor"),
        judged("b", 0, "ben", "none"),
        judged("b", 0, "cy", "none"),
    ]

    assert [pair.coders for pair in field("stance", said).pairs] == [("ada", "ben"), ("ben", "cy")]


def test_disagreements_come_open_ones_first_and_stance_before_the_rest():
    said = [
        judged("a", 0, "ada", "favor"),
        judged("a", 0, "ben", "none"),
        judged("a", 0, "eve", "none", kind=Kind.ADJUDICATION),
        judged("b", 0, "ada", "favor", actors=("FRA",)),
        judged("b", 0, "ben", "favor", actors=("UN",)),
        judged("c", 0, "ada", "favor"),
        judged("c", 0, "ben", "against"),
        judged("d", 0, "ada", "none"),
        judged("d", 0, "ben", "none"),
    ]

    found = disagreements(settle(said))

    assert [(d.settled.place[0], d.fields, d.is_open) for d in found] == [
        ("c", ("stance",), True),
        ("b", ("proposed_actors",), True),
        ("a", ("stance",), False),
    ]
