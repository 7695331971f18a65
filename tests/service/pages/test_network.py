"""The picture of who speaks on whose intervention."""

from collections import Counter

from hypothesis import given, strategies as st

from service.pages.network import MOST_LINES, MOST_NODES, legible, picture, summed
from service.store.counts import Link


def links(*counts: int) -> list[Link]:
    return [Link(f"S{i}", None, None, f"A{i % 3}", {"favor": n}) for i, n in enumerate(counts)]


def test_voices_without_a_name_are_told_by_their_type_or_their_outlet():
    edges = summed(
        [
            Link("Ana Oru", None, None, "UN", {"favor": 2, "against": 3}),
            Link(None, "public", "Toy Wire", "UN", {"favor": 1}),
            Link(None, "public", "Other Wire", "UN", {"favor": 1}),
            Link(None, "author", "Toy Wire", "AU", {"conditional": 1}),
        ]
    )

    assert edges == {
        ("Ana Oru", "UN"): Counter(favor=2, against=3),
        ("(public, unnamed)", "UN"): Counter(favor=2),
        ("Toy Wire (author)", "AU"): Counter(conditional=1),
    }
    shown = picture(edges, least=1)
    assert [(one.told, one.position) for one in shown.lines] == [
        ("3 against, 2 favor", "against"),
        ("2 favor", "favor"),
        ("1 conditional", "conditional"),
    ]
    assert shown.n_statements == 8


def test_weak_edges_are_left_out_with_the_nodes_that_hang_on_them_alone():
    edges = summed(links(5, 1))

    shown = picture(edges, least=2)

    assert [name for name, *_ in shown.speakers] == ["S0"]


@given(st.lists(st.integers(1, 9), max_size=300))
def test_the_threshold_that_is_chosen_leaves_few_lines_and_never_none(counts: list[int]):
    edges = summed(links(*counts))
    least = legible(edges)
    weights = [told.total() for told in edges.values()]

    shown = picture(edges, least=least)

    assert bool(shown.lines) == bool(counts)
    if least < max(weights, default=1):
        assert sum(weight >= least for weight in weights) <= MOST_LINES
    assert len(shown.speakers) <= MOST_NODES
    heights = [one[-1] for one in (*shown.speakers, *shown.actors)]
    assert all(0 < int(y) < shown.height for y in heights)
