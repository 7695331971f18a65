"""The manifest says what a version is, and one that was garbled or changed is refused."""

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sklearn

from labels.labelled_set import LabelledSet
from model.manifest import (
    FORMAT,
    AlteredVersion,
    ModelVersion,
    NotAVersion,
    OtherFormat,
    Provenance,
    manifest_of,
    read_manifest,
)
from model.tagger import Tagger


@pytest.fixture(scope="module")
def version(tagger: Tagger, small_set: LabelledSet) -> ModelVersion:
    made_from = Provenance.of(
        small_set,
        created=datetime(2026, 11, 21, 18, 30, tzinfo=UTC),
        seed=7,
        figures={"stance_macro_f1": {"value": 0.5, "low": 0.4, "high": 0.6}},
    )
    return manifest_of(tagger, made_from, {"heads.joblib": "4567ef"})


@pytest.fixture
def saved(version: ModelVersion, tmp_path: Path) -> Path:
    (tmp_path / "manifest.json").write_text(json.dumps(version.to_json()))
    return tmp_path


def change(folder: Path, how: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "manifest.json"
    raw = json.loads(path.read_text())
    how(raw)
    path.write_text(json.dumps(raw))


def test_the_manifest_says_what_the_version_was_made_from(
    version: ModelVersion, tagger: Tagger, small_set: LabelledSet
) -> None:
    assert version.id.startswith("2026-11-21-")
    assert version.created == "2026-11-21T18:30:00+00:00"
    assert (version.data_sha256, version.seed) == (small_set.sha256, 7)
    assert version.n_documents == len(small_set.documents)
    assert version.n_sentences == small_set.n_sentences
    assert version.figures["stance_macro_f1"]["value"] == 0.5
    assert version.libraries["scikit-learn"] == sklearn.__version__
    assert version.heads["stance"]["classes"] == list(tagger.heads["stance"].classes)
    assert version.format == FORMAT


def test_a_manifest_is_read_as_it_was_written(version: ModelVersion, saved: Path) -> None:
    assert read_manifest(saved) == version
    raw = json.loads((saved / "manifest.json").read_text())
    assert set(raw) == {field.name for field in dataclasses.fields(ModelVersion)}


def test_a_folder_without_manifest_is_no_version(tmp_path: Path) -> None:
    with pytest.raises(NotAVersion, match=r"manifest\.json"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", [b"{", b"\xff", b""])
def test_a_manifest_that_is_not_json_is_refused(saved: Path, content: bytes) -> None:
    (saved / "manifest.json").write_bytes(content)

    with pytest.raises(NotAVersion, match="not JSON"):
        read_manifest(saved)


@pytest.mark.parametrize(
    "how",
    [
        lambda raw: raw.pop("seed"),
        lambda raw: raw.update(surprise=1),
        lambda raw: raw.update(scheme={"version": 1}),
        lambda raw: raw.update(created=None),
        lambda raw: raw.update(heads=None),
    ],
)
def test_a_manifest_with_garbled_fields_is_refused(
    saved: Path, how: Callable[[dict[str, Any]], object]
) -> None:
    change(saved, how)

    with pytest.raises((NotAVersion, AlteredVersion)):
        read_manifest(saved)


@pytest.mark.parametrize("number", [0, 2, 99, "1", None, True, [1]])
def test_another_format_is_refused_by_its_number(saved: Path, number: object) -> None:
    change(saved, lambda raw: raw.update(format=number))

    with pytest.raises(OtherFormat, match="this release reads 1"):
        read_manifest(saved)


def test_a_manifest_that_is_a_list_is_refused(saved: Path) -> None:
    (saved / "manifest.json").write_text("[]")

    with pytest.raises(OtherFormat):
        read_manifest(saved)


def test_an_edited_manifest_is_refused(saved: Path) -> None:
    change(saved, lambda raw: raw["figures"]["stance_macro_f1"].update(value=0.99))

    with pytest.raises(AlteredVersion, match=r"manifest\.json was changed"):
        read_manifest(saved)
