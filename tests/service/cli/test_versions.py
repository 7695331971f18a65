"""`stancewire train`, `evaluate` and `models`: a version's life from the command line."""

import getpass
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import joblib
import pytest
from typer.testing import CliRunner, Result

import service.cli
from labels.labelled_set import LabelledSet, shipped
from model.manifest import read_manifest
from service import errors
from service.cli import workspace
from service.cli.models import models
from tests.builders import article
from training.registry import Registry

ID = re.compile(r"\d{4}-\d\d-\d\d-[0-9a-f]{6}")


def write(path: Path, documents: LabelledSet) -> Path:
    lines = (json.dumps(one.to_json(), ensure_ascii=False) for one in documents.documents)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def labelled(small_set: LabelledSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    part = LabelledSet.of(small_set.documents[:14])
    return write(tmp_path_factory.mktemp("labelled") / "mine.jsonl", part)


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    part = LabelledSet.of(shipped().documents[:4])
    return write(tmp_path_factory.mktemp("coded") / "coded.jsonl", part)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STANCEWIRE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def pair(labelled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of two versions; the first serves."""
    home = tmp_path_factory.mktemp("pair")
    done("train", "--labelled", labelled, "--home", home)
    done("train", "--labelled", labelled, "--home", home, "--seed", 2)
    return home


@pytest.fixture
def two(pair: Path, home: Path) -> tuple[str, str]:
    """The ids of two versions in the workspace; the first serves."""
    shutil.copytree(pair, home)
    registry = Registry(home)
    first = registry.current_id()
    (second,) = {one.id for one in registry.list()} - {first}
    return first, second


def run(*words: object) -> Result:
    return CliRunner().invoke(service.cli.app, [str(word) for word in words])


def done(*words: object) -> str:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def failed(monkeypatch: pytest.MonkeyPatch, *words: object) -> object:
    """Run the command as the shell does; return its exit code."""
    monkeypatch.setattr(sys, "argv", ["stancewire", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        service.cli.main()
    return left.value.code


def id_in(text: str) -> str:
    match = ID.search(text)
    assert match
    return match.group()


def test_the_first_version_serves_and_later_ones_wait(home: Path, two: tuple[str, str]) -> None:
    assert Registry(home).manifest(two[0]).seed == 0
    assert Registry(home).manifest(two[1]).seed == 2


def test_a_version_serves_at_once_where_that_is_asked(
    home: Path, labelled: Path, two: tuple[str, str]
) -> None:
    third = id_in(
        done("train", "--labelled", labelled, "--use", "--why", "new labels", "--seed", 3)
    )

    assert Registry(home).current_id() == third
    assert Registry(home).log()[-1].why == "new labels"


def test_training_if_missing_trains_once(home: Path, labelled: Path) -> None:
    first = id_in(done("train", "--if-missing", "--labelled", labelled))
    again = done("train", "--if-missing", "--labelled", labelled)

    assert f"{first} serves already" in again
    assert len(Registry(home).list()) == 1


def test_several_files_are_trained_on_together(home: Path, labelled: Path, coded: Path) -> None:
    version = Registry(home).manifest(
        id_in(done("train", "--labelled", labelled, "--labelled", coded))
    )

    assert version.n_documents == 18


def test_a_measured_version_keeps_its_figures_and_report(
    home: Path, labelled: Path, coded: Path
) -> None:
    id = id_in(done("train", "--labelled", labelled, "--coded", coded))
    folder = Registry(home).path(id)

    figures = read_manifest(folder).figures
    assert figures["documents"] == 4
    assert 0 <= figures["values"]["stance_macro_f1"]["value"] <= 1
    assert json.loads((folder / "report.json").read_text())["documents"] == 4
    report = (folder / "report.md").read_text()
    for picture in re.findall(r"\]\((\w+\.svg)\)", report):
        assert (folder / picture).is_file()
    assert f"{figures['values']['stance_macro_f1']['value']:.3f}" in done("models", "list")
    assert "Stance, macro F1" in done("models", "show", id)


def test_measuring_on_what_was_trained_on_is_pointed_out(
    home: Path, labelled: Path, coded: Path
) -> None:
    leaking = run("train", "--labelled", labelled, "--labelled", coded, "--coded", coded)
    clean = run("train", "--labelled", labelled, "--coded", coded)

    assert "4 documents of the coded file are in the labelled set" in leaking.stderr
    assert clean.stderr == ""


@pytest.mark.slow
def test_the_same_file_and_seed_give_the_same_tags_in_another_process(
    labelled: Path, tmp_path: Path
) -> None:
    taggers = []
    for hash_seed in ("1", "2"):
        subprocess.run(
            [
                sys.executable, "-m", "service.cli", "train", "--labelled", str(labelled),
                "--seed", "5", "--home", str(tmp_path / hash_seed),
            ],
            check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )  # fmt: skip
        taggers.append(Registry(tmp_path / hash_seed).load())
    news = [one.document for one in shipped().documents[:5]]

    one, two = ([each.tags for each in tagger.tag(news, explain=True)] for tagger in taggers)

    assert one == two


def test_a_faulty_labelled_file_is_named_by_file_line_and_field(
    home: Path, labelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    faulty = tmp_path / "faulty.jsonl"
    faulty.write_text(labelled.read_text().replace('"stance": "favor"', '"stance": "maybe"', 1))

    assert failed(monkeypatch, "train", "--labelled", faulty) == errors.BAD_INPUT
    assert re.search(
        r"faulty\.jsonl:\d+: sentences\[\d+\]\.stance: 'maybe'", capsys.readouterr().err
    )
    assert not home.exists()


def test_a_scheme_file_names_other_labels(home: Path, tmp_path: Path) -> None:
    scheme = tmp_path / "scheme.toml"
    scheme.write_text('version = "x"\nstances = ["yes", "no"]\nneutral = "maybe"\n')

    result = run("train", "--scheme", scheme)

    assert result.exit_code != 0
    assert "scheme.toml: neutral: must be one of the stances" in str(result.exception)


def test_evaluate_prints_every_figure_with_its_interval(
    two: tuple[str, str], coded: Path, tmp_path: Path
) -> None:
    printed = done(
        "evaluate", coded, "--json", tmp_path / "out" / "figures.json",
        "--report", tmp_path / "report", "--errors", 2, "--slices",
    )  # fmt: skip

    figures = json.loads((tmp_path / "out" / "figures.json").read_text())
    assert figures["documents"] == 4
    for name in ("stance_macro_f1", "speaker_name_acc", "actors_micro_f1", "statement_f1"):
        value = figures["figures"][name]
        assert f"{value['low']:.3f} to {value['high']:.3f}" in printed
    assert printed.count("    coded  ") == 2
    assert "By conflict" in printed
    assert (tmp_path / "report" / "report.md").is_file()
    assert not list(tmp_path.rglob("*.unfinished"))


def test_evaluate_takes_another_version_than_the_one_that_serves(
    two: tuple[str, str], coded: Path
) -> None:
    assert f"Version {two[1]}" in done("evaluate", coded, "--version", two[1])


def test_folds_measure_the_method_without_a_version(home: Path, labelled: Path) -> None:
    with joblib.parallel_config(backend="threading"):  # processes import for seconds
        printed = done("evaluate", labelled, "--folds", 2)

    assert "2 folds by document" in printed
    assert not home.exists()


@pytest.mark.parametrize("folds", ["origin", "1", "15", "many"])
def test_folds_that_can_not_be_made_are_refused(labelled: Path, folds: str) -> None:
    assert run("evaluate", labelled, "--folds", folds).exit_code == errors.USAGE


def test_files_are_folds_of_their_own(labelled: Path, coded: Path) -> None:
    parts = service.cli.evaluate._folds(LabelledSet.of(shipped().documents[:21]), "origin", seed=0)

    assert [part.name for part in parts] == ["x11", "x22"]


def test_evaluate_needs_something_to_evaluate_on(home: Path) -> None:
    assert run("evaluate").exit_code == errors.USAGE


def test_without_a_version_there_is_nothing_to_evaluate_or_show(
    home: Path, coded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert failed(monkeypatch, "evaluate", coded) == errors.UNAVAILABLE
    assert failed(monkeypatch, "models", "show") == errors.UNAVAILABLE
    assert failed(monkeypatch, "models", "use", "2026-11-21-abcdef") == errors.NOT_FOUND
    assert failed(monkeypatch, "models", "rollback") == errors.NOT_FOUND
    assert "no versions yet" in done("models", "list")


def test_versions_are_chosen_and_rolled_back_and_logged(home: Path, two: tuple[str, str]) -> None:
    first, second = two

    done("models", "use", second, "--why", "better on Chad")
    assert f"* {second}" in done("models", "list")
    assert f"{second} (serves)" in done("models", "show")
    assert first in done("models", "rollback", "--why", "worse on Mali")

    assert Registry(home).current_id() == first
    log = [json.loads(line) for line in done("models", "log", "--json").splitlines()]
    assert [(one["action"], one["version"]) for one in log] == [
        ("add", first), ("promote", first), ("add", second), ("promote", second),
        ("rollback", first),
    ]  # fmt: skip
    assert "worse on Mali" in done("models", "log")


def test_versions_are_told_as_json_too(two: tuple[str, str]) -> None:
    listed = {one["id"]: one for one in json.loads(done("models", "list", "--json"))}

    assert {id: one["serves"] for id, one in listed.items()} == {two[0]: True, two[1]: False}
    assert listed[two[0]]["stance_macro_f1"] is None
    assert json.loads(done("models", "show", "--json"))["id"] == two[0]


def test_a_broken_folder_is_told_beside_the_sound_ones(home: Path, two: tuple[str, str]) -> None:
    (home / "models" / "2026-11-20-abcdef").mkdir()

    result = run("models", "list")

    assert result.exit_code == errors.SOME_FAILED
    assert two[0] in result.stdout
    assert "2026-11-20-abcdef" in result.stderr


COMMANDS = ["train", "evaluate", *(f"models {one.name}" for one in models.registered_commands)]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    told = done(*name.split(), "--help")

    assert f"\n      stancewire {name}" in told
    assert "--home" in told


def test_progress_shows_on_a_terminal_and_stays_out_of_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with workspace.progress("Training") as step:
        step("in a pipe")
    assert capsys.readouterr() == ("", "")

    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with workspace.progress("Training") as step:
        step("on a terminal")
    shown = capsys.readouterr()
    assert "Training: on a terminal" in shown.err
    assert shown.out == ""


def test_the_log_names_the_user_or_says_that_it_does_not_know(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOGNAME", "ana")
    assert workspace.whoami() == "ana"

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert workspace.whoami() == "unknown"


def test_a_trained_version_tags(home: Path, two: tuple[str, str]) -> None:
    (tagged,) = Registry(home).load().tag([article("The union will send troops.")])

    assert tagged.version == two[0]
