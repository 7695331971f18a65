"""The registry: many versions, one that serves, and a log of who changed it."""

import itertools
import json
import multiprocessing
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from labels.labelled_set import LabelledSet
from model.artefact import VersionExists
from model.manifest import AlteredVersion, BadVersion, NotAVersion, Provenance
from model.tagger import Tagger
from training.registry import (
    CorruptPointer,
    LogEntry,
    NoCurrentVersion,
    NoEarlierVersion,
    Registry,
    UnknownVersion,
    earlier,
)

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "home", clock=lambda: NOON)


def origin(small_set: LabelledSet, day: int) -> Provenance:
    return Provenance.of(small_set, created=NOON + timedelta(days=day), seed=day)


def add(registry: Registry, tagger: Tagger, small_set: LabelledSet, day: int = 0) -> str:
    return registry.add(tagger, origin(small_set, day), who="ana", why="first try").id


def test_a_new_workspace_has_no_version(registry: Registry) -> None:
    assert registry.list() == ()
    assert registry.log() == ()
    with pytest.raises(NoCurrentVersion, match="stancewire train"):
        registry.load()
    assert not registry.home.exists()


def test_a_version_serves_only_once_promoted(
    registry: Registry, tagger: Tagger, small_set: LabelledSet
) -> None:
    id = add(registry, tagger, small_set)
    with pytest.raises(NoCurrentVersion):
        registry.current_id()

    registry.promote(id, who="ana", why="the first")

    assert registry.current_id() == id
    assert registry.load().version == registry.manifest().id == id


def test_a_version_can_be_loaded_by_id(
    registry: Registry, tagger: Tagger, small_set: LabelledSet
) -> None:
    id = add(registry, tagger, small_set)

    assert registry.load(id).version == id
    assert registry.manifest(id).seed == 0


def test_versions_are_listed_oldest_first(
    registry: Registry, tagger: Tagger, small_set: LabelledSet
) -> None:
    ids = [add(registry, tagger, small_set, day) for day in (2, 0, 1)]

    assert [version.id for version in registry.list()] == [ids[1], ids[2], ids[0]]


def test_the_same_version_is_added_once(
    registry: Registry, tagger: Tagger, small_set: LabelledSet
) -> None:
    add(registry, tagger, small_set)

    with pytest.raises(VersionExists):
        add(registry, tagger, small_set)

    assert len(registry.list()) == 1


@pytest.mark.parametrize("id", ["2026-11-21-000000", "../../etc", "", "current", "."])
def test_an_unknown_id_is_refused_wherever_it_points(registry: Registry, id: str) -> None:
    (registry.home / "models").mkdir(parents=True)

    for ask in (registry.load, registry.manifest, registry.path):
        with pytest.raises(UnknownVersion, match="models list"):
            ask(id)
    with pytest.raises(UnknownVersion):
        registry.promote(id, who="ana", why="a slip")


def test_rollbacks_go_back_one_promotion_each(
    registry: Registry, tagger: Tagger, small_set: LabelledSet
) -> None:
    ids = [add(registry, tagger, small_set, day) for day in range(3)]
    for id in ids:
        registry.promote(id, who="ana", why="better")

    assert registry.rollback(who="ben", why="worse on Sudan") == ids[1]
    assert registry.rollback(who="ben", why="worse still") == ids[0]
    with pytest.raises(NoEarlierVersion, match="nothing was changed"):
        registry.rollback(who="ben", why="once more")
    assert registry.current_id() == ids[0]


def test_the_log_says_who_did_what_when_and_why(
    registry: Registry, tagger: Tagger, small_set: LabelledSet
) -> None:
    first, second = (add(registry, tagger, small_set, day) for day in (0, 1))
    registry.promote(first, who="ana", why="the first")
    registry.promote(second, who="ana", why="F1 +0.02")
    registry.rollback(who="ben", why="schlechter für Kiew")

    at = "2026-11-21T12:00:00+00:00"
    assert registry.log()[2:] == (
        LogEntry(at, "promote", first, None, "ana", "the first"),
        LogEntry(at, "promote", second, first, "ana", "F1 +0.02"),
        LogEntry(at, "rollback", first, second, "ben", "schlechter für Kiew"),
    )


def test_a_torn_line_of_the_log_costs_no_other(
    registry: Registry, tagger: Tagger, small_set: LabelledSet
) -> None:
    id = add(registry, tagger, small_set)
    with (registry.folder / "log.jsonl").open("a") as log:
        log.write('{"at": "2026-11-21T12:00')

    registry.promote(id, who="ana", why="the first")

    assert [entry.action for entry in registry.log()] == ["add", "promote"]


@pytest.mark.parametrize("content", ["", "garbage", "../..", "2026-11-21-000000", "\x00\xff"])
def test_a_corrupt_pointer_is_told_and_mended_by_choosing(
    registry: Registry, tagger: Tagger, small_set: LabelledSet, content: str
) -> None:
    id = add(registry, tagger, small_set)
    (registry.folder / "current").write_bytes(content.encode("latin-1"))
    with pytest.raises(CorruptPointer, match="models use ID"):
        registry.load()

    registry.promote(id, who="ana", why="mended")

    assert registry.current_id() == id


