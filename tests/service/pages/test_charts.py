"""Charts count what there is, in spans that can be told apart."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from labels.scheme import Stance
from service.pages.charts import (
    DARK,
    MOST_BARS,
    Count,
    by_actor,
    learning_curve,
    over_time,
    who_wants_whom,
)
from service.pages.drawing import draw

MONDAY = date(2024, 1, 1)


def weeks(*numbers: int) -> list[Count]:
    return [
        {"week": (MONDAY + timedelta(weeks=n)).isoformat(), "stance": "favor", "count": 2}
        for n in numbers
    ]


@pytest.mark.parametrize(
    ("last", "unit"), [(0, "week"), (90, "week"), (300, "month"), (900, "year")]
)
def test_many_weeks_are_told_by_month_and_very_many_by_year(last: int, unit: str):
    spec = over_time(weeks(0, last))

    assert spec["title"]["text"] == f"Statements a {unit}"
    assert spec["title"]["subtitle"] == "n = 4 statements"


@given(st.lists(st.integers(0, 3000), max_size=60))
def test_whatever_the_span_every_statement_is_counted_once(numbers: list[int]):
    rows = over_time(weeks(*numbers))["data"]["values"]

    assert sum(row["count"] for row in rows) == 2 * len(numbers)
    assert len({row["from"] for row in rows}) <= MOST_BARS + 1
    assert all(row["from"] < row["until"] for row in rows)


def test_a_pair_leans_to_the_side_that_was_taken_more_often():
    said = [(Stance.FAVOR, 3), (Stance.AGAINST, 1)]
    counts: list[Count] = [
        {"speaker_type": "host_government", "actor": "UN", "stance": stance, "count": n}
        for stance, n in said
    ]

    (row,) = who_wants_whom(counts)["data"]["values"]

    assert row == {
        "speaker_type": "host government", "actor": "UN", "count": 4,
        "favor": 3, "conditional": 0, "against": 1, "leaning": 0.5,
    }  # fmt: skip


def test_the_actors_that_are_named_most_are_kept():
    counts: list[Count] = [
        {"actor": f"A{n:02}", "stance": "favor", "count": n} for n in range(1, 31)
    ]

    rows = by_actor(counts)["data"]["values"]

    assert sorted(row["actor"] for row in rows) == [f"A{n}" for n in range(16, 31)]


def test_charts_are_drawn_as_pictures_and_for_the_browser_on_either_ground():
    point = {
        "version": "v", "sentences": 400, "macro F1": 0.4, "low": 0.3, "high": 0.5,
        "measured on": "12 sentences",
    }  # fmt: skip
    spec = learning_curve([point], DARK)

    assert draw(spec, "svg").startswith(b"<svg")
    assert DARK.paper.encode() in draw(spec, "svg")
    assert draw(spec, "png").startswith(b"\x89PNG")
    assert b"vega/v" in draw(spec, "json")
