"""The form by which a person codes one sentence: what it shows, and what is kept of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import Request

from labels.codebook import rules
from labels.document import Document
from labels.judgement import InvalidJudgement, Kind, Place
from labels.scheme import SpeakerType, Stance
from model.tagger import Tagger
from service import judging, label_desk
from service.api.documents import store_of

CODER = "stancewire_coder"
YEAR_S = 365 * 24 * 3600
TOOL = "page"

# Initials where they are free; s skips, u takes back, n and t go to the fields of names.
SPEAKER_KEYS = {
    SpeakerType.HOST_GOVERNMENT: "h",
    SpeakerType.FOREIGN_GOVERNMENT: "f",
    SpeakerType.INTERGOVERNMENTAL: "i",
    SpeakerType.OPPOSITION: "o",
    SpeakerType.CIVIL_SOCIETY: "c",
    SpeakerType.EXPERT: "e",
    SpeakerType.PUBLIC: "p",
    SpeakerType.AUTHOR: "a",
}


def choices(sentences: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the form offers beside the sentence: labels, their rules, the article's names."""
    named = (one["speaker"]["name"] for one in sentences if one.get("speaker"))
    return {
        "stances": list(Stance),
        "speaker_keys": SPEAKER_KEYS,
        "rules": rules(),
        "names": sorted({name for name in named if name}),
    }


def place(form: Mapping[str, str]) -> Place:
    """Return which sentence a form is about.

    Raises:
        InvalidJudgement: it doesn't say.
    """
    start, end = form.get("start", ""), form.get("end", "")
    # No text is so long that its offsets have ten digits.
    if not (start.isdecimal() and end.isdecimal() and len(start + end) < 20):
        raise InvalidJudgement("the form doesn't say which sentence it is about", field="start")
    return form.get("document", ""), int(start), int(end)


def coding(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the coding that a form holds."""
    kind = form.get("speaker_type", "")
    named = form.get("speaker", "").strip() if kind != SpeakerType.AUTHOR else ""
    actors = form.get("proposed_actors", "").upper().replace(",", " ").split()
    return {
        "stance": form.get("stance", ""),
        "speaker_type": kind or None,
        "speaker": named or None,
        "proposed_actors": actors,
    }


def keep(
    request: Request,
    document: Document,
    form: Mapping[str, str],
    *,
    coder: str,
    kind: Kind,
    at: Place,
) -> None:
    """Keep what a coder says of one sentence, beside what the machine that serves says.

    Raises:
        InvalidJudgement: it can't be kept; the reason says why.
        JudgedTextChanged: the article was judged with another text.
    """
    now = datetime.now(UTC)
    item: dict[str, Any] = {"start": at[1], "end": at[2], "kind": kind, "tool": TOOL}
    machine = None
    if kind is Kind.CODING:
        item |= coding(form) | {"note": form.get("note", "").strip()}
        tagger: Tagger = request.app.state.current.get()
        machine = judging.machine_tags(tagger, [document])[document.id]
    told = judging.from_request(
        {"sentences": [item]}, document, now=now, coder=coder, machine=machine
    )
    label_desk.keep(store_of(request), [document], told, now=now)
