"""What Label Studio asks and tells, in our words: predictions out, annotations in as judgements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from labels.document import Document
from labels.errors import StancewireError
from labels.exchange import label_studio
from labels.exchange.task import Task, read_time, suggest
from labels.judgement import Judgement, Kind
from model.tagger import Tagger
from service import intake
from service.contract import tagged_json
from service.judging import MachineTags, from_task

TOOL = "label-studio"
KEEPS = frozenset({"ANNOTATION_CREATED", "ANNOTATION_UPDATED", "ANNOTATIONS_CREATED"})
TAKES_BACK = frozenset({"ANNOTATION_DELETED", "ANNOTATIONS_DELETED"})
TRAINS = "START_TRAINING"


class NotLabelStudio(StancewireError):
    """A body that Label Studio doesn't send, or a project that isn't set up for stancewire.

    Attributes:
        field: what is at fault.
    """

    def __init__(self, field: str, wanted: str) -> None:
        self.field = field
        super().__init__(f"{field}: {wanted}")


def predictions(tagger: Tagger, tasks: Sequence[object], *, max_chars: int) -> list[dict[str, Any]]:
    """Return one prediction a task, in order; a task without an article gets an empty one.

    Each names its version: Label Studio would store it as "undefined" otherwise, and asks again
    only for tasks that hold no prediction of the version that serves.
    """
    articles = [_article(task, max_chars=max_chars) for task in tasks]
    tagged = iter(tagger.tag([article for article in articles if article is not None]))
    empty = {"model_version": tagger.version, "score": 0.0, "result": []}
    return [
        empty if article is None else _prediction(article, tagged_json(next(tagged)))
        for article in articles
    ]


def _prediction(article: Document, tagged: dict[str, Any]) -> dict[str, Any]:
    suggestions = suggest(tagged, article).suggestions
    return {
        "model_version": tagged["model"],
        # The least certain sentence decides when tasks are sorted by score.
        "score": min((s.score for s in suggestions if s.score is not None), default=0.0),
        "result": label_studio.result(article.text, suggestions),
    }


def _article(task: object, *, max_chars: int) -> Document | None:
    data = task.get("data") if isinstance(task, Mapping) else None
    if not isinstance(task, Mapping) or not isinstance(data, Mapping):
        return None
    known = {key: value for key, value in data.items() if isinstance(value, str) and value}
    try:
        return intake.document({**known, "id": identity(task)}, max_chars=max_chars)
    except StancewireError:
        return None


def identity(task: Mapping[str, Any]) -> str:
    """Return the article's own id where the task's data has one, else one made of the task's."""
    data = task.get("data")
    own = data.get("id") if isinstance(data, Mapping) else None
    return str(own) if own else f"label-studio-{task.get('id')}"


@dataclass(frozen=True, slots=True)
class Annotated:
    """One annotation of a webhook.

    Attributes:
        note: which annotation it is, as its judgements' note says it.
        task: the article with the annotation's codings; None where it was deleted.
        seen: the version whose prediction the coder started from, where the tool tells.
    """

    note: str
    task: Task | None
    seen: str | None


def annotated(raw: Mapping[str, Any]) -> list[Annotated]:
    """Read a webhook of a kept or deleted annotation, or of several.

    Raises:
        NotLabelStudio: it isn't one.
        InvalidDocument: the task holds no article.
        InvalidCoding: a region can't be read.
    """
    listed = raw.get("annotations") or [raw.get("annotation")]
    found = []
    for annotation in listed if isinstance(listed, list) else [None]:
        if not isinstance(annotation, Mapping):
            raise NotLabelStudio("annotation", "must be an object")
        note = _note(raw.get("project"), annotation)
        if raw["action"] in TAKES_BACK:
            found.append(Annotated(note, None, None))
            continue
        task = raw.get("task") or annotation.get("task")
        if not isinstance(task, Mapping) or not isinstance(task.get("data"), Mapping):
            raise NotLabelStudio("task", "must be an object with its data")
        found.append(Annotated(note, _task(task, annotation), _seen(annotation)))
    return found


def _task(task: Mapping[str, Any], annotation: Mapping[str, Any]) -> Task:
    data = {**task["data"], "id": identity(task)}
    read = label_studio.from_json({**task, "data": data, "annotations": [annotation]})
    # An update says when it was made, or it would not come after what it changes.
    at = read_time(annotation.get("updated_at"))
    timed = tuple(replace(one, coded_at=at or one.coded_at) for one in read.codings)
    return replace(read, codings=timed, suggestions=())


def _note(project: object, annotation: Mapping[str, Any]) -> str:
    number = project.get("id") if isinstance(project, Mapping) else annotation.get("project")
    return f"project {number}, annotation {annotation.get('id')}"


def _seen(annotation: Mapping[str, Any]) -> str | None:
    prediction = annotation.get("prediction")
    version = prediction.get("model_version") if isinstance(prediction, Mapping) else None
    return version if isinstance(version, str) else None


def judgements_of(
    one: Annotated,
    before: Iterable[Judgement],
    *,
    now: datetime,
    machine: MachineTags | None,
) -> list[Judgement]:
    """Make judgements of an annotation; what it held before and doesn't hold now is withdrawn.

    Args:
        one: the annotation.
        before: standing judgements.
        now: the time, for withdrawals and codings without one.
        machine: what the machine had said of the article.

    Raises:
        InvalidJudgement: a coding can't be kept.
    """
    told: list[Judgement] = []
    if one.task is not None:
        made = from_task(one.task, tool=TOOL, now=now, coder=TOOL, machine=machine)
        told = [replace(judgement, note=one.note) for judgement in made]
    places = {judgement.place for judgement in told}
    gone = [
        judgement
        for judgement in before
        if judgement.tool == TOOL and judgement.note == one.note and judgement.place not in places
    ]
    return told + [_withdrawn(judgement, now) for judgement in gone]


def _withdrawn(judgement: Judgement, now: datetime) -> Judgement:
    return replace(
        judgement, kind=Kind.WITHDRAWAL, coding=None, coded=(), said=None,
        made_at=now.isoformat(), supersedes=None,
    )  # fmt: skip
