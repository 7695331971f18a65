"""Charts as Vega-Lite specifications: counts in, plain JSON out; nothing is drawn here.

Each chart says in its subtitle what number of statements it rests on.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from labels.scheme import SpeakerType, Stance

Spec = dict[str, Any]
Count = dict[str, str | int | None]

STANCES = [Stance.FAVOR, Stance.CONDITIONAL, Stance.AGAINST]
UNKNOWN = "not known"
MOST_ACTORS = 15
# By actor a statement counts once for each that it names.
MENTIONS = f"mentions in statements, of the {MOST_ACTORS} actors named most"
# More bars than this are too thin to tell their colours apart.
MOST_BARS = 110


@dataclass(frozen=True, slots=True)
class Ground:
    """Colours for one of the two grounds, like those of style.css; `on_colour` is for words on a mark."""

    paper: str
    ink: str
    soft: str
    line: str
    on_colour: str
    stances: tuple[str, str, str]


LIGHT = Ground(
    "#ffffff", "#1c1b19", "#5c5a55", "#e4e1da", "#1c1b19", ("#2f7fb5", "#8a5fb0", "#c8641f")
)
DARK = Ground(
    "#21201d", "#ecebe7", "#a9a69e", "#3a3934", "#161614", ("#5fb0e3", "#b48ddb", "#ef9058")
)
GROUNDS = {"light": LIGHT, "dark": DARK}


def over_time(counts: Sequence[Count], ground: Ground = LIGHT) -> Spec:
    """Statements by stance a week, or a month or a year where the weeks are too many.

    `counts` by ("week", "stance").
    """
    unit, rows = _spans(counts)
    return _chart(
        f"Statements a {unit}",
        rows,
        ground,
        {
            "mark": {"type": "bar", "tooltip": True, "binSpacing": 1},
            "encoding": {
                "x": {"field": "from", "type": "temporal", "title": None, "bin": "binned",
                      "axis": {"labelOverlap": True, "tickCount": 8, "grid": False}},
                "x2": {"field": "until"},
                "y": {"field": "count", "type": "quantitative", "title": "statements",
                      "stack": "zero", "axis": {"tickMinStep": 1}},
                "color": _by_stance(ground),
                "order": {"field": "stance", "sort": "descending"},
            },
        },
        height=220,
    )  # fmt: skip


def by_actor(counts: Sequence[Count], ground: Ground = LIGHT) -> Spec:
    """Statements about each actor, by stance; `counts` by ("actor", "stance")."""
    return _chart(
        "Whose intervention, with which stance",
        _most(counts, "actor"),
        ground,
        {
            "mark": {"type": "bar", "tooltip": True},
            "encoding": {
                "y": {"field": "actor", "type": "nominal", "sort": "-x", "title": None},
                "x": {"field": "count", "type": "quantitative", "title": "statements",
                      "axis": {"tickMinStep": 1}},
                "color": _by_stance(ground),
                "order": {"field": "stance", "sort": "descending"},
            },
        },
        height={"step": 22},
        counted=MENTIONS,
    )  # fmt: skip


def who_wants_whom(counts: Sequence[Count], ground: Ground = LIGHT) -> Spec:
    """Speaker types against actors: how many statements, and to which side they lean.

    `counts` by ("speaker_type", "actor", "stance").
    """
    rows = _leaning(_most(counts, "actor"))
    against, favor = ground.stances[2], ground.stances[0]
    axes = {
        "x": {"field": "actor", "type": "nominal", "title": None,
              "sort": {"field": "count", "op": "sum", "order": "descending"},
              "axis": {"labelAngle": -45}},
        "y": {"field": "speaker_type", "type": "nominal", "title": None,
              "sort": [kind.replace("_", " ") for kind in SpeakerType]},
    }  # fmt: skip
    tooltip = [
        {"field": field} for field in ("speaker_type", "actor", *STANCES, "count", "leaning")
    ]
    return _chart(
        "Who wants whom",
        rows,
        ground,
        {
            "encoding": axes,
            "layer": [
                {"mark": {"type": "rect", "stroke": ground.paper, "strokeWidth": 2},
                 "encoding": {
                     "color": {"field": "leaning", "type": "quantitative",
                               "scale": {"domain": [-1, 0, 1],
                                         "range": [against, ground.line, favor]},
                               "legend": {"title": "against to favor", "orient": "top",
                                          "gradientLength": 160, "titleOrient": "left",
                                          "titleFontWeight": "normal"}},
                     "tooltip": tooltip}},
                {"mark": {"type": "text", "tooltip": True},
                 "encoding": {"text": {"field": "count"},
                              "color": {"value": ground.ink, "condition": {
                                  "test": "abs(datum.leaning) > 0.4",
                                  "value": ground.on_colour}}, "tooltip": tooltip}},
            ],
        },
        height={"step": 26},
        counted=MENTIONS,
    )  # fmt: skip


Draw = Callable[[Sequence[Count], Ground], Spec]

CHARTS: dict[str, tuple[tuple[str, ...], Draw]] = {
    "over-time": (("week", "stance"), over_time),
    "by-actor": (("actor", "stance"), by_actor),
    "who-wants-whom": (("speaker_type", "actor", "stance"), who_wants_whom),
}


def learning_curve(points: Sequence[Mapping[str, Any]], ground: Ground = LIGHT) -> Spec:
    """How good versions are, by how many coded sentences they were fitted on.

    Args:
        points: one a version: "version", "sentences", "macro F1", "low", "high", and "measured
            on", which is the same for versions that may be compared.
        ground: to draw on.
    """
    x = {"field": "sentences", "type": "quantitative", "title": "coded sentences fitted on",
         "scale": {"zero": False, "padding": 20}}  # fmt: skip
    colour = {"field": "measured on", "type": "nominal",
              "legend": {"orient": "top", "title": "measured on"}}  # fmt: skip
    y = {"field": "macro F1", "type": "quantitative", "title": "stance, macro F1",
         "scale": {"zero": False}}  # fmt: skip
    spec = _chart(
        "Learning curve",
        [dict(point) for point in points],
        ground,
        {
            "encoding": {"x": x, "color": colour},
            "layer": [
                {"mark": {"type": "line", "strokeDash": [4, 3]}, "encoding": {"y": y}},
                {"mark": {"type": "rule", "strokeWidth": 2},
                 "encoding": {"y": {"field": "low", "type": "quantitative"},
                              "y2": {"field": "high"}}},
                {"mark": {"type": "point", "filled": True, "size": 80, "tooltip": {"content": "data"}},
                 "encoding": {"y": y}},
            ],
        },
        height=220,
    )  # fmt: skip
    spec["title"]["subtitle"] = f"n = {len(points)} versions; lines are 95% intervals"
    return spec


def _chart(
    title: str,
    rows: Sequence[Mapping[str, Any]],
    ground: Ground,
    marks: Spec,
    *,
    height: int | Spec,
    counted: str = "statements",
) -> Spec:
    n = sum(_numbers(rows))
    told = [{key: UNKNOWN if one is None else one for key, one in row.items()} for row in rows]
    text = {"labelColor": ground.soft, "titleColor": ground.soft, "labelFontSize": 12}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {
            "text": title, "subtitle": f"n = {n:,} {counted}", "anchor": "start",
            "color": ground.ink, "subtitleColor": ground.soft, "fontSize": 15, "offset": 8,
            "subtitleFontSize": 12,
        },
        "data": {"values": told},
        "width": 560,
        "height": height,
        "background": ground.paper,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": {
            "font": "system-ui, sans-serif",
            "view": {"stroke": None},
            "axis": {**text, "gridColor": ground.line, "domainColor": ground.line,
                     "tickColor": ground.line, "titleFontWeight": "normal"},
            "legend": text,
        },
        **marks,
    }  # fmt: skip


def _by_stance(ground: Ground) -> Spec:
    return {
        "field": "stance",
        "type": "nominal",
        "scale": {"domain": [str(stance) for stance in STANCES], "range": list(ground.stances)},
        "legend": {"title": None, "orient": "top"},
    }


def _spans(counts: Sequence[Count]) -> tuple[str, list[dict[str, Any]]]:
    """Add weeks up to spans of which a chart holds all; return their unit, and the rows."""
    mondays = [date.fromisoformat(str(row["week"])) for row in counts]
    if not mondays:
        return "week", []
    days = (max(mondays) - min(mondays)).days
    per_bar = days / MOST_BARS
    unit = "week" if per_bar <= 7 else "month" if per_bar <= 30 else "year"
    summed: Counter[tuple[date, str]] = Counter()
    for monday, row in zip(mondays, counts, strict=True):
        summed[_first(monday, unit), str(row["stance"])] += _number(row)
    return unit, [
        {
            "from": first.isoformat(), "until": _after(first, unit).isoformat(),
            "stance": stance, "count": n,
        }
        for (first, stance), n in sorted(summed.items())
    ]  # fmt: skip


def _first(day: date, unit: str) -> date:
    """Return the first day of the span in which a Monday lies."""
    return {"week": day, "month": day.replace(day=1), "year": day.replace(day=1, month=1)}[unit]


def _after(first: date, unit: str) -> date:
    """Return the first day of the following span."""
    days = {"week": 7, "month": 31, "year": 366}[unit]
    return _first(first + timedelta(days=days), unit)


def _leaning(counts: Sequence[Count]) -> list[dict[str, Any]]:
    """Return a row for each pair: its count of each stance, and the balance from -1 to 1."""
    pairs: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in counts:
        kind = UNKNOWN if row["speaker_type"] is None else str(row["speaker_type"])
        pairs[kind.replace("_", " "), str(row["actor"])][str(row["stance"])] += _number(row)
    return [
        {
            "speaker_type": kind, "actor": actor, "count": told.total(),
            **{str(stance): told[stance] for stance in STANCES},
            "leaning": round((told[Stance.FAVOR] - told[Stance.AGAINST]) / told.total(), 2),
        }
        for (kind, actor), told in pairs.items()
    ]  # fmt: skip


def _number(row: Mapping[str, Any]) -> int:
    count = row.get("count")
    return count if isinstance(count, int) else 0


def _numbers(counts: Sequence[Mapping[str, Any]]) -> list[int]:
    return [_number(row) for row in counts]


def _most(counts: Sequence[Count], field: str) -> list[Count]:
    """Keep the rows of the values that are counted most."""
    totals: Counter[str | int | None] = Counter()
    for row in counts:
        totals[row[field]] += _number(row)
    kept = set(sorted(totals, key=lambda value: (-totals[value], str(value)))[:MOST_ACTORS])
    return [row for row in counts if row[field] in kept]
