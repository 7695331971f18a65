"""Label Studio's JSON: regions that mark sentences, with choices and text areas on each.

The labelling configuration is labels/data/label_studio.xml. Offsets in the JSON are code points:
Label Studio translates its browser's UTF-16 units since 1.4; older exports are recognised by the
text that each region repeats.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any

from labels.document import OPTIONAL_TEXT, Document
from labels.durable import replacing_text
from labels.errors import InvalidCoding
from labels.exchange.files import OnError, known_fields, placing, refuse
from labels.exchange.offsets import Utf16Offsets
from labels.exchange.task import (
    InvalidExchange,
    SentenceCoding,
    Task,
    check_span,
    read_coding,
    read_time,
)
from labels.scheme import CODEBOOK, Scheme

TOOL = "Label Studio"
TEXT, SENTENCE = "text", "sentence"
CHOICES = ("stance", "speaker_type")
TEXT_AREAS = ("speaker", "proposed_actors")


def config() -> str:
    """Return the labelling configuration (XML) that `result` and `codings` belong to."""
    return (resources.files("labels") / "data" / "label_studio.xml").read_text(encoding="utf-8")


def result(text: str, coded: Iterable[SentenceCoding]) -> list[dict[str, Any]]:
    """Return the regions of an annotation or a prediction.

    Args:
        text: the document's text, as the task shows it.
        coded: sentences with their codings; a score goes onto the region's stance.
    """
    regions = []
    for item in coded:
        span = {"start": item.start, "end": item.end, "text": text[item.start : item.end]}
        coding = item.coding
        named: dict[str, Any] = {"id": f"s{item.start}-{item.end}", "to_name": TEXT}
        regions.append(
            {
                **named,
                "from_name": SENTENCE,
                "type": "labels",
                "value": {**span, "labels": ["Sentence"]},
            }
        )
        stance: dict[str, Any] = {
            **named,
            "from_name": "stance",
            "type": "choices",
            "value": {**span, "choices": [coding.stance]},
        }
        regions.append(stance if item.score is None else {**stance, "score": item.score})
        if coding.speaker_type is not None:
            value = {**span, "choices": [coding.speaker_type]}
            regions.append(
                {**named, "from_name": "speaker_type", "type": "choices", "value": value}
            )
        areas = zip(TEXT_AREAS, ([coding.speaker], coding.proposed_actors), strict=True)
        for name, entries in areas:
            if listed := [entry for entry in entries if entry]:
                value = {**span, "text": listed}
                regions.append({**named, "from_name": name, "type": "textarea", "value": value})
    return regions


def codings(
    text: str,
    regions: Sequence[object],
    *,
    coder: str | None = None,
    coded_at: str | None = None,
    tool_ids: Mapping[str, int | str] | None = None,
    scheme: Scheme = CODEBOOK,
) -> tuple[SentenceCoding, ...]:
    """Read the regions of one annotation or prediction, in the order of the text.

    Raises:
        InvalidCoding: a region without a stance, with a value that the scheme doesn't know, or
            whose place isn't where its text stands.
    """
    found: dict[str, dict[str, Any]] = {}
    for region in regions:
        if not isinstance(region, Mapping) or not isinstance(region.get("value"), Mapping):
            continue  # relations between regions, say
        name, value = region.get("from_name"), region["value"]
        if name not in (SENTENCE, *CHOICES, *TEXT_AREAS):
            continue
        fields = found.setdefault(str(region.get("id")), {})
        fields.setdefault("start", value.get("start"))
        fields.setdefault("end", value.get("end"))
        if isinstance(value.get("text"), str) and name not in TEXT_AREAS:
            fields["said"] = value["text"]
        if name in CHOICES and value.get("choices"):
            fields[name] = value["choices"][0]
        if name == "stance" and isinstance(region.get("score"), int | float):
            fields["score"] = float(region["score"])
        if name in TEXT_AREAS:
            entries = value.get("text") or []
            entries = [entries] if isinstance(entries, str) else entries
            fields[name] = entries if name == "proposed_actors" else " ".join(entries).strip()
    coded = []
    for identity, fields in found.items():
        try:
            start, end = _place(text, fields)
            coding = read_coding(fields, scheme)
        except InvalidCoding as error:
            raise InvalidCoding(error.reason, field=f"region {identity}.{error.field}") from error
        coded.append(
            SentenceCoding(
                start, end, coding, coder, coded_at, fields.get("score"), dict(tool_ids or {})
            )
        )
    return tuple(sorted(coded, key=lambda item: (item.start, item.end)))


def _place(text: str, fields: Mapping[str, Any]) -> tuple[int, int]:
    """Find a region's place by its offsets and the text that it repeats; cut blanks at its ends."""
    start, end, said = fields.get("start"), fields.get("end"), fields.get("said")
    if type(start) is int and type(end) is int and said is not None:
        units = Utf16Offsets(text)
        places = [(start, end), (units.code_points(start), units.code_points(end))]
        fitting = [(s, e) for s, e in places if _seen(text[s:e]) == _seen(said)]
        if not fitting:
            raise InvalidCoding(f"[{start}, {end}) of the task isn't {said!r}", field="start")
        start, end = fitting[0]
    start, end = check_span(text, start, end)
    piece = text[start:end]
    if not piece.strip():
        raise InvalidCoding(f"[{start}, {end}) holds nothing but blanks", field="start")
    return end - len(piece.lstrip()), start + len(piece.rstrip())


