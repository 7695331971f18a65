"""What people have labelled and what they should label next, read from the store.

Commands and HTTP share it; the decisions are those of `labels.settlement` and `training.active`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from labels.agreement import disagreements
from labels.document import Document
from labels.exchange.task import Task, suggest
from labels.judgement import (
    InvalidJudgement,
    Judgement,
    Kind,
    Place,
    standing,
)
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
    chunks,
    coders_by_place,
    count_by,
    documents_of,
    keep_documents,
    read,
    skips_of,
)
from service.store.schema import documents as kept_documents, tags
from training.active import Ask, Item, Queue, Wishes, audit_documents, is_audit, rank

DEFAULT = Wishes()

# The queue looks at the most doubtful sentences that nobody has judged and, for fifty of them, at one
# document of the audit share: in a store of millions the rest would not come to the front anyhow.
POOL_SENTENCES = 5_000
SENTENCES_PER_AUDIT_DOCUMENT = 50


def keep(
    store: Store, documents: Iterable[Document], told: Sequence[Judgement], *, now: datetime
) -> Appended:
    """Keep judged articles and judgements, all of them or none.

    Raises:
        JudgedTextChanged: an article is known with another text.
    """
    with store.write() as connection:
        keep_documents(connection, documents)
        return append(connection, told, now=now)


def known_document(connection: sa.Connection, key: str) -> Document | None:
    """Return an article that was judged, or else one that the service keeps; None if neither."""
    judged = documents_of(connection, [key]).get(key)
    if judged is not None:
        return judged
    row = connection.execute(sa.select(kept_documents).where(kept_documents.c.key == key)).first()
    if row is None:
        return None
    raw = {name: value for name, value in row._mapping.items() if isinstance(value, str)}
    return Document.from_json({**raw, "id": key})


def known_documents(connection: sa.Connection) -> dict[str, Document]:
    """Return all articles that were judged or are kept, by id."""
    found = {}
    for row in connection.execute(sa.select(kept_documents)):
        raw = {name: value for name, value in row._mapping.items() if isinstance(value, str)}
        found[row.key] = Document.from_json({**raw, "id": row.key})
    return found | documents_of(connection)


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


def judged(connection: sa.Connection, *, until: int, wishes: Wishes = DEFAULT) -> Judged:
    """Return what people have settled, as labelled documents."""
    told, articles = settled(connection)
    coded = coded_documents(told, articles)
    return Judged(
        fitting=tuple(c for c in coded if not is_audit(c.document.id, wishes)),
        audit=tuple(c for c in coded if is_audit(c.document.id, wishes)),
        until=until,
    )


def queue(
    store: Store,
    *,
    coder: str,
    n: int,
    now: datetime,
    base_counts: Mapping[str, int] | None = None,
    wishes: Wishes = DEFAULT,
    pool: int = POOL_SENTENCES,
) -> Queue:
    """Say what a coder should label next, of the articles that the service keeps.

    Args:
        store: open.
        coder: who asks.
        n: most items.
        now: the time.
        base_counts: codings of each stance in the labelled set that versions start from.
        wishes: how the queue is composed.
        pool: most doubtful sentences that are looked at, beside as many as were judged before.
    """
    with store.read() as connection:
        known = coders_by_place(connection)
        counts = Counter(base_counts or {})
        counts.update(count_by(connection, "stance"))
        texts = [article.text[s:e] for article, s, e in _judged_places(connection, known)]
        items = [
            replace(item, known_by=known.get(item.place, ()))
            for item in _pool(connection, known, wishes, pool)
        ]
        skipped = skips_of(connection, coder)
    return rank(
        items, n=n, coder=coder, now=now, class_counts=counts, skipped=skipped,
        labelled_texts=texts, n_done=sum(coder in coders for coders in known.values()),
        wishes=wishes,
    )  # fmt: skip


def _judged_places(
    connection: sa.Connection, known: Collection[Place]
) -> list[tuple[Document, int, int]]:
    articles = documents_of(connection)
    return [(articles[key], start, end) for key, start, end in known if key in articles]


def _pool(
    connection: sa.Connection, known: Collection[Place], wishes: Wishes, most: int
) -> list[Item]:
    d, t = kept_documents.c, tags.c
    live = (
        sa.select(d.key, t.start, t.end, t.tag)
        .join_from(tags, kept_documents, t.document_id == d.id)
        .where(t.version == d.version, d.duplicate_of.is_(None))
    )
    # What is judged stays among the doubtful: so many more are read.
    doubtful = connection.execute(live.order_by(t.score, t.id).limit(most + len(known))).all()
    keys = connection.execute(
        sa.select(d.key).where(d.version.is_not(None), d.duplicate_of.is_(None))
    ).scalars()
    judged = {key for key, _, _ in known}
    n_audit = most // SENTENCES_PER_AUDIT_DOCUMENT
    audit = audit_documents(keys, n=n_audit, known=judged, wishes=wishes)
    drawn = [
        row for part in chunks(audit) for row in connection.execute(live.where(d.key.in_(part)))
    ]
    found = {(row.key, row.start, row.end): row.tag for row in (*doubtful, *drawn)}
    return [item_of(key, start, end, tag) for (key, start, end), tag in found.items()]


def item_of(document: str, start: int, end: int, tag: Mapping[str, Any]) -> Item:
    """Read one sentence of the JSON contract as an item of the queue."""
    speaker = tag.get("speaker") or {}
    return Item(
        document=document,
        start=start,
        end=end,
        text=tag["text"],
        scores=tag["stance"]["scores"],
        speaker_score=speaker.get("score", 1.0),
    )


def stats(connection: sa.Connection, *, wishes: Wishes = DEFAULT) -> dict[str, Any]:
    """Count what people have labelled: per coder, kind, tool, stance and verdict."""
    told, articles = settled(connection)
    verdicts = Counter(str(one.verdict) for one in told)
    stances = Counter(one.coding.stance for one in told if one.coding)
    return {
        "documents": len(articles),
        "sentences": len(told),
        "audit_sentences": sum(is_audit(one.place[0], wishes) for one in told),
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


def skip(store: Store, place: Place, *, coder: str, now: datetime) -> None:
    """Put a sentence off for one coder.

    Raises:
        UnjudgedDocument: the article is not known.
        InvalidJudgement: the place doesn't fit it.
    """
    key, start, end = place
    with store.read() as connection:
        article = known_document(connection, key)
    if article is None:
        raise UnjudgedDocument(key)
    raw = {"sentences": [{"start": start, "end": end, "kind": Kind.SKIP, "tool": "queue"}]}
    keep(store, [article], from_request(raw, article, now=now, coder=coder), now=now)


def tasks(store: Store, keys: Sequence[str]) -> list[Task]:
    """Return kept articles with their live tags as suggestions, for annotation tools."""
    found = []
    with store.read() as connection:
        for key in keys:
            row = documents.find(connection, key)
            tagged = documents.contract(connection, row)
            found.append(suggest(tagged, documents.as_document(row)))
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


def ask_json(ask: Ask) -> dict[str, Any]:
    """Return an item of the queue as one JSON object."""
    item = ask.item
    return {
        "document": item.document,
        "start": item.start,
        "end": item.end,
        "text": item.text,
        "reason": str(ask.reason),
        "why": ask.why,
        "priority": round(ask.priority, 6),
        "scores": dict(item.scores),
    }


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
