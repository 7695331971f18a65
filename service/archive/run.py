"""A run from its inputs to its published output; killed anywhere, the same command goes on."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from labels.durable import UNFINISHED, replacing
from labels.errors import StancewireError
from service.archive import grouping, pieces, publish
from service.archive.job import Job, fingerprint
from service.archive.journal import Journal
from service.archive.layout import Layout
from service.archive.local import Done
from service.archive.pieces import Counts
from service.archive.plan import Shard, Task, n_stripes, shards
from service.archive.state import State, changed
from service.archive.storage import telling
from service.archive.watch import Progress, Watch
from service.readers.opening import check
from service.readers.sources import Found, NothingToRead, find

LOOK_S = 0.5


class ChangedCommand(StancewireError):
    """A command that isn't the one whose output lies there.

    Attributes:
        changed: what differs.
    """

    def __init__(self, out: Path, changed: Sequence[str]) -> None:
        self.changed = tuple(changed)
        super().__init__(
            f"{out} holds the output of another command (changed: {', '.join(changed)}): choose "
            "another output, or start it anew with --retag"
        )


class Busy(StancewireError):
    """Another process is writing the same output."""


class OutputTaken(StancewireError):
    """The output is something that no run wrote, or lacks what a run wrote."""


class Executor(Protocol):
    """Does tasks, here or elsewhere."""

    def __call__(self, tasks: Iterator[Task]) -> Iterator[Done | None]:
        """Yield each task when it is finished, and None now and then."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to.

    Attributes:
        counts: records by outcome.
        n_groups: groups of two or more copies.
        version: id of the version that tagged.
        was_finished: there was nothing left to do.
        passed_over: files whose ending tells no format.
    """

    counts: Counts
    n_groups: int
    version: str
    was_finished: bool = False
    passed_over: tuple[str, ...] = ()


class Run:
    """One run over one output.

    Args:
        job: what to do.
        out: folder of parts, or one file by its name (`.jsonl`).
        on_progress: called now and then.
        clock: tells the time for the journal.
    """

    def __init__(
        self,
        job: Job,
        out: Path,
        *,
        on_progress: Callable[[Progress], None] = lambda progress: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.job = job
        self.layout = Layout.of(out)
        self.journal = Journal(self.layout.journal)
        self._on_progress = on_progress
        self._clock = clock

    def __call__(self, execute: Executor, *, n_workers: int = 1, retag: bool = False) -> Summary:
        """Do what is left to do.

        Raises:
            NothingToRead: the inputs stand for no file.
            ChangedCommand: the output is another command's.
            Busy: another process is at it.
            OutputTaken: the output is something else.
            StorageFailed: a file can't be read or written, or (StorageFull) there is no room; the
                same command goes on when that is mended.
            UnknownFormat, UnknownEncoding, UnknownColumn, MissingExtra: options that can't be met.
        """
        layout = self.layout
        with telling(layout.out):
            found = self._find()
            layout.folder.mkdir(parents=True, exist_ok=True)
            with _alone(layout.lock, layout.out):
                return self._locked(found, execute, n_workers=n_workers, retag=retag)

    def _find(self) -> Found:
        """List the sources and refuse what can't go well, before anything is written."""
        layout, options = self.layout, self.job.options
        for given in self.job.inputs:
            if Path(given).absolute() == layout.out.absolute():
                raise OutputTaken(f"{given} is the input, too: choose another output")
        found = find(self.job.inputs, format=options.format, exclude=(layout.folder, layout.out))
        if not found.sources:
            raise NothingToRead(f"{', '.join(self.job.inputs)}: no file of a format that is read")
        check(options, (source.name for source in found.sources))
        if layout.is_one_file and layout.out.exists() and not layout.journal.exists():
            raise OutputTaken(f"{layout.out} is there already, and no run of stancewire wrote it")
        return found

    def _locked(self, found: Found, execute: Executor, *, n_workers: int, retag: bool) -> Summary:
        state = self._begin(found, retag=retag)
        planned = shards(found.sources)
        if state.finished:
            self._check_output(state)
            publish.clean(self.layout, n_shards=len(planned))
            return self._summary(state, found, was_finished=True)
        self.layout.work.mkdir(exist_ok=True)
        self._sweep()
        self._tag(planned, state, execute, n_workers=n_workers)
        self._group(planned, state)
        self._publish(planned, state)
        return self._summary(state, found)

    def _begin(self, found: Found, *, retag: bool) -> State:
        self.journal.recover()
        state = State.of(self.journal)
        begin = {
            "job": self.job.to_json(),
            "sources": fingerprint(found.sources),
            "n_sources": len(found.sources),
        }
        if state.begin is not None and not retag:
            if differing := changed(state.begin, begin):
                raise ChangedCommand(self.layout.out, differing)
            return state
        if retag:
            publish.clean(self.layout, n_shards=2**62)
        # A new journal takes the place of the old one at once: there is always a whole one.
        event = self._event("begin", **begin)
        with replacing(self.layout.journal):
            pass
        self.journal.append(event)
        fresh = State()
        fresh.add(event)
        return fresh

    def _sweep(self) -> None:
        """Delete what kills left half written."""
        for folder in (self.layout.folder, self.layout.work):
            for path in folder.glob(f"*{UNFINISHED}"):
                path.unlink(missing_ok=True)
        for path in self.layout.work.glob(f"*/*{UNFINISHED}"):
            path.unlink(missing_ok=True)

    def _tag(
        self, planned: Sequence[Shard], state: State, execute: Executor, *, n_workers: int
    ) -> None:
        left = [shard for shard in planned if shard.number not in state.shards]
        if not left:
            return
        watch = Watch(self.layout.work, planned, state)
        waiting: dict[int, int] = {}

        def tasks() -> Iterator[Task]:
            for shard in left:
                stripes = n_stripes(shard, n_shards=len(left), n_workers=n_workers)
                waiting[shard.number] = stripes
                watch.active.append(shard)
                for stripe in range(stripes):
                    yield Task(self.job, shard, stripe, stripes, str(self.layout.work.resolve()))

        looked = 0.0
        for done in execute(tasks()):
            if done is not None:
                number = done.task.shard.number
                waiting[number] -= 1
                if not waiting[number]:
                    self._commit(done, state)
                    watch.finish(done.task.shard)
            if time.monotonic() > looked + LOOK_S:
                self._on_progress(watch.look())
                looked = time.monotonic()

    def _commit(self, done: Done, state: State) -> None:
        """Log a shard whose pieces are all there."""
        number = done.task.shard.number
        paths = pieces.committed(self.layout.work, number)
        if len(paths) != done.n_pieces:
            raise pieces.DamagedPiece(pieces.shard_folder(self.layout.work, number))
        counts = sum((pieces.read_header(path).counts for path in paths), Counts())
        self._log(
            state,
            "shard",
            shard=number,
            pieces=len(paths),
            counts={
                "documents": counts.documents, "errors": counts.errors, "skipped": counts.skipped,
            },
        )  # fmt: skip

    def _group(self, planned: Sequence[Shard], state: State) -> None:
        if state.n_groups is not None:
            return
        self._tell("copies", planned, state)
        n_groups = 0
        if self.job.copies:
            n_groups = grouping.group(self._paths(planned), self.layout.work, self.layout.groups)
        # Errors are taken from the pieces before any of them may be deleted.
        publish.write_block(self.layout.errors, self._paths(planned), pieces.ERRORS)
        publish.write_block(self.layout.skipped, self._paths(planned), pieces.SKIPPED)
        self._log(state, "copies", groups=n_groups)

    def _publish(self, planned: Sequence[Shard], state: State) -> None:
        self._tell("publishing", planned, state)
        with closing(publish.Copies(self.layout)) as copies:
            if self.layout.is_one_file:
                with replacing(self.layout.out) as out:
                    publish.write_tagged(out, list(self._paths(planned)), copies, start=0)
            else:
                self._publish_parts(planned, state, copies)
        self._log(state, "end")
        publish.clean(self.layout, n_shards=len(planned))

    def _publish_parts(
        self, planned: Sequence[Shard], state: State, copies: publish.Copies
    ) -> None:
        start = 0
        for shard in planned:
            count = state.shards[shard.number].documents
            if shard.number not in state.parts:
                paths = pieces.committed(self.layout.work, shard.number)
                with replacing(self.layout.part(shard.number)) as out:
                    written = publish.write_tagged(out, paths, copies, start=start)
                assert written == count, "a shard has the documents that its pieces had"
                self._log(state, "part", shard=shard.number)
                for path in paths:
                    path.unlink()
            start += count

    def _paths(self, planned: Sequence[Shard]) -> Iterator[Path]:
        for shard in planned:
            yield from pieces.committed(self.layout.work, shard.number)

    def _check_output(self, state: State) -> None:
        names = (
            [self.layout.out]
            if self.layout.is_one_file
            else [self.layout.part(number) for number in sorted(state.parts)]
        )
        for path in names:
            if not path.exists():
                raise OutputTaken(f"{path} is gone: tag anew with --retag")

    def _tell(self, stage: str, planned: Sequence[Shard], state: State) -> None:
        total = sum(shard.size for shard in planned)
        self._on_progress(Progress(stage, state.counts, total, total))

    def _log(self, state: State, name: str, **fields: Any) -> None:
        event = self._event(name, **fields)
        self.journal.append(event)
        state.add(event)

    def _event(self, name: str, **fields: Any) -> dict[str, Any]:
        return {"event": name, "at": self._clock().isoformat(timespec="seconds"), **fields}

    def _summary(self, state: State, found: Found, *, was_finished: bool = False) -> Summary:
        return Summary(
            counts=state.counts,
            n_groups=state.n_groups or 0,
            version=self.job.version,
            was_finished=was_finished,
            passed_over=found.passed_over,
        )


@contextmanager
def _alone(lock: Path, out: Path) -> Iterator[None]:
    """Hold the lock of an output; the system lets it go when the process dies."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(f"another process is writing {out}: wait for it, or end it") from error
        yield
    finally:
        os.close(handle)
