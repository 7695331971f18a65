"""What people have labelled, read from the store and settled: commands, pages and HTTP share it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from labels.agreement import disagreements
from labels.document import Document
from labels.judgement import InvalidJudgement, Judgement, Kind, Place, standing
from labels.labelled_set import CodedDocument, LabelledSet, read as read_set, shipped
from labels.scheme import CODEBOOK
from labels.settlement import Settled, coded_documents, settle
from service.judging import UNNAMED, from_request
from service.settings import Settings
from service.store import Store, documents
from service.store.judgements import (
    Appended,
    UnjudgedDocument,
    append,
    count_by,
    documents_of,
    keep_documents,
    read,
)
from training.active import is_audit


def keep(
    store: Store, articles: Iterable[Document], told: Sequence[Judgement], *, now: datetime
) -> Appended:
    """Keep judged articles and judgements, all of them or none.

    Raises:
        JudgedTextChanged: an article is known with another text.
    """
    with store.write() as connection:
        keep_documents(connection, articles)
        return append(connection, told, now=now)


def known_document(connection: sa.Connection, key: str) -> Document | None:
    """Return an article that was judged, or else one that the service keeps; None if neither."""
    judged = documents_of(connection, [key]).get(key)
    if judged is not None:
        return judged
    try:
        return documents.as_document(documents.find(connection, key))
    except documents.DocumentUnknown:
        return None


def known_documents(connection: sa.Connection) -> dict[str, Document]:
    """Return all articles that were judged or are kept, by id."""
    kept = {document.id: document for document in documents.every(connection)}
    return kept | documents_of(connection)


def settled(connection: sa.Connection) -> tuple[tuple[Settled, ...], dict[str, Document]]:
    """Return every judged sentence as it is settled, and the articles."""
    return settle(read(connection)), documents_of(connection)


@dataclass(frozen=True, slots=True)
class Judged:
    """The settled codings as labelled documents, the audit share apart.

    Attributes:
        fitting: what versions may be fitted on.
        audit: the test set on which no version is ever fitted.
        until: running number of the newest judgement that went in.
    """

    fitting: tuple[CodedDocument, ...]
    audit: tuple[CodedDocument, ...]
    until: int


def judged(connection: sa.Connection, *, until: int) -> Judged:
    """Return what people have settled, as labelled documents."""
    told, articles = settled(connection)
    coded = coded_documents(told, articles)
    return Judged(
        fitting=tuple(c for c in coded if not is_audit(c.document.id)),
        audit=tuple(c for c in coded if is_audit(c.document.id)),
        until=until,
    )


def stats(connection: sa.Connection) -> dict[str, Any]:
    """Count what people have labelled: per coder, kind, tool, stance and verdict."""
    told, articles = settled(connection)
    verdicts = Counter(str(one.verdict) for one in told)
    stances = Counter(one.coding.stance for one in told if one.coding)
    return {
        "documents": len(articles),
        "sentences": len(told),
        "audit_sentences": sum(is_audit(one.place[0]) for one in told),
        "verdicts": dict(sorted(verdicts.items())),
        "stances": dict(sorted(stances.items())),
        "by_coder": count_by(connection, "coder"),
        "by_kind": count_by(connection, "kind"),
        "by_tool": count_by(connection, "tool"),
    }


def adjudicate(
    store: Store,
    place: Place,
    *,
    by: str,
    take: str | None,
    changes: Mapping[str, Any],
    note: str,
    now: datetime,
) -> Judgement:
    """Decide on one sentence: one coder's coding, or a new one, with some fields changed.

    Raises:
        UnjudgedDocument: nobody judged the article.
        InvalidJudgement: that coder didn't code the sentence, or the result breaks the scheme.
    """
    with store.read() as connection:
        article = documents_of(connection, [place[0]]).get(place[0])
        judgements = standing(read(connection, documents=[place[0]]))
    if article is None:
        raise UnjudgedDocument(place[0])
    taken = next((one for one in judgements if one.place == place and one.coder == take), None)
    if take is not None and taken is None:
        raise InvalidJudgement(f"{take!r} has no coding of this sentence", field="take")
    coding = taken.coding.to_json() if taken and taken.coding else {}
    raw = {"sentences": [{"start": place[1], "end": place[2], **coding, **changes}]}
    common = {"kind": Kind.ADJUDICATION, "note": note, "tool": "adjudication"}
    told = from_request(common | raw, article, now=now, coder=by)
    return keep(store, [article], told, now=now).kept[0]


def problems(connection: sa.Connection) -> list[str]:
    """Say in words what is worth a look among the kept codings, one line each."""
    told, _ = settled(connection)
    found = []
    for one in disagreements(told):
        if one.is_open:
            where = "{}[{}:{}]".format(*one.settled.place)
            coders = ", ".join(j.coder for j in one.settled.judgements)
            found.append(f"{where}: {coders} differ on {', '.join(one.fields)}: adjudicate it")
    for judgement in (judgement for one in told for judgement in one.judgements):
        where = "{}[{}:{}]".format(*judgement.place)
        if judgement.scheme != CODEBOOK.version:
            found.append(f"{where}: coded by scheme {judgement.scheme}, now {CODEBOOK.version}")
        if judgement.coding and judgement.coding.speaker == UNNAMED:
            found.append(f"{where}: {judgement.coder} named no speaker")
    return found


def base_set(settings: Settings, own: Sequence[Path] = ()) -> LabelledSet:
    """Return the labelled set that versions start from, and files of one's own beside it.

    Raises:
        InvalidLabelledSet: a file has a fault, or holds a document that another one has.
    """
    start = _set_of(settings.labelled)
    if not own:
        return start
    return LabelledSet.of([*start.documents, *read_set(own).documents], start.scheme)


def _set_of(path: Path | None) -> LabelledSet:
    if path is None:
        return shipped()
    return read_set(sorted(path.glob("*.jsonl")) if path.is_dir() else [path])


@cache
def base_counts(labelled: Path | None) -> Counter[str]:
    """Count the stances of the set that versions start from: `settings.labelled`, or the shipped one."""
    return Counter(c.stance for coded in _set_of(labelled).documents for c in coded.codings)


def disagreements_json(connection: sa.Connection) -> list[dict[str, Any]]:
    """Return the sentences on which coders differ, with the history of each."""
    told, articles = settled(connection)
    listed = disagreements(told)
    history: dict[Place, list[Judgement]] = {}
    for judgement in read(connection, documents={one.settled.place[0] for one in listed}):
        history.setdefault(judgement.place, []).append(judgement)
    return [
        {
            "document": key,
            "start": start,
            "end": end,
            "text": articles[key].text[start:end],
            "fields": list(one.fields),
            "open": one.is_open,
            "history": [judgement.to_json() for judgement in history[key, start, end]],
        }
        for one in listed
        for key, start, end in [one.settled.place]
    ]