def test_a_broken_version_is_not_promoted(
    registry: Registry, tagger: Tagger, small_set: LabelledSet
) -> None:
    good, bad = (add(registry, tagger, small_set, day) for day in (0, 1))
    registry.promote(good, who="ana", why="the first")
    (registry.folder / bad / "heads.joblib").write_bytes(b"torn")

    with pytest.raises(AlteredVersion):
        registry.promote(bad, who="ana", why="newer")

    assert registry.current_id() == good
    assert len(registry.log()) == 3


def test_a_rollback_to_a_version_that_was_removed_changes_nothing(
    registry: Registry, tagger: Tagger, small_set: LabelledSet
) -> None:
    first, second = (add(registry, tagger, small_set, day) for day in (0, 1))
    registry.promote(first, who="ana", why="the first")
    registry.promote(second, who="ana", why="better")
    (registry.folder / first).rename(registry.home / "attic")

    with pytest.raises(UnknownVersion):
        registry.rollback(who="ben", why="worse")

    assert registry.current_id() == second


def test_one_broken_folder_does_not_hide_the_others(
    registry: Registry, tagger: Tagger, small_set: LabelledSet
) -> None:
    id = add(registry, tagger, small_set)
    (registry.folder / "2026-11-20-abcdef").mkdir()
    (registry.folder / "notes").mkdir()

    assert [version.id for version in registry.list()] == [id]
    (fault,) = registry.faults()
    assert isinstance(fault, BadVersion)
    assert isinstance(fault, NotAVersion)
    assert fault.folder.name == "2026-11-20-abcdef"


def test_promotions_at_the_same_time_leave_a_sound_pointer_and_a_whole_log(
    registry: Registry, tagger: Tagger, small_set: LabelledSet
) -> None:
    ids = [add(registry, tagger, small_set, day) for day in range(3)]

    def promote(turn: int) -> str:
        Registry(registry.home).promote(ids[turn % 3], who=f"worker {turn}", why="a race")
        return registry.current_id()

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(promote, range(18)))

    assert set(seen) <= set(ids)
    promotions = [entry for entry in registry.log() if entry.action == "promote"]
    assert len(promotions) == 18
    assert registry.current_id() == promotions[-1].version
    for before, after in itertools.pairwise(promotions):
        assert after.before == before.version
    assert not [path for path in registry.folder.iterdir() if path.name.startswith(".current")]


def _promote_for_ever(home: Path, ids: list[str], started) -> None:
    registry = Registry(home)
    for id in itertools.cycle(ids):
        registry.promote(id, who="doomed", why="a race")
        started.set()


@pytest.mark.parametrize("delay_s", [0.0, 0.013])
def test_killed_while_it_promotes_a_whole_version_serves_and_the_next_promotion_works(
    registry: Registry, tagger: Tagger, small_set: LabelledSet, delay_s: float
) -> None:
    ids = [add(registry, tagger, small_set, day) for day in range(2)]
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    doomed = context.Process(target=_promote_for_ever, args=(registry.home, ids, started))
    doomed.start()
    assert started.wait(120)

    time.sleep(delay_s)  # to die at another place each time
    doomed.kill()
    doomed.join(60)

    assert doomed.exitcode == -signal.SIGKILL
    assert registry.load().version in ids
    assert {entry.who for entry in registry.log() if entry.action == "promote"} == {"doomed"}
    registry.promote(ids[0], who="ana", why="after the crash")
    assert registry.load().version == ids[0]
    assert registry.log()[-1].why == "after the crash"


def test_versions_added_at_the_same_time_are_all_there(
    registry: Registry, tagger: Tagger, small_set: LabelledSet
) -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda day: add(registry, tagger, small_set, day), range(4)))

    assert {version.id for version in registry.list()} == set(ids)
    assert len(registry.log()) == 4


def entry(action: str, version: str) -> LogEntry:
    return LogEntry("", action, version, None, "", "")


@pytest.mark.parametrize(
    ("actions", "current", "wanted"),
    [
        ([], None, None),
        (["promote a"], "a", None),
        (["promote a", "promote b"], "b", "a"),
        (["promote a", "promote b", "promote a"], "a", "b"),
        (["promote a", "promote b", "promote a", "rollback b"], "b", "a"),
        (["promote a", "promote b", "promote b"], "b", "a"),
        (["promote a", "add b", "promote c"], "c", "a"),
        (["promote a", "promote b", "promote c"], "b", "a"),  # died before the pointer was swapped
        (["promote a", "promote b"], "x", "b"),  # a pointer edited by hand
        (["promote a", "promote b"], None, "b"),  # a pointer that was lost
        (["rollback a", "promote b"], "b", None),
    ],
)
def test_what_served_earlier_is_read_from_log_and_pointer(
    actions: list[str], current: str | None, wanted: str | None
) -> None:
    log = tuple(entry(*action.split()) for action in actions)

    assert earlier(log, current) == wanted


def test_a_line_of_the_log_from_another_release_is_passed_over(registry: Registry) -> None:
    registry.folder.mkdir(parents=True)
    (registry.folder / "log.jsonl").write_text(json.dumps({"at": "x", "mood": "good"}) + "\n[]\n")

    assert registry.log() == ()


def test_reading_the_registry_imports_no_fitting_code() -> None:
    # pandas is no proof here: scikit-learn imports it itself wherever it is installed.
    program = (
        "import sys, training.registry; "
        "print(sorted({'training.fit', 'training.evaluate', 'training.report'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
