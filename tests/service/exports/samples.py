"""Tagged documents written by hand, in the form of the contract."""

import json
from pathlib import Path
from typing import Any

NAMES = {"RUS": "Russia", "UN": "United Nations", "AU": "African Union", "UNSPECIFIED": "outside"}


def said(
    stance: str,
    speaker: str | None,
    *actors: str,
    type: str = "foreign_government",
    text: str = "",
    score: float = 0.8,
    actor_score: float = 0.9,
    abstain: bool = False,
) -> dict[str, Any]:
    """One tagged sentence; offsets are filled in by `tagged`."""
    rest = round((1 - score) / 3, 6)
    labels = ("favor", "against", "conditional", "none")
    return {
        "text": text or f"{speaker or 'We'} said {stance}.",
        "stance": {
            "label": stance,
            "score": score,
            "scores": {label: score if label == stance else rest for label in labels},
            "abstain": abstain,
        },
        "speaker": {
            "type": type if speaker else "author",
            "score": 0.95,
            "name": speaker,
            "start": None,
            "end": None,
            "carried": True,
        },
        "proposed_actors": [
            {
                "id": actor,
                "name": NAMES[actor],
                "score": actor_score,
                "start": 0,
                "end": 1,
                "text": "x",
                "carried": False,
            }
            for actor in actors
        ],
    }


def tagged(id: str, *sentences: dict[str, Any], **document: str) -> dict[str, Any]:
    """A tagged document; sentences follow each other with a blank between them."""
    place, placed = 0, []
    for sentence in sentences:
        end = place + len(sentence["text"])
        placed.append({"start": place, "end": end, **sentence})
        place = end + 1
    out: dict[str, Any] = {"id": id, "model": "v1", "scheme": "1.3", "sentences": placed}
    return {**out, "document": document} if document else out


def write(path: Path, *documents: dict[str, Any]) -> Path:
    """A file of tagged documents."""
    lines = [json.dumps(document, ensure_ascii=False) + "\n" for document in documents]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def press() -> tuple[dict[str, Any], ...]:
    """Three dated articles and a copy of the first, enough for every format to show something."""
    first = (
        said("favor", "Ana Costa", "UN", text="Ana Costa 🕊️ asked the UN to come.", type="expert"),
        said("none", None, text="It rained."),
        said("against", "Bello", "RUS", "UN", text="Bello wants no Russian or UN troops."),
    )
    return (
        tagged(
            "d1", *first, title="Calls", publisher="Post", published="2026-01-05", url="u:1",
            host="MLI", duplicate_group="g1",
        ),
        tagged("d2", *first, title="Calls", publisher="Copy", published="2026-01-06", duplicate_group="g1"),
        tagged(
            "d3",
            said("conditional", "Ana Costa", "RUS", type="expert"),
            said("favor", "Bello", "UN"),
            title="Later",
            publisher="Post",
            published="2026-03-10T23:30:00-02:00",
        ),
        tagged("d4", said("against", None, text="This is ours alone."), publisher="Post"),
    )  # fmt: skip
