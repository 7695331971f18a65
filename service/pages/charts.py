"""Charts as Vega-Lite specifications: counts in, plain JSON out; nothing is drawn here.

Each chart says in its subtitle what number of statements it rests on.
"""

from collections.abc import Callable, Sequence
from typing import Any

from labels.scheme import Stance

Spec = dict[str, Any]
Count = dict[str, str | int | None]

STANCES = [Stance.FAVOR, Stance.CONDITIONAL, Stance.AGAINST]
# The colours of style.css, in the light ground's full strength; a shape or a place says it too.
COLOURS = ["#2f7fb5", "#8a5fb0", "#c8641f"]
UNKNOWN = "not known"
MOST_ACTORS = 15


def over_time(counts: Sequence[Count]) -> Spec:
    """Statements a week, by stance; `counts` by ("week", "stance")."""
    return _chart(
        "Statements a week",
        counts,
        {
            "mark": {"type": "bar", "tooltip": True},
            "encoding": {
                "x": {"field": "week", "type": "temporal", "timeUnit": "utcyearmonthdate",
                      "title": None, "axis": {"format": "%-d %b %Y", "labelOverlap": True}},
                "y": {"field": "count", "type": "quantitative", "title": "statements",
                      "axis": {"tickMinStep": 1}},
                "color": _by_stance(),
                "order": {"field": "stance", "sort": "descending"},
            },
        },
        height=200,
    )  # fmt: skip


def by_actor(counts: Sequence[Count]) -> Spec:
    """Statements about each actor, by stance; `counts` by ("actor", "stance")."""
    return _chart(
        "Whose intervention, with which stance",
        _most(counts, "actor"),
        {
            "mark": {"type": "bar", "tooltip": True},
            "encoding": {
                "y": {"field": "actor", "type": "nominal", "sort": "-x", "title": None},
                "x": {"field": "count", "type": "quantitative", "title": "statements",
                      "axis": {"tickMinStep": 1}},
                "color": _by_stance(),
            },
        },
        height={"step": 20},
    )  # fmt: skip


def who_wants_whom(counts: Sequence[Count]) -> Spec:
    """Speaker types against actors; `counts` by ("speaker_type", "actor")."""
    axes = {
        "x": {"field": "actor", "type": "nominal", "title": None},
        "y": {"field": "speaker_type", "type": "nominal", "title": None},
    }
    return _chart(
        "Who speaks about whose intervention",
        _most(counts, "actor"),
        {
            "encoding": axes,
            "layer": [
                {"mark": {"type": "rect", "tooltip": True},
                 "encoding": {"color": {"field": "count", "type": "quantitative",
                                        "scale": {"scheme": "blues"}, "legend": None}}},
                {"mark": "text",
                 "encoding": {"text": {"field": "count"},
                              "color": {"condition": {"test": "datum.count > data_max / 2",
                                                      "value": "white"}, "value": "black"}}},
            ],
            "params": [{"name": "data_max", "value": max(_numbers(counts), default=0)}],
        },
        height={"step": 26},
    )  # fmt: skip


CHARTS: dict[str, tuple[tuple[str, str], Callable[[Sequence[Count]], Spec]]] = {
    "over-time": (("week", "stance"), over_time),
    "by-actor": (("actor", "stance"), by_actor),
    "who-wants-whom": (("speaker_type", "actor"), who_wants_whom),
}


def _chart(title: str, counts: Sequence[Count], marks: Spec, *, height: int | Spec) -> Spec:
    n = sum(_numbers(counts))
    rows = [
        {key: UNKNOWN if value is None else value for key, value in row.items()} for row in counts
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {"text": title, "subtitle": f"n = {n:,}", "anchor": "start"},
        "data": {"values": rows},
        "width": 560,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": {"font": "system-ui, sans-serif", "view": {"stroke": None}},
        **marks,
    }


def _by_stance() -> Spec:
    return {
        "field": "stance",
        "type": "nominal",
        "scale": {"domain": [str(stance) for stance in STANCES], "range": COLOURS},
        "legend": {"title": None, "orient": "top"},
    }


def _numbers(counts: Sequence[Count]) -> list[int]:
    return [number for row in counts if isinstance(number := row["count"], int)]


def _most(counts: Sequence[Count], field: str) -> list[Count]:
    """Keep the rows of the values that are counted most."""
    totals: dict[str | int | None, int] = {}
    for row in counts:
        number = row["count"]
        totals[row[field]] = totals.get(row[field], 0) + (number if isinstance(number, int) else 0)
    kept = set(sorted(totals, key=lambda value: (-totals[value], str(value)))[:MOST_ACTORS])
    return [row for row in counts if row[field] in kept]
