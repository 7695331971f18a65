"""Retraining in a process of its own: done, held, refused, killed; the current version serves on."""

import json
import multiprocessing
import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from labels.judgement import Judgement
from service import label_desk, retrain_process, retraining
from service.cli import app
from service.serving import CurrentTagger
from service.settings import Settings
from service.store import Store, jobs, open_store
from service.store.judgements import append, keep_documents, read
from tests.builders import coded
from training.lock import RetrainingRuns, only_one
from training.registry import Registry

NOW = datetime(2026, 3, 1, tzinfo=UTC)
JUDGED = coded(
    """
    [against|opposition|the rebels|FRA] The rebels reject any French soldiers on their soil.
    [favor|host_government|the cabinet|FRA] The cabinet again asked Paris to send troops.
    """,
    id="judged-1",
)


@pytest.fixture
def settings(own_settings: Settings) -> Settings:
    return own_settings


@pytest.fixture
def store(settings: Settings):
    opened = open_store(settings.home / "stancewire.db")
    yield opened
    opened.close()


def judge(store: Store, *, flip: bool = False) -> list[Judgement]:
    told = [
        Judgement(
            JUDGED.document.id, sentence.start, sentence.end, "ada", NOW.isoformat(),
            replace(coding, stance="none") if flip else coding,
        )
        for sentence, coding in zip(JUDGED.sentences, JUDGED.codings, strict=True)
    ]  # fmt: skip
    label_desk.keep(store, [JUDGED.document], told, now=NOW)
    return told


def run(settings: Settings, store: Store, **options):
    with store.write() as connection:
        job = retraining.create(
            connection, who="ada", now=datetime.now(UTC), promote=False, anyway=True
        )
    base = label_desk.base_set(settings)
    return job, retrain_process.run(settings, store, job, base=base, **options)


def found(store: Store, job: str) -> jobs.Job:
    with store.read() as connection:
        return jobs.find(connection, job)


def wait_for(condition, timeout_s: float = 120):
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def test_a_serving_process_switches_when_a_retraining_in_another_process_is_promoted(
    settings, store
):
    serving = CurrentTagger(Registry(settings.home))
    first = serving.get().version
    judge(store)

    job = retraining.start(settings, store, who="ada", now=datetime.now(UTC), promote=True)
    with pytest.raises(RetrainingRuns, match=job.id):
        retraining.start(settings, store, who="ben", now=datetime.now(UTC))
    wait_for(lambda: found(store, job.id).state in ("done", "failed"))

    done = found(store, job.id)
    assert done.error is None, done.error
    assert done.result is not None
    assert done.result["promoted"] is True
    assert done.result["judgements_until"] == 2
    assert serving.get().version == done.result["version"] != first
    assert serving.get(first).version == first
    assert retraining.told(done)["who"] == "ada"


STEPS = ["fitting the candidate", "saving the candidate", "promoting"]


def _run_and_die(home: Path, labelled: Path, job: str, step: str) -> None:
    settings = Settings(home=home, labelled=labelled)

    def die(told: str) -> None:
        if told.startswith(step):
            os.kill(os.getpid(), signal.SIGKILL)

    store = open_store(home / "stancewire.db")
    base = label_desk.base_set(settings)
    retrain_process.run(settings, store, job, base=base, progress=die)


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_current_version_serves_on_and_the_job_says_so(
    settings, store, step
):
    first = Registry(settings.home).current_id()
    told = judge(store)
    with store.write() as connection:
        job = retraining.create(
            connection, who="ada", now=datetime.now(UTC), promote=True, anyway=False
        )
    assert settings.labelled
    process = multiprocessing.get_context("spawn").Process(
        target=_run_and_die, args=(settings.home, settings.labelled, job, step)
    )

    process.start()
    process.join(180)

    assert process.exitcode == -signal.SIGKILL
    assert found(store, job).state == "running"
    assert retraining.settle_lost(store, settings.home, now=datetime.now(UTC)) == (job,)
    lost = found(store, job)
    assert lost.state == "failed"
    assert lost.error is not None
    assert f"vanished while {step}" in lost.error
    assert f"version {first} goes on serving" in lost.error
    assert ("was saved" in lost.error) is (step == "promoting")
    assert Registry(settings.home).load().version == first
    with store.read() as connection:
        assert read(connection) == told
    if step == STEPS[0]:  # nothing of the dead process stands in the way
        _, again = run(settings, store)
        assert again.parent == first


