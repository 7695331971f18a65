"""Networks whose every number can be counted by hand.

Three speakers, two actors. What they said (times):

|      | UN                    | RUS           |
| ---- | --------------------- | ------------- |
| Ana  | favor 2               | against 1     |
| Ben  | favor 1, against 1    | conditional 1 |
| Cleo | against 3             | -             |
"""

from datetime import date
from itertools import combinations, product

import pytest
from hypothesis import given, settings, strategies as st

from service.exports.choices import Duplicates, NetworkKind, Normalisation, Qualifier, Unit
from service.exports.networks import Network, Tie, one_mode, ties, two_mode
from service.exports.statements import statements
from service.exports.windows import Window, inside, windows
from tests.service.exports.samples import press, said, tagged


def tie(speaker: str, actor: str, stance: str, day: date | None = None) -> Tie:
    name = {"UN": "United Nations", "RUS": "Russia"}[actor]
    return Tie(speaker, "expert", actor, name, stance, day, f"d-{speaker}", 0.5)


TIES = [
    *[tie("Ana", "UN", "favor")] * 2,
    tie("Ana", "RUS", "against"),
    tie("Ben", "UN", "favor"),
    tie("Ben", "UN", "against"),
    tie("Ben", "RUS", "conditional"),
    *[tie("Cleo", "UN", "against")] * 3,
]


def signed(network: Network) -> dict[str, float]:
    return {f"{edge.source[2]}{edge.target[2]}": edge.signed for edge in network.edges}


# By distance, favor to against is 2 of a range of 2, conditional lies halfway (1 of 2).
# Ana-Ben: UN favor-favor 2*1*1, favor-against 2*1*0; RUS against-conditional 1*1*0.5.
# Ana-Cleo: UN favor-against 2*3*0. Ben-Cleo: favor-against 1*3*0, against-against 1*3*1.
CONGRUENCE = {"AB": 2.5, "BC": 3}
# Ana-Ben: 2*1*0 + 2*1*1 + 1*1*0.5. Ana-Cleo: 2*3*1. Ben-Cleo: 1*3*1 + 1*3*0.
CONFLICT = {"AB": 2.5, "AC": 6, "BC": 3}
# Ana-Ben and Ben-Cleo cancel out.
SUBTRACT = {"AC": -6}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (NetworkKind.CONGRUENCE, CONGRUENCE),
        (NetworkKind.CONFLICT, CONFLICT),
        (NetworkKind.SUBTRACT, SUBTRACT),
    ],
)
def test_one_mode_by_distance(kind: NetworkKind, expected: dict[str, float]) -> None:
    assert signed(one_mode(TIES, kind)) == expected


# By label. Ana-Ben: UN favor 2*1 in both; alone: Ana RUS against 1, Ben UN against 1 and RUS
# conditional 1. Ana-Cleo: nothing in both; alone 2 + 1 and 3. Ben-Cleo: UN against 1*3 in both;
# alone Ben 1 + 1.
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (NetworkKind.CONGRUENCE, {"AB": 2, "BC": 3}),
        (NetworkKind.CONFLICT, {"AB": 3, "AC": 6, "BC": 2}),
        (NetworkKind.SUBTRACT, {"AB": -1, "AC": -6, "BC": 1}),
    ],
)
def test_one_mode_by_label(kind: NetworkKind, expected: dict[str, float]) -> None:
    assert signed(one_mode(TIES, kind, qualifier=Qualifier.STANCE)) == expected


# Statements: Ana 3, Ben 3, Cleo 3. average: (3+3)/2. cosine: 3*3.
# jaccard, Ana-Ben: 3 alone + 2 in both; Ben-Cleo: 2 alone + 3.
@pytest.mark.parametrize(
    ("normalisation", "expected"),
    [
        (Normalisation.NO, {"AB": 2.5, "BC": 3}),
        (Normalisation.AVERAGE, {"AB": 2.5 / 3, "BC": 3 / 3}),
        (Normalisation.JACCARD, {"AB": 2.5 / 5, "BC": 3 / 5}),
        (Normalisation.COSINE, {"AB": 2.5 / 9, "BC": 3 / 9}),
    ],
)
def test_normalisations(normalisation: Normalisation, expected: dict[str, float]) -> None:
    network = one_mode(TIES, NetworkKind.CONGRUENCE, normalisation=normalisation)

    assert signed(network) == pytest.approx(expected)