def _seen(text: str) -> str:
    """What is visible of a text: Label Studio writes line breaks as a backslash and an n."""
    return "".join(text.replace("\\n", "\n").split())


def to_json(task: Task) -> dict[str, Any]:
    """Return the task as Label Studio imports it: suggestions become one prediction a version.

    A coder's name goes out as the e-mail address of a Label Studio user; Label Studio refuses
    annotations of users that it doesn't have.
    """
    document = task.document
    out: dict[str, Any] = {
        "data": {"id": document.id, "text": document.text, "title": "", **known_fields(document)}
    }
    annotations, predictions = [], []
    for (coder, coded_at, keys), group in groupby(task.codings, key=_session):
        entry: dict[str, Any] = {"result": result(document.text, group)}
        if coder is not None:
            entry["completed_by"] = {"email": coder}
        if coded_at is not None:
            entry["created_at"] = coded_at
        ids = dict(keys)
        if "annotation" in ids:
            entry["id"] = ids["annotation"]
        if "task" in ids:
            out["id"] = ids["task"]
        annotations.append(entry)
    for (version, _, _), group in groupby(task.suggestions, key=_session):
        listed = list(group)
        scores = [item.score for item in listed if item.score is not None]
        predictions.append(
            {
                "model_version": version or "unknown",
                # The least certain sentence decides when tasks are sorted by score.
                "score": min(scores, default=0.0),
                "result": result(document.text, listed),
            }
        )
    return out | {"annotations": annotations, "predictions": predictions}


def _session(item: SentenceCoding) -> tuple[str | None, str | None, tuple[tuple[str, Any], ...]]:
    return item.coder, item.coded_at, tuple(sorted(item.tool_ids.items()))


def from_json(raw: object, scheme: Scheme = CODEBOOK) -> Task:
    """Read one exported task; cancelled annotations are passed over.

    Raises:
        InvalidDocument: the task's data holds no article.
        InvalidCoding: a region can't be read.
    """
    task = raw if isinstance(raw, Mapping) else {}
    data = task.get("data")
    fields = dict(data) if isinstance(data, Mapping) else {}
    identity = fields.get("id") or task.get("id")
    known = {key: fields.get(key) or None for key in OPTIONAL_TEXT}
    document = Document.from_json({"id": identity, "text": fields.get("text"), **known})
    coded: list[SentenceCoding] = []
    for entry in task.get("annotations") or []:
        if entry.get("was_cancelled"):
            continue
        ids = {"task": task.get("id"), "annotation": entry.get("id")}
        coded += codings(
            document.text,
            entry.get("result") or [],
            coder=_person(entry.get("completed_by")),
            coded_at=read_time(entry.get("created_at")),
            tool_ids={key: value for key, value in ids.items() if value is not None},
            scheme=scheme,
        )
    suggested: list[SentenceCoding] = []
    for entry in task.get("predictions") or []:
        if isinstance(entry, Mapping):  # slim exports list numbers only
            suggested += codings(
                document.text,
                entry.get("result") or [],
                coder=entry.get("model_version"),
                scheme=scheme,
            )
    return Task(document, tuple(coded), tuple(suggested))


def _person(completed_by: object) -> str | None:
    if isinstance(completed_by, Mapping):
        named = completed_by.get("email") or completed_by.get("username") or completed_by.get("id")
        return None if named is None else str(named)
    return None if completed_by is None else str(completed_by)


def read(path: Path, *, on_error: OnError | None = None) -> Iterator[Task]:
    """Read an exported file (the form "JSON"): one array of tasks, read at once.

    Raises:
        InvalidExchange: the file isn't such an array; a task is at fault and `on_error` is None.
    """
    try:
        tasks = json.loads(path.read_bytes())
    except ValueError as error:
        raise InvalidExchange(TOOL, path.name, f"not JSON: {error}") from error
    if not isinstance(tasks, list):
        refuse(InvalidExchange(TOOL, path.name, "must be a list of tasks"), None)
    for number, raw in enumerate(tasks, 1):
        with placing(TOOL, f"task {number}", on_error):
            yield from_json(raw)


def write(tasks: Iterable[Task], path: Path) -> None:
    """Write tasks for import, one after the other."""
    with replacing_text(path) as file:
        file.write("[")
        for number, task in enumerate(tasks):
            file.write(",\n" if number else "\n")
            file.write(json.dumps(to_json(task), ensure_ascii=False))
        file.write("\n]\n")
