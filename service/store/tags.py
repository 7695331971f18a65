"""Tags of documents, and the statements among them, as rows.

```
a document waits (version IS NULL) -> put -> live
                  put(live=False) ... retagging.switch -> a new version is live at once
```
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from labels.scheme import CODEBOOK
from model.tag import TaggedDocument
from service.store.identity import speaker_key
from service.store.schema import documents, statement_actors, statements, tags


def put(
    connection: sa.Connection,
    row: int,
    tagged: TaggedDocument,
    *,
    now: datetime,
    live: bool = True,
    neutral: str = CODEBOOK.neutral,
) -> bool:
    """Write the tags of one document, and its statements.

    Args:
        connection: a writing transaction.
        row: primary key of the document.
        tagged: what the tagger said of the text that is kept.
        now: when it was tagged.
        live: show these tags from now on; else they wait for `switch`.
        neutral: the stance that makes no statement.

    Returns:
        False if nothing was written: the document is gone, was replaced by another text in the
        meantime, or has tags of this version.
    """
    c = documents.c
    found = connection.execute(
        sa.select(c.text, c.version, c.dated_at).where(c.id == row).with_for_update()
    ).first()
    if found is None or found.text != tagged.document.text or found.version == tagged.version:
        return False
    forget(connection, [row], version=tagged.version)
    _insert(connection, row, tagged, found.dated_at, now=now, neutral=neutral)
    if live:
        change = sa.update(documents).where(c.id == row)
        values = {"version": tagged.version, "scheme": tagged.scheme, "error": None}
        connection.execute(change.values(**values))
    return True


def _insert(
    connection: sa.Connection,
    row: int,
    tagged: TaggedDocument,
    dated_at: datetime,
    *,
    now: datetime,
    neutral: str,
) -> None:
    said = tagged.to_json()["sentences"]
    base = {"document_id": row, "version": tagged.version}
    tag_rows, statement_rows, actors = [], [], []
    for position, (tag, sentence) in enumerate(zip(tagged.tags, said, strict=True)):
        stance, speaker = sentence["stance"], sentence.get("speaker") or {}
        shared = base | {
            "position": position,
            "stance": stance["label"],
            "score": stance["score"],
            "abstain": stance["abstain"],
        }
        place = {"start": sentence["start"], "end": sentence["end"]}
        tag_rows.append(shared | place | {"paragraph": tag.sentence.paragraph, "tag": sentence})
        if stance["label"] == neutral:
            continue
        name = speaker.get("name")
        statement_rows.append(
            shared
            | {
                "text": sentence["text"],
                "speaker_type": speaker.get("type"),
                "speaker": name,
                "speaker_key": speaker_key(name),
                "dated_at": dated_at,
                "tagged_at": now,
            }
        )
        actors.append({actor["id"]: actor["name"] for actor in sentence["proposed_actors"]})
    if tag_rows:
        connection.execute(sa.insert(tags), tag_rows)
    if statement_rows:
        ids = connection.execute(
            sa.insert(statements).returning(statements.c.id, sort_by_parameter_order=True),
            statement_rows,
        ).scalars()
        meant = [
            {"statement_id": identity, "actor": actor, "name": name}
            for identity, named in zip(ids, actors, strict=True)
            for actor, name in named.items()
        ]
        if meant:
            connection.execute(sa.insert(statement_actors), meant)


def forget(connection: sa.Connection, rows: Sequence[int], *, version: str | None = None) -> None:
    """Delete tags and statements of documents, of one version or of all."""
    for table in (statements, tags):
        delete = sa.delete(table).where(table.c.document_id.in_(rows))
        if version is not None:
            delete = delete.where(table.c.version == version)
        connection.execute(delete)


def contract(
    connection: sa.Connection, row: sa.RowMapping, *, version: str | None = None
) -> dict[str, Any]:
    """Return a kept document as the JSON contract's object; no sentences while it waits."""
    wanted = version or row["version"]
    said = connection.execute(
        sa.select(tags.c.tag)
        .where(tags.c.document_id == row["id"], tags.c.version == wanted)
        .order_by(tags.c.position)
    ).scalars()
    return {
        "id": row["key"],
        "model": wanted,
        "scheme": row["scheme"],
        "sentences": list(said),
    }
