"""The model card of a version: what it was made of, how good it is, what changed, what it can't do."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from labels.labelled_set import LabelledSet
from model.heads import Head
from model.manifest import ModelVersion
from model.tagger import Tagger
from training.evaluate import Evaluation
from training.figure_names import name_of
from training.gate import Hold, Promote

if TYPE_CHECKING:
    from training.retrain import Data

TOP_TERMS = 15

LIMITS = (
    "English news prose. Other languages are tagged, but nobody has measured how well.",
    "The labelled set is composed text: news of a conflict that it never saw is tagged less well "
    "than the figures here say. `stancewire evaluate` on coded articles of your own tells how well.",
    "A tag is a guess with a probability, not a fact about what somebody said: read the sentence "
    "before you quote it, and count with the intervals.",
    "Irony, and positions that only the wider context tells, are mostly missed.",
)


NOT_MEASURED = (
    "Not measured when it was made: `stancewire evaluate CODED.jsonl` measures it on articles of your "
    "own, and the next `stancewire retrain` beside its successor."
)
TWIN = "By a twin of this version, fitted in the same way without these documents."


def first_card(
    tagger: Tagger, fitted: LabelledSet, measured: Evaluation | None = None
) -> dict[str, Any]:
    """Return the card of a version that took nothing's place, as one JSON object.

    Args:
        tagger: the version.
        fitted: what it was fitted on.
        measured: its figures on documents that it was not fitted on, where there are any.
    """
    return {
        "data": {
            "sha256": fitted.sha256,
            "documents": len(fitted.documents),
            "sentences": fitted.n_sentences,
        },
        "measured": measured.to_json() if measured else None,
        "top_terms": {name: top_terms(head) for name, head in tagger.heads.items()},
        "limits": list(LIMITS),
    }


def card(
    tagger: Tagger,
    data: "Data",
    measured: Evaluation,
    decision: Promote | Hold,
    *,
    parent: ModelVersion | None,
) -> dict[str, Any]:
    """Return the card of a retrained version as one JSON object; `markdown` renders it.

    Args:
        tagger: the version.
        data: what it was fitted on and judged by.
        measured: its twin's figures on the held-out documents.
        decision: the gate's.
        parent: the version that served before, or None.
    """
    held = isinstance(decision, Hold)
    told = first_card(tagger, data.fitted, measured)
    told["data"] |= {
        "judged_sentences": data.n_judged,
        "held_out_documents": len(data.held_out),
        "held_out_sentences": sum(len(coded.sentences) for coded in data.held_out),
    }
    return told | {
        "how": TWIN,
        "gate": {
            "decision": "hold" if held else "promote",
            "reasons": list(decision.reasons) if isinstance(decision, Hold) else [],
            "differences": [one.to_json() for one in decision.differences],
        },
        "parent": None if parent is None else _parent(parent, data),
    }


def as_json(told: Mapping[str, Any]) -> bytes:
    """Return a card as the file that lies in its version's folder."""
    return json.dumps(told, indent=1).encode() + b"\n"


def _parent(parent: ModelVersion, data: "Data") -> dict[str, Any]:
    return {
        "id": parent.id,
        "data_sha256": parent.data_sha256,
        "more_documents": len(data.fitted.documents) - parent.n_documents,
        "more_sentences": data.fitted.n_sentences - parent.n_sentences,
    }


def top_terms(head: Head, n: int = TOP_TERMS) -> dict[str, list[dict[str, Any]]]:
    """Return the terms that speak most for each class, strongest first.

    Of a head of two classes, the first has the terms with the most negative weights.
    """
    names = head.pipeline.named_steps["views"].get_feature_names_out()
    weights = np.asarray(head.pipeline.named_steps["regression"].coef_, dtype=np.float64)
    if len(head.classes) == 2:
        weights = np.vstack([-weights[0], weights[0]])
    found = {}
    for label, row in zip(head.classes, weights, strict=True):
        order = np.argsort(-row, kind="stable")[:n]
        found[label] = [
            {"term": term, "view": view, "weight": round(float(row[i]), 4)}
            for i in order
            if row[i] > 0
            for view, term in [str(names[i]).split("__", 1)]
        ]
    return found


def markdown(version: ModelVersion, told: Mapping[str, Any]) -> str:
    """Render a card.

    Args:
        version: its manifest.
        told: what `card` returned; a version that was trained without one has only its manifest.
    """
    lines = [f"# Model card: {version.id}", ""]
    lines += _origin(version, told)
    measured = told.get("measured")
    if measured:
        lines += _figures(measured, told.get("how"))
        lines += _slices(measured)
        lines += _calibration(measured)
    else:
        lines += ["## Figures", "", NOT_MEASURED, ""]
    lines += _gate(told.get("gate"))
    lines += _terms(told.get("top_terms", {}))
    lines += ["## Known limits", ""]
    lines += [f"- {limit}" for limit in told.get("limits", LIMITS)]
    return "\n".join(lines) + "\n"


