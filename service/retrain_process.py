"""What the retraining process does; only `stancewire retrain` imports it, for it brings fitting code."""

from collections.abc import Callable
from datetime import UTC, datetime

from labels.errors import StancewireError
from labels.labelled_set import LabelledSet
from service import label_desk, retraining
from service.settings import Settings
from service.store import Store, jobs
from service.store.judgements import last_number
from training.fit import fit
from training.lock import only_one
from training.registry import Registry
from training.retrain import Outcome, assemble, retrain


def run(
    settings: Settings,
    store: Store,
    job_id: str,
    *,
    base: LabelledSet,
    wait: bool = False,
    progress: Callable[[str], None] = lambda step: None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Outcome:
    """Do one retraining; whatever happens, its job says so.

    Args:
        settings: the workspace.
        store: open.
        job_id: a job that `retraining.create` made.
        base: the labelled set to start from.
        wait: wait for another retraining instead of refusing.
        progress: told each step, beside the job.
        clock: tells the time.

    Raises:
        RetrainingRuns: another one runs, and `wait` is not set.
        NothingNew: the current version was fitted on the same codings.
    """
    try:
        with only_one(settings.home, wait=wait, note=f"job {job_id}"):
            return _run(settings, store, job_id, base=base, progress=progress, clock=clock)
    except StancewireError as error:
        with store.write() as connection:
            jobs.fail(connection, job_id, str(error), now=clock())
        raise
    except Exception as error:
        with store.write() as connection:
            jobs.fail(connection, job_id, f"{type(error).__name__}: {error}", now=clock())
        raise


def _run(
    settings: Settings,
    store: Store,
    job_id: str,
    *,
    base: LabelledSet,
    progress: Callable[[str], None],
    clock: Callable[[], datetime],
) -> Outcome:
    with store.write() as connection:
        job = retraining.begin(connection, job_id)
    with store.read() as connection:
        judged = label_desk.judged(connection, until=last_number(connection))
    tell = retraining.progress_of(store, job_id)

    def step(told: str) -> None:
        tell(told)
        progress(told)

    outcome = retrain(
        Registry(settings.home),
        assemble(base, judged.fitting, judged.audit),
        base,
        fit=fit,
        now=clock(),
        who=str(job.payload["who"]),
        override=bool(job.payload["promote"]),
        anyway=bool(job.payload["anyway"]),
        progress=step,
    )
    with store.write() as connection:
        result = {**outcome.to_json(), "judgements_until": judged.until}
        jobs.finish(connection, job_id, result, now=clock())
    return outcome
