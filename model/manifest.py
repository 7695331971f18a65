"""The manifest of one version: all that is known of it, every head's configuration and calibration too.

Format numbers (`FORMAT`); to change the format, raise the number, add a line here, keep a reader
of the older manifests in `_READERS`, and keep a folder of each number under
`tests/model/versions/`, which must go on loading:

1. The first. Manifest keys: the attributes of `ModelVersion`. `heads.tables` came later; without it
   the heads are compiled when they are loaded.
"""

import dataclasses
import hashlib
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version as release
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labels.errors import InvalidScheme, StancewireError
from labels.scheme import Scheme
from model.probe import fingerprint
from model.tagger import Tagger

if TYPE_CHECKING:
    from labels.labelled_set import LabelledSet

FORMAT = 1
MANIFEST = "manifest.json"


class BadVersion(StancewireError):
    """A version folder that can't be loaded.

    Attributes:
        folder: where it stands.
        reason: what is wrong.
    """

    def __init__(self, folder: Path, reason: str) -> None:
        self.folder = folder
        self.reason = reason
        super().__init__(f"version {folder}: {reason}")


class NotAVersion(BadVersion):
    """A folder without a manifest that could be read."""


class OtherFormat(BadVersion):
    """A version written in a format that this release doesn't know."""


class AlteredVersion(BadVersion):
    """A file that is missing, cut short or not the one that was saved."""


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """The manifest of one version.

    Attributes:
        id: date and hash, as "2026-11-21-3f9c2a".
        created: UTC, ISO 8601.
        scheme: the label names that it was fitted for.
        data_sha256: of the labelled set (`LabelledSet.sha256`).
        n_documents: in the labelled set.
        n_sentences: coded, in the labelled set.
        seed: of every random choice.
        heads: configuration, calibration and labels of each head, as JSON.
        abstain_below: stance scores under this probability abstain.
        libraries: releases of Python, scikit-learn, numpy, scipy and joblib at fitting.
        figures: measured quality by name, as JSON; empty where nothing was measured.
        files: sha256 of every file that loading needs, by name.
        probe: what the version said of `model.probe` when it was saved, hashed.
        sha256: of all of the above but `id`.
        format: number of the format.
    """

    id: str
    created: str
    scheme: Scheme
    data_sha256: str
    n_documents: int
    n_sentences: int
    seed: int
    heads: Mapping[str, Any]
    abstain_below: float
    libraries: Mapping[str, str]
    figures: Mapping[str, Any]
    files: Mapping[str, str]
    probe: str
    sha256: str
    format: int = FORMAT

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as it stands in the file."""
        fields = ((field.name, getattr(self, field.name)) for field in dataclasses.fields(self))
        return {**dict(fields), "scheme": self.scheme.to_json()}


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a version was made from, for its manifest; see `ModelVersion` for the fields."""

    created: datetime
    data_sha256: str
    n_documents: int
    n_sentences: int
    seed: int
    figures: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(
        cls,
        labelled: "LabelledSet",
        *,
        created: datetime,
        seed: int,
        figures: Mapping[str, Any] | None = None,
    ) -> "Provenance":
        """Return the origin of a version that is fitted on a labelled set."""
        return cls(
            created, labelled.sha256, len(labelled.documents), labelled.n_sentences, seed,
            figures or {},
        )  # fmt: skip


def manifest_of(tagger: Tagger, made_from: Provenance, files: Mapping[str, str]) -> ModelVersion:
    """Return the manifest of a tagger.

    Args:
        tagger: fitted; its own `version` is not looked at.
        made_from: the version's origin.
        files: sha256 of every file that loading needs, by name.
    """
    heads = {
        name: {
            "config": head.config.to_json(),
            "calibration": head.calibration.to_json(),
            "classes": list(head.classes),
        }
        for name, head in tagger.heads.items()
    }
    blank = ModelVersion(
        id="",
        created=made_from.created.isoformat(timespec="seconds"),
        scheme=tagger.scheme,
        data_sha256=made_from.data_sha256,
        n_documents=made_from.n_documents,
        n_sentences=made_from.n_sentences,
        seed=made_from.seed,
        heads=heads,
        abstain_below=tagger.abstain_below,
        libraries=_releases(),
        figures=dict(made_from.figures),
        files=dict(files),
        probe=fingerprint(tagger),
        sha256="",
    )
    digest = _digest(blank)
    return dataclasses.replace(blank, id=_id(blank.created, digest), sha256=digest)


def read_manifest(folder: Path) -> ModelVersion:
    """Read and check the manifest of one version.

    Raises:
        NotAVersion: no folder, no manifest, or not JSON of the right form.
        OtherFormat: a format that this release doesn't know.
        AlteredVersion: the manifest was changed after it was saved.
    """
    try:
        raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise NotAVersion(folder, f"has no {MANIFEST} that can be read ({error})") from error
    except ValueError as error:
        raise NotAVersion(folder, f"{MANIFEST} is not JSON ({error})") from error
    number = raw.get("format") if isinstance(raw, dict) else None
    reader = _READERS.get(number) if type(number) is int else None
    if reader is None:
        known = ", ".join(map(str, sorted(_READERS)))
        raise OtherFormat(
            folder,
            f"is of format {number!r}; this release reads {known}. "
            "Install the release that wrote it, or train again with `stancewire train`",
        )
    try:
        version = reader(raw)
    except (AttributeError, InvalidScheme, KeyError, TypeError) as error:
        raise NotAVersion(folder, f"{MANIFEST} lacks or garbles a field ({error!r})") from error
    digest = _digest(version)
    if version.sha256 != digest or version.id != _id(version.created, digest):
        raise AlteredVersion(folder, f"{MANIFEST} was changed after it was saved")
    return version


def _releases() -> dict[str, str]:
    """Return the releases in use, as a manifest names them."""
    return {
        "python": platform.python_version(),
        **{name: release(name) for name in ("scikit-learn", "numpy", "scipy", "joblib")},
    }


def _digest(version: ModelVersion) -> str:
    body = version.to_json() | {"id": "", "sha256": ""}
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _id(created: str, digest: str) -> str:
    return f"{created[:10]}-{digest[:6]}"


def _read_format_1(raw: Mapping[str, Any]) -> ModelVersion:
    return ModelVersion(**{**raw, "scheme": Scheme.from_json(raw["scheme"])})


_READERS: dict[int, Callable[[Mapping[str, Any]], ModelVersion]] = {1: _read_format_1}