def as_dna_does(
    found: list[Tie], kind: NetworkKind, qualifier: Qualifier, normalisation: Normalisation
) -> dict[tuple[str, str], float]:
    """DNA's own way: a cube of speakers x actors x stances, and loops over all of it."""
    speakers = sorted({one.speaker for one in found})
    actors = sorted({one.actor for one in found})
    number = {"favor": 1, "conditional": 0, "against": -1}
    stances = sorted({one.stance for one in found}, key=lambda stance: number[stance])
    cube = {
        key: sum((one.speaker, one.actor, one.stance) == key for one in found)
        for key in product(speakers, actors, stances)
    }
    spread = number[stances[-1]] - number[stances[0]] if stances else 0
    weights: dict[tuple[str, str], float] = {}
    for a, b in combinations(speakers, 2):
        near = far = alone = both = 0.0
        for j, k in product(actors, stances):
            x, y = cube[a, j, k], cube[b, j, k]
            both += x * y
            alone += (x if y == 0 else 0) + (y if x == 0 else 0)
            for k2 in stances:
                share = abs(number[k] - number[k2]) / spread if spread else 0
                near += x * cube[b, j, k2] * (1 - share)
                far += x * cube[b, j, k2] * share
        if qualifier is Qualifier.STANCE:
            near, far = both, alone
        counts = [sum(one.speaker == name for one in found) for name in (a, b)]
        norm = {
            Normalisation.NO: 1.0,
            Normalisation.AVERAGE: sum(counts) / 2,
            Normalisation.JACCARD: alone + both,
            Normalisation.COSINE: counts[0] * counts[1],
        }[normalisation]
        value = {
            NetworkKind.CONGRUENCE: near,
            NetworkKind.CONFLICT: far,
            NetworkKind.SUBTRACT: near - far,
        }[kind]
        if value:
            weights[f"s:{a}", f"s:{b}"] = value / norm
    return weights


@given(
    said=st.lists(
        st.builds(
            tie,
            st.sampled_from(["Ana", "Ben", "Cleo", "Dora"]),
            st.sampled_from(["UN", "RUS"]),
            st.sampled_from(["favor", "against", "conditional"]),
        ),
        max_size=20,
    ),
    kind=st.sampled_from([NetworkKind.CONGRUENCE, NetworkKind.CONFLICT, NetworkKind.SUBTRACT]),
    qualifier=st.sampled_from(Qualifier),
    normalisation=st.sampled_from(Normalisation),
)
@settings(deadline=None)
def test_every_one_mode_network_equals_dna_s_definition(
    said: list[Tie], kind: NetworkKind, qualifier: Qualifier, normalisation: Normalisation
) -> None:
    network = one_mode(said, kind, qualifier=qualifier, normalisation=normalisation)

    assert {(edge.source, edge.target): edge.signed for edge in network.edges} == pytest.approx(
        as_dna_does(said, kind, qualifier, normalisation)
    )


def test_weights_are_not_negative_and_the_sign_is_kept() -> None:
    (edge,) = one_mode(TIES, NetworkKind.SUBTRACT).edges

    assert (edge.weight, edge.signed, edge.attributes) == (6, -6, {"sign": -1})


def test_where_everybody_says_the_same_nothing_is_in_conflict() -> None:
    same = [tie("Ana", "UN", "favor"), tie("Ben", "UN", "favor")]

    assert signed(one_mode(same, NetworkKind.CONGRUENCE)) == {"AB": 1}
    assert one_mode(same, NetworkKind.CONFLICT).edges == ()


def test_a_window_is_judged_by_the_range_of_all_data() -> None:
    halfway = [tie("Ana", "UN", "favor"), tie("Ben", "UN", "conditional")]

    assert signed(one_mode(halfway, NetworkKind.CONFLICT)) == {"AB": 1}
    assert signed(one_mode(halfway, NetworkKind.CONFLICT, value_range=2)) == {"AB": 0.5}


def test_two_mode_edges_bear_the_counts_of_each_stance() -> None:
    network = two_mode(TIES)

    edges = {(edge.source, edge.target): edge for edge in network.edges}
    assert {ends: (edge.weight, edge.signed) for ends, edge in edges.items()} == {
        ("s:Ana", "a:UN"): (2, 2),
        ("s:Ana", "a:RUS"): (1, -1),
        ("s:Ben", "a:UN"): (2, 0),
        ("s:Ben", "a:RUS"): (1, 0),
        ("s:Cleo", "a:UN"): (3, -3),
    }
    assert edges["s:Ben", "a:UN"].attributes == {
        "sign": 0,
        "n_against": 1,
        "n_conditional": 0,
        "n_favor": 1,
        "n_articles": 1,
        "mean_confidence": 0.5,
        "first": "",
        "last": "",
    }


