"""One version on disk: all of it comes back, and what is not as it was saved is refused."""

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import joblib
import pytest
import sklearn

from labels.labelled_set import LabelledSet
from labels.scheme import Scheme
from model import artefact, heads_file
from model.artefact import IncompatibleVersion, VersionExists
from model.heads_file import UnsafeContent
from model.manifest import FORMAT, AlteredVersion, NotAVersion, Provenance, read_manifest
from model.tagger import Tagger
from tests.builders import article

NEWS = article(
    """
    The union urged Kenya to send troops. "We reject any foreign force," the minister said.

    It rained in the capital. Uganda is ready to keep its soldiers there only with a mandate.
    """
)


@pytest.fixture(scope="module")
def made_from(small_set: LabelledSet) -> Provenance:
    return Provenance.of(small_set, created=datetime(2026, 11, 21, tzinfo=UTC), seed=7)


@pytest.fixture
def saved(tagger: Tagger, made_from: Provenance, tmp_path: Path) -> Path:
    return tmp_path / artefact.save(tagger, tmp_path, made_from).id


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def resign(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Change the manifest as a forger would: with its hash and the folder's name put right."""
    raw = json.loads((folder / "manifest.json").read_text())
    change(raw)
    body = json.dumps(raw | {"id": "", "sha256": ""}, sort_keys=True)
    raw["sha256"] = sha256(body.encode())
    raw["id"] = f"{raw['created'][:10]}-{raw['sha256'][:6]}"
    (folder / "manifest.json").write_text(json.dumps(raw))
    return folder


def forge_heads(folder: Path, content: bytes) -> Path:
    """Put other heads in the place of a version's, which has no tables then."""
    (folder / "heads.joblib").write_bytes(content)
    return resign(folder, lambda raw: raw.update(files={"heads.joblib": sha256(content)}))


def test_a_saved_tagger_tags_as_before(tagger: Tagger, saved: Path) -> None:
    loaded = artefact.load(saved)

    assert loaded.version == saved.name
    assert loaded.scheme == tagger.scheme
    before = tagger.tag([NEWS], explain=True)
    assert [document.tags for document in loaded.tag([NEWS], explain=True)] == [
        document.tags for document in before
    ]


def test_the_threshold_of_abstaining_is_kept(
    tagger: Tagger, made_from: Provenance, tmp_path: Path
) -> None:
    careful = Tagger(tagger.heads, abstain_below=0.625)

    version = artefact.save(careful, tmp_path, made_from)

    assert artefact.load(tmp_path / version.id).abstain_below == 0.625


def test_a_version_folder_stays_under_30_mb(saved: Path) -> None:
    assert sum(path.stat().st_size for path in saved.iterdir()) < 30_000_000


def test_files_beside_the_version_are_written_and_passed_over(
    tagger: Tagger, made_from: Provenance, tmp_path: Path
) -> None:
    version = artefact.save(tagger, tmp_path, made_from, beside={"report.md": b"# Report\n"})
    (tmp_path / version.id / "report.md").write_text("changed")

    assert artefact.load(tmp_path / version.id).version == version.id


def test_the_same_version_is_not_written_twice(
    tagger: Tagger, made_from: Provenance, saved: Path
) -> None:
    with pytest.raises(VersionExists, match="stands there already"):
        artefact.save(tagger, saved.parent, made_from)

    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_save_that_fails_leaves_nothing_behind(
    tagger: Tagger, made_from: Provenance, tmp_path: Path
) -> None:
    with pytest.raises(OSError, match="no/such"):
        artefact.save(tagger, tmp_path, made_from, beside={"no/such/folder": b""})

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_comes_first_wins(
    tagger: Tagger, made_from: Provenance, saved: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Two processes save the same version; the second finds the name taken as it renames."""
    elsewhere = tmp_path_factory.mktemp("models")
    taken = elsewhere / saved.name

    class Late(dict[str, bytes]):
        def items(self) -> Any:
            taken.mkdir()
            (taken / "manifest.json").touch()
            return super().items()

    with pytest.raises(VersionExists, match="can't be put in place"):
        artefact.save(tagger, elsewhere, made_from, beside=Late(a=b""))

    assert [path.name for path in elsewhere.iterdir()] == [saved.name]


def test_a_head_that_could_not_be_loaded_is_not_saved(
    tagger: Tagger, made_from: Provenance, tmp_path: Path
) -> None:
    odd = artefact.load(tmp_path / artefact.save(tagger, tmp_path, made_from).id)
    odd.heads["stance"].pipeline.verbose = True

    with pytest.raises(UnsafeContent, match="verbose"):
        artefact.save(odd, tmp_path / "other", made_from)

    assert not (tmp_path / "other").exists()


def test_loaded_arrays_share_the_files_pages(saved: Path) -> None:
    regression = artefact.load(saved).heads["stance"].pipeline.named_steps["regression"]

    assert not regression.coef_.flags.owndata
    assert not regression.coef_.flags.writeable


def test_a_version_goes_on_serving_when_its_folder_is_removed(tagger: Tagger, saved: Path) -> None:
    loaded = artefact.load(saved)
    for path in saved.iterdir():
        path.unlink()

    assert loaded.tag([NEWS])[0].tags == tagger.tag([NEWS])[0].tags


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"lbfgs", b"lbfgt")),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["missing", "empty", "truncated", "altered", "a folder"],
)
def test_harmed_heads_are_refused_before_they_are_unpickled(
    saved: Path, harm: Callable[[Path], object]
) -> None:
    harm(saved / "heads.joblib")

    with pytest.raises(AlteredVersion, match=r"heads\.joblib"):
        artefact.load(saved)


def test_forged_heads_run_nothing_though_every_hash_is_right(saved: Path, tmp_path: Path) -> None:
    class Hostile:
        def __reduce__(self) -> Any:
            return os.system, (f"touch {tmp_path / 'ran'}",)

    joblib.dump({"stance": Hostile()}, tmp_path / "hostile")
    forge_heads(saved, (tmp_path / "hostile").read_bytes())

    with pytest.raises(UnsafeContent, match=r"posix\.system|nt\.system"):
        artefact.load(saved)

    assert not (tmp_path / "ran").exists()


def test_forged_heads_with_every_hash_right_must_fit_the_manifest(
    tagger: Tagger, saved: Path
) -> None:
    swapped = {"stance": tagger.heads["speaker_type"].pipeline}
    forge_heads(saved, heads_file.dump(swapped))

    with pytest.raises(UnsafeContent, match="not those of the manifest"):
        artefact.load(saved)


def test_labels_that_differ_from_the_manifest_are_refused(saved: Path) -> None:
    resign(saved, lambda raw: raw["heads"]["stance"]["classes"].reverse())

    with pytest.raises(UnsafeContent, match="other labels than the manifest"):
        artefact.load(saved)


@pytest.mark.parametrize("field", ["config", "calibration"])
def test_a_head_without_configuration_is_refused(saved: Path, field: str) -> None:
    resign(saved, lambda raw: raw["heads"]["stance"].pop(field))

    with pytest.raises(NotAVersion, match=field):
        artefact.load(saved)


def test_a_calibration_of_another_size_is_refused(saved: Path) -> None:
    resign(saved, lambda raw: raw["heads"]["stance"]["calibration"]["shift"].pop())

    with pytest.raises(NotAVersion, match="calibration"):
        artefact.load(saved)


def other_release(part: int) -> str:
    numbers = sklearn.__version__.split(".")
    numbers[part] = str(int(numbers[part]) + 1)
    return ".".join(numbers)


@pytest.mark.parametrize("part", [0, 1])
def test_another_release_of_scikit_learn_is_refused_by_name(saved: Path, part: int) -> None:
    resign(saved, lambda raw: raw["libraries"].update({"scikit-learn": other_release(part)}))

    with pytest.raises(IncompatibleVersion, match=f"scikit-learn {other_release(part)}"):
        artefact.load(saved)


def test_a_patch_release_apart_is_welcome(saved: Path) -> None:
    content = (saved / "heads.joblib").read_bytes()
    later = other_release(2)
    assert len(later) == len(sklearn.__version__)
    forge_heads(saved, content.replace(sklearn.__version__.encode(), later.encode()))
    resign(saved, lambda raw: raw["libraries"].update({"scikit-learn": later}))

    assert artefact.load(saved).heads


def test_the_codebooks_number_with_other_labels_is_refused(saved: Path) -> None:
    resign(saved, lambda raw: raw["scheme"]["stances"].append("maybe"))

    with pytest.raises(IncompatibleVersion, match="names other labels"):
        artefact.load(saved)


def test_another_scheme_is_kept_by_its_names(
    tagger: Tagger, made_from: Provenance, tmp_path: Path
) -> None:
    scheme = Scheme("tweets-1", ("against", "conditional", "favor", "none"), "none")
    version = artefact.save(Tagger(tagger.heads, scheme=scheme), tmp_path, made_from)

    assert artefact.load(tmp_path / version.id).scheme == scheme


def test_a_version_that_tags_as_when_it_was_fitted_loads_without_a_word(
    saved: Path, caplog: pytest.LogCaptureFixture
) -> None:
    artefact.load(saved)

    assert caplog.records == []


def test_a_version_that_tags_otherwise_than_when_it_was_fitted_says_so(
    saved: Path, caplog: pytest.LogCaptureFixture
) -> None:
    resign(saved, lambda raw: raw.update(probe="another hash"))

    version = artefact.load(saved).version

    assert f"version {version} tags otherwise than when it was fitted" in caplog.text


def test_a_version_that_this_release_can_not_tag_with_is_refused(saved: Path) -> None:
    """Its head wants a view that no code makes any more."""
    was, now = b"stance", b"stanza"
    content = (saved / "heads.joblib").read_bytes().replace(was, now)
    forge_heads(saved, content)

    def rename(raw: dict[str, Any]) -> None:
        raw["heads"] = {
            name.replace("stance", "stanza"): head for name, head in raw["heads"].items()
        }
        raw["files"]["heads.joblib"] = sha256(content)

    resign(saved, rename)

    with pytest.raises(IncompatibleVersion, match="another release of stancewire"):
        artefact.load(saved)


@pytest.mark.parametrize("number", range(1, FORMAT + 1))
def test_versions_of_every_format_are_still_read(number: int) -> None:
    """Folders as they were written then; never write one anew to please this test."""
    folder = Path(__file__).parent / "versions" / f"format-{number}"

    version = read_manifest(folder)

    assert version.format == number
    if version.libraries["scikit-learn"].split(".")[:2] == sklearn.__version__.split(".")[:2]:
        heads = artefact._heads(
            version, heads_file.load((folder / "heads.joblib").read_bytes()), folder
        )
        assert {name: list(head.classes) for name, head in heads.items()} == {
            name: head["classes"] for name, head in version.heads.items()
        }
    else:
        with pytest.raises(IncompatibleVersion):
            artefact.load(folder)
