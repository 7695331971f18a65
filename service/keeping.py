"""The one path on which documents come in to stay: HTTP, feeds and webhooks all take it.

```
documents | keep (committed: nothing is lost from here on) | tag | put tags, group copies,
          | judge alerts (one transaction: an alert is never forgotten, nor heard twice)
```
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from labels.document import Document
from labels.errors import StancewireError
from model.tag import TaggedDocument
from model.tagger import Tagger
from service import metrics
from service.alerts.judge import judge
from service.duplicates import signature
from service.store import Store, copies, documents, tags
from service.store.documents import Kept

Clock = Callable[[], datetime]
log = logging.getLogger("stancewire.keeping")

# Documents of one transaction: a writer holds SQLite's lock for some ten milliseconds.
BATCH = 32


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def keep_all(
    store: Store,
    given: Sequence[Document],
    *,
    now: datetime,
    feed_id: int | None = None,
    replace_text: bool = False,
) -> list[Kept | StancewireError]:
    """Keep documents in one transaction; one that can't be kept has its error in its place."""
    kept: list[Kept | StancewireError] = []
    with store.write() as connection:
        for document in given:
            try:
                found = documents.keep(
                    connection, document, now=now, feed_id=feed_id, replace_text=replace_text
                )
            except documents.DocumentConflict as conflict:
                kept.append(conflict)
            else:
                kept.append(found)
    return kept


def keep_and_tag(
    store: Store,
    tagger: Tagger,
    given: Sequence[Document],
    *,
    clock: Clock = utc_now,
    feed_id: int | None = None,
    replace_text: bool = False,
) -> list[Kept | StancewireError]:
    """Keep documents and tag those that have no tags; answers in their order.

    Raises:
        StancewireError: the database fails; nothing of what was answered before is lost.
    """
    kept = keep_all(store, given, now=clock(), feed_id=feed_id, replace_text=replace_text)
    rows = sorted({k.row for k in kept if isinstance(k, Kept) and k.version is None})
    with store.read() as connection:
        todo = documents.by_rows(connection, rows)
    tag_kept(store, tagger, todo, clock=clock)
    tagged = {row for row, _ in todo}
    return [
        replace(k, version=tagger.version) if isinstance(k, Kept) and k.row in tagged else k
        for k in kept
    ]


def tag_kept(
    store: Store,
    tagger: Tagger,
    todo: Sequence[tuple[int, Document]],
    *,
    clock: Clock = utc_now,
    live: bool = True,
) -> int:
    """Tag kept documents and write what was said.

    Args:
        store: where they are kept.
        tagger: the version that tags.
        todo: primary keys and documents.
        clock: tells the time.
        live: show the tags at once; else they wait for `retagging.switch`.

    Returns:
        How many documents have new tags.
    """
    written = 0
    for start in range(0, len(todo), BATCH):
        batch = todo[start : start + BATCH]
        said = _tag(store, tagger, batch)
        metrics.count_tags(tagged for _, tagged in said)
        signatures = [signature(tagged.document.text) for _, tagged in said]
        with store.write() as connection:
            for (row, tagged), signed in zip(said, signatures, strict=True):
                neutral = tagger.scheme.neutral
                now = clock()
                first = live and documents.is_waiting(connection, row)
                if tags.put(connection, row, tagged, now=now, live=live, neutral=neutral):
                    written += 1
                    if first:
                        copies.note(connection, row, signed)
                        judge(connection, row, now=now)
    return written


def _tag(
    store: Store, tagger: Tagger, batch: Sequence[tuple[int, Document]]
) -> list[tuple[int, TaggedDocument]]:
    rows = [row for row, _ in batch]
    try:
        return list(zip(rows, tagger.tag([d for _, d in batch]), strict=True))
    except Exception:
        log.exception("a batch of %d documents can't be tagged: trying one by one", len(batch))
    said = []
    for row, document in batch:
        try:
            (tagged,) = tagger.tag([document])
        except Exception as fault:
            # Our own bug, but one article must not stop the desk: it is kept with the reason.
            log.exception("document %r can't be tagged", document.id)
            with store.write() as connection:
                documents.mark_failed(connection, row, f"{type(fault).__name__}: {fault}")
        else:
            said.append((row, tagged))
    return said