def _origin(version: ModelVersion, told: Mapping[str, Any]) -> list[str]:
    rows = [
        ("created", version.created),
        ("scheme", version.scheme.version),
        ("labelled set (sha256)", f"`{version.data_sha256}`"),
        ("documents", str(version.n_documents)),
        ("coded sentences", str(version.n_sentences)),
        ("seed", str(version.seed)),
    ]
    data, parent = told.get("data"), told.get("parent")
    if data and "judged_sentences" in data:
        rows.append(("of these from judgements", str(data["judged_sentences"])))
        held = f"{data['held_out_documents']} documents, {data['held_out_sentences']} sentences"
        rows.append(("held out for the figures", held))
    if parent:
        changes = (
            f"{parent['more_documents']:+d} documents, {parent['more_sentences']:+d} sentences"
        )
        rows.append((f"against its parent {parent['id']}", changes))
    rows += [(name, release) for name, release in version.libraries.items()]
    return ["## Made from", "", *_table(("", ""), rows), ""]


def _figures(measured: Mapping[str, Any], how: str | None) -> list[str]:
    rows = [
        (name_of(name), _number(one["value"]), f"{_number(one['low'])} - {_number(one['high'])}")
        for name, one in measured["figures"].items()
    ]
    where = f"On {measured['sentences']} sentences of {measured['documents']} held-out documents. {how or ''}"
    table = _table(("figure", "value", "95% interval"), rows)
    return [
        "## Figures",
        "",
        where.rstrip(),
        "",
        *table,
        "",
        *_confusion(measured["stance_confusion"]),
    ]


def _confusion(confusion: Mapping[str, Any]) -> list[str]:
    labels = confusion["labels"]
    rows = [(label, *map(str, row)) for label, row in zip(labels, confusion["counts"], strict=True)]
    return ["Stance, coded (rows) and tagged (columns):", "", *_table(("", *labels), rows), ""]


def _slices(measured: Mapping[str, Any]) -> list[str]:
    rows = [
        (
            one["name"],
            str(one["documents"]),
            str(one["sentences"]),
            _number(one["figures"].get("stance_macro_f1")),
            _number(one["figures"].get("speaker_type_acc")),
            _number(one["figures"].get("actors_micro_f1")),
        )
        for one in measured["slices"]
        if one["by"] == "conflict"
    ]
    if not rows:
        return []
    names = ("conflict", "documents", "sentences", "stance macro F1", "speaker type", "actors F1")
    return ["## By conflict", "", *_table(names, rows), ""]


def _calibration(measured: Mapping[str, Any]) -> list[str]:
    rows = [
        (
            f"{one['low']:.1f} - {one['high']:.1f}",
            str(one["n"]),
            _number(one["mean_score"]),
            _number(one["accuracy"]),
            "█" * round(20 * one["accuracy"]),
        )
        for one in measured["calibration"]
    ]
    names = ("score", "sentences", "mean score", "share right", "")
    told = "Where the score says 0.7, 7 of 10 stances should be right (drawn in reliability.svg)."
    return ["## Calibration", "", told, "", *_table(names, rows), ""]


def _gate(gate: Mapping[str, Any] | None) -> list[str]:
    if gate is None:
        return []
    rows = [
        (
            name_of(one["figure"]),
            _number(one["current"]),
            _number(one["candidate"]),
            f"{one['low']:+.3f} .. {one['high']:+.3f}",
        )
        for one in gate["differences"]
    ]
    names = ("figure", "parent", "this", "95% of the change")
    table = [*_table(names, rows), ""] if rows else ["Nothing served before it.", ""]
    why = [f"- {reason}" for reason in gate["reasons"]]
    return ["## Gate", "", f"Decision: **{gate['decision']}**", *why, "", *table]


def _terms(heads: Mapping[str, Any]) -> list[str]:
    lines = ["## Top terms", ""] if heads else []
    for head, classes in heads.items():
        rows = [
            (label, ", ".join(f"{_code(one['term'])} {one['weight']:.2f}" for one in terms))
            for label, terms in classes.items()
        ]
        lines += [f"### {head}", "", *_table(("class", "terms and weights"), rows), ""]
    return lines


def _code(term: str) -> str:
    return "`" + term.replace("`", "'").replace("|", "\\|") + "`"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    head = "| " + " | ".join(names) + " |"
    return [head, "|" + " --- |" * len(names), *("| " + " | ".join(row) + " |" for row in rows)]
