"""What goes on beside the requests: queued jobs, and documents whose tagger was killed."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from model.tagger import Tagger
from service.keeping import BATCH, Clock, tag_kept, utc_now
from service.store import Store, documents, jobs, retagging
from service.store.jobs import Job

log = logging.getLogger("stancewire.worker")

TAG = "tag"
RETAG = "retag"

# A document that has waited so long has nobody at work on it any more.
ORPHANED_AFTER = timedelta(minutes=1)


class Worker:
    """Does one piece of work at a time; `run` goes on until it is stopped.

    Attributes:
        store: opens the store.
        tagger: returns the tagger of a version, or the current one for None.
        clock: tells the time.
    """

    def __init__(
        self,
        store: Callable[[], Store],
        tagger: Callable[[str | None], Tagger],
        *,
        clock: Clock = utc_now,
    ) -> None:
        self.store = store
        self.tagger = tagger
        self.clock = clock
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, *, pause_s: float = 1.0) -> None:
        """Run in a thread of its own."""
        self._thread = threading.Thread(target=self.run, args=(pause_s,), name="worker")
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch at hand, then stop; what is left stays queued."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def run(self, pause_s: float) -> None:
        """Work until stopped; a fault is logged, and tried again after a pause."""
        while not self._stop.is_set():
            try:
                busy = self.step()
            except Exception:
                log.exception("work failed: trying again")
                busy = False
            if not busy:
                self._stop.wait(pause_s)

    def step(self) -> bool:
        """Do one job, or tag some orphaned documents; return False if there was nothing to do."""
        store = self.store()
        with store.read() as connection:  # most times there is nothing: take no writer's lock
            queued = jobs.queued(connection)
            before = self.clock() - ORPHANED_AFTER
            orphans = documents.waiting(connection, limit=BATCH, before=before)
        if queued:
            with store.write() as connection:
                job = jobs.claim(connection, (TAG, RETAG), now=self.clock())
            if job is not None:
                self._do(store, job)
                return True
        if not orphans:
            return False
        return tag_kept(store, self.tagger(None), orphans, clock=self.clock) > 0

    def _do(self, store: Store, job: Job) -> None:
        try:
            finished = self._tag(store, job) if job.kind == TAG else self._retag(store, job)
        except Exception as fault:
            log.exception("job %s failed", job.id)
            with store.write() as connection:
                jobs.fail(connection, job.id, f"{type(fault).__name__}: {fault}", now=self.clock())
            return
        if not finished:
            log.info("job %s goes on after the restart", job.id)
            with store.write() as connection:
                jobs.release(connection, job.id)

    def _tag(self, store: Store, job: Job) -> bool:
        tagger = self.tagger(None)
        rows = list(job.payload["rows"])
        tagged = 0
        for start in range(0, len(rows), BATCH):
            if self._stop.is_set():
                return False
            with store.read() as connection:
                todo = documents.by_rows(connection, rows[start : start + BATCH], waiting=True)
            tagged += tag_kept(store, tagger, todo, clock=self.clock)
            self._renew(store, job, done=min(start + BATCH, len(rows)))
        with store.write() as connection:
            result = {"tagged": tagged, "model": tagger.version}
            jobs.finish(connection, job.id, result, now=self.clock())
        return True

    def _retag(self, store: Store, job: Job) -> bool:
        tagger = self.tagger(job.payload.get("version"))
        done = after = 0
        with store.read() as connection:
            total = retagging.count_untagged_by(connection, tagger.version)
        while not self._stop.is_set():
            with store.read() as connection:
                version = tagger.version
                todo = retagging.untagged_by(connection, version, after=after, limit=BATCH)
            if not todo:
                with store.write() as connection:
                    changed = retagging.switch(
                        connection, tagger.version, scheme=tagger.scheme.version
                    )
                    result = {"switched": changed, "model": tagger.version}
                    jobs.finish(connection, job.id, result, now=self.clock())
                self._forget_replaced(store, tagger.version)
                return True
            done += tag_kept(store, tagger, todo, clock=self.clock, live=False)
            after = todo[-1][0]
            self._renew(store, job, done=done, total=max(total, done))
        return False

    def _forget_replaced(self, store: Store, version: str) -> None:
        # A kill leaves some of them, which nobody sees, to the next retagging.
        found = BATCH
        while found and not self._stop.is_set():
            with store.write() as connection:
                others = jobs.unfinished(connection, RETAG)
                spare = {str(other.payload["version"]) for other in others}
                found = retagging.forget_replaced(connection, version, spare=spare, limit=BATCH)

    def _renew(self, store: Store, job: Job, *, done: int, total: int | None = None) -> None:
        with store.write() as connection:
            jobs.renew(connection, job.id, done=done, total=total, now=self.clock())