def test_a_process_that_never_comes_is_noticed_after_a_while(settings, store):
    with store.write() as connection:
        job = retraining.create(connection, who="ada", now=NOW, promote=False, anyway=False)

    soon = retraining.settle_lost(store, settings.home, now=NOW + timedelta(seconds=5))
    late = retraining.settle_lost(store, settings.home, now=NOW + timedelta(minutes=5))

    assert (soon, late) == ((), (job,))
    assert "goes on serving" in (found(store, job).error or "")


def test_a_running_retraining_is_not_taken_for_lost(settings, store):
    with store.write() as connection:
        retraining.create(connection, who="ada", now=NOW, promote=False, anyway=False)

    with only_one(settings.home):
        assert retraining.settle_lost(store, settings.home, now=NOW + timedelta(days=1)) == ()


def test_a_second_retraining_is_refused_and_its_job_says_why(settings, store):
    with only_one(settings.home, note="job 7"), pytest.raises(RetrainingRuns, match="job 7"):
        run(settings, store)

    with store.read() as connection:
        (job,) = retraining.recent(connection)
    assert job.state == "failed"
    assert "job 7" in (job.error or "")


def test_a_failure_of_our_own_is_written_into_the_job(settings, store):
    def trip(step: str) -> None:
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        run(settings, store, progress=trip)

    with store.read() as connection:
        (job,) = retraining.recent(connection)
    assert (job.state, job.error) == ("failed", "RuntimeError: disk full")


def test_the_command_exits_3_when_the_gate_holds_and_0_with_an_override(
    settings, store, small_set, tmp_path, monkeypatch
):
    monkeypatch.setenv("STANCEWIRE_LABELLED", str(settings.labelled))
    monkeypatch.setenv("STANCEWIRE_HOME", str(settings.home))
    first = Registry(settings.home).current_id()
    poison = [
        replace(
            document,
            document=replace(document.document, id=f"poison-{i}-{document.document.id}"),
            codings=tuple(
                replace(c, stance="none" if c.stance == "favor" else "favor")
                for c in document.codings
            ),
        )
        for i in range(2)
        for document in small_set.documents
    ]
    file = tmp_path / "poison.jsonl"
    file.write_text("".join(json.dumps(d.to_json()) + "\n" for d in poison))
    call = CliRunner().invoke
    assert call(app, ["labels", "import", str(file), "--coder", "mallory"]).exit_code == 0

    held = call(app, ["retrain", "--who", "ada"])

    assert held.exit_code == 3, held.output
    told = json.loads(held.stdout)
    assert told["held"]
    assert any("stance_macro_f1" in reason for reason in told["reasons"])
    assert Registry(settings.home).current_id() == first

    candidate = told["version"]
    card = call(app, ["models", "card", candidate])
    assert "Decision: **hold**" in card.stdout
    assert json.loads(call(app, ["models", "card", candidate, "--json"]).stdout)["gate"]["reasons"]
    changes = call(app, ["models", "diff", first, candidate])
    assert "sentences" in changes.stdout
    on = call(app, ["models", "diff", first, candidate, "--on", str(settings.labelled)])
    assert "95% of the change" in on.stdout
    for times, word in enumerate(("promote", "use"), 1):
        assert call(app, ["models", word, candidate, "--why", "I know better"]).exit_code == 0
        assert Registry(settings.home).current_id() == candidate
        assert call(app, ["models", "log"]).stdout.count("OVERRIDE of the gate") == times
        assert call(app, ["models", "rollback"]).exit_code == 0
        assert Registry(settings.home).current_id() == first


def test_without_any_version_the_job_says_that_none_serves(tmp_path):
    store = open_store(tmp_path / "stancewire.db")
    with store.write() as connection:
        job = retraining.create(connection, who="ada", now=NOW, promote=False, anyway=False)

    retraining.settle_lost(store, tmp_path, now=NOW + timedelta(days=1))

    assert "no version serves yet" in (found(store, job).error or "")
    store.close()


def _keep_and_die(home: Path, told: list[Judgement]) -> None:
    store = open_store(home / "stancewire.db")
    with store.write() as connection:
        keep_documents(connection, [JUDGED.document])
        append(connection, told[:1], now=NOW)
        os.kill(os.getpid(), signal.SIGKILL)


def test_an_import_that_is_killed_halfway_keeps_nothing_and_can_be_done_again(settings, store):
    told = judge(store)
    later = [replace(one, coder="ben") for one in told]
    process = multiprocessing.get_context("spawn").Process(
        target=_keep_and_die, args=(settings.home, later)
    )

    process.start()
    process.join(60)

    assert process.exitcode == -signal.SIGKILL
    with store.read() as connection:
        assert read(connection) == told
    label_desk.keep(store, [JUDGED.document], later, now=NOW)
    with store.read() as connection:
        assert read(connection) == told + later