def test_nodes_know_their_mode_kind_and_frequency() -> None:
    nodes = [(n.id, n.label, n.variable, n.type, n.frequency) for n in two_mode(TIES).nodes]

    assert nodes == [
        ("s:Ana", "Ana", "speaker", "expert", 3),
        ("s:Ben", "Ben", "speaker", "expert", 3),
        ("s:Cleo", "Cleo", "speaker", "expert", 3),
        ("a:RUS", "Russia", "proposed_actor", "state", 2),
        ("a:UN", "United Nations", "proposed_actor", "organisation", 7),
    ]


def test_copies_of_a_text_count_once_unless_asked_for() -> None:
    found = [one for document in press() for one in statements(document)]

    assert len(list(ties(found))) == 5
    assert len(list(ties(found, copies=True))) == 8


def test_statements_about_no_actor_are_no_ties() -> None:
    assert list(ties(statements(press()[3]))) == []


# Ana wants the UN: twice on 5 January 2026 (one article), on the 6th, in the week after, in
# February, a year later, and twice on an unknown day (one article).
@pytest.mark.parametrize(
    ("duplicates", "n_ties"),
    [
        (Duplicates.INCLUDE, 8),
        (Duplicates.DOCUMENT, 6),
        (Duplicates.WEEK, 5),
        (Duplicates.MONTH, 4),
        (Duplicates.YEAR, 3),
        (Duplicates.ACROSS_RANGE, 1),
    ],
)
def test_repetitions_count_once_within_what_was_chosen(duplicates: Duplicates, n_ties: int) -> None:
    twice = (said("favor", "Ana", "UN"), said("favor", "Ana", "UN"))
    once = twice[:1]
    documents = [
        tagged("1", *twice, published="2026-01-05"),
        tagged("2", *once, published="2026-01-06"),
        tagged("3", *once, published="2026-01-13"),
        tagged("4", *once, published="2026-02-01"),
        tagged("5", *once, published="2027-01-05"),
        tagged("6", *twice),
    ]
    found = [one for document in documents for one in statements(document)]

    assert len(list(ties(found, duplicates=duplicates))) == n_ties


def test_another_stance_is_no_repetition() -> None:
    found = statements(tagged("1", said("favor", "Ana", "UN"), said("against", "Ana", "UN")))

    assert len(list(ties(found, duplicates=Duplicates.ACROSS_RANGE))) == 2


DAYS = [date(2026, 1, 31), date(2026, 3, 2), date(2025, 12, 31), None]
DATED = [tie("Ana", "UN", "favor", day) for day in DAYS]


@pytest.mark.parametrize(
    ("unit", "n_windows", "first", "last"),
    [
        (Unit.DAY, 62, Window(DAYS[2], DAYS[2]), Window(DAYS[1], DAYS[1])),  # type: ignore[arg-type]
        (
            Unit.WEEK,
            10,
            Window(date(2025, 12, 29), date(2026, 1, 4)),
            Window(date(2026, 3, 2), date(2026, 3, 8)),
        ),
        (
            Unit.MONTH,
            4,
            Window(date(2025, 12, 1), date(2025, 12, 31)),
            Window(date(2026, 3, 1), date(2026, 3, 31)),
        ),
        (
            Unit.YEAR,
            2,
            Window(date(2025, 1, 1), date(2025, 12, 31)),
            Window(date(2026, 1, 1), date(2026, 12, 31)),
        ),
    ],
)
def test_windows_cover_the_calendar(
    unit: Unit, n_windows: int, first: Window, last: Window
) -> None:
    made = windows(DATED, unit)

    assert (len(made), made[0], made[-1]) == (n_windows, first, last)


def test_wider_windows_overlap_and_never_leave_the_data() -> None:
    assert windows(DATED, Unit.MONTH, 3) == [
        Window(date(2025, 12, 1), date(2026, 2, 28)),
        Window(date(2026, 1, 1), date(2026, 3, 31)),
    ]
    assert len(windows(DATED, Unit.MONTH, 9)) == 1
    assert windows([DATED[-1]], Unit.MONTH) == []


def test_a_window_holds_its_first_and_last_day() -> None:
    held = inside(DATED, Window(date(2025, 12, 31), date(2026, 1, 31)))

    assert [one.day for one in held] == [date(2026, 1, 31), date(2025, 12, 31)]
