"""One version of the tagger on disk: a folder with a manifest and the heads' fitted pipelines.

```
models/2026-11-21-3f9c2a/
    manifest.json   all that is known of the version (see model.manifest)
    heads.joblib    {name of head: scikit-learn pipeline}, uncompressed (see model.heads_file)
    heads.tables    the same heads compiled (see model.tables): all that tagging reads
    ...             reports and the like, which loading passes over
```

Loading checks the format number, the manifest's own hash, the hashes of both files, the release of
scikit-learn and the label names before it reads a head. A tagger reads the tables and never imports
scikit-learn; the pipelines are unpickled, classes from a short list only, when somebody asks for them
(the reference path, a model card), or where a version has no tables. Then the tagger is asked about
`model.probe`, which shows whether the code that reads sentences is still the one that it was fitted
with. Both files are mapped into memory read-only: workers share their pages, and promoting or
removing a version while it is loaded is safe, since folders are renamed as a whole.
"""

import hashlib
import json
import logging
import mmap
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version as release
from pathlib import Path
from typing import TYPE_CHECKING

from labels.durable import sync_folder
from labels.scheme import CODEBOOK
from model import stored_heads, tables
from model.heads import Head
from model.manifest import (
    MANIFEST,
    AlteredVersion,
    BadVersion,
    ModelVersion,
    NotAVersion,
    Provenance,
    manifest_of,
    read_manifest,
)
from model.probe import fingerprint
from model.stored_heads import heads_file
from model.tagger import Tagger

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

LOG = logging.getLogger(__name__)

HEADS = "heads.joblib"
TABLES = "heads.tables"


class IncompatibleVersion(BadVersion):
    """A version fitted by another release of scikit-learn, or for label names that clash."""


class VersionExists(BadVersion):
    """A folder that stands already where a version was to be written."""


def save(
    tagger: Tagger,
    folder: Path,
    made_from: Provenance,
    *,
    beside: Mapping[str, bytes] | None = None,
) -> ModelVersion:
    """Write a tagger as `folder/<id>/`, all of it or nothing.

    Args:
        tagger: fitted; its own `version` is not looked at.
        folder: that holds versions; made if need be.
        made_from: what the manifest says of the version's origin.
        beside: further files of the folder by name (a report), not part of the version itself.

    Returns:
        the manifest; its id names the folder.

    Raises:
        VersionExists: the very same version stands there already.
        UnsafeContent: the pipelines hold something that loading would refuse.
    """
    pipelines = heads_file().dump({name: head.pipeline for name, head in tagger.heads.items()})
    compiled = tables.dump({name: head.compiled for name, head in tagger.heads.items()})
    files = {HEADS: pipelines, TABLES: compiled}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    version = manifest_of(tagger, made_from, hashes)
    final = folder / version.id
    # What can't be loaded must not be saved: found here, by the one who changed a head.
    _heads(version, heads_file().load(pipelines), final)
    with _told_of(final):
        stored_heads.from_tables(version.heads, tables.load(compiled), pipelines)
    if final.exists():
        raise VersionExists(final, "stands there already")
    folder.mkdir(parents=True, exist_ok=True)
    half_done = folder / f".{version.id}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        half_done.mkdir()
        for name, content in (beside or {}).items():
            _write(half_done / name, content)
        for name, content in files.items():
            _write(half_done / name, content)
        _write(half_done / MANIFEST, json.dumps(version.to_json(), indent=1).encode() + b"\n")
        sync_folder(half_done)
        try:
            half_done.rename(final)
        except OSError as error:
            raise VersionExists(final, f"can't be put in place ({error})") from error
        sync_folder(folder)
    finally:
        shutil.rmtree(half_done, ignore_errors=True)
    return version


def load(folder: Path) -> Tagger:
    """Load one version, checking all of it first.

    Raises:
        BadVersion: see its subclasses.
        UnsafeContent: the heads file asks for more than fitted heads need.
    """
    version = read_manifest(folder)
    _check_compatible(version, folder)
    pipelines = _mapped(folder, HEADS, version.files)
    if TABLES in version.files:
        compiled = tables.load(_mapped(folder, TABLES, version.files))
        with _told_of(folder):
            heads = stored_heads.from_tables(version.heads, compiled, pipelines)
    else:
        heads = _heads(version, heads_file().load(pipelines), folder)
    tagger = Tagger(
        heads, version=version.id, scheme=version.scheme, abstain_below=version.abstain_below
    )
    _ask(tagger, version, folder)
    return tagger


def _check_compatible(version: ModelVersion, folder: Path) -> None:
    fitted, here = version.libraries.get("scikit-learn", "none"), release("scikit-learn")
    if fitted.split(".")[:2] != here.split(".")[:2]:
        raise IncompatibleVersion(
            folder,
            f"was fitted by scikit-learn {fitted}, and {here} is installed. Install "
            f"scikit-learn {fitted}, or train again with `stancewire train`",
        )
    if version.scheme.version == CODEBOOK.version and version.scheme != CODEBOOK:
        raise IncompatibleVersion(
            folder, f"names other labels than codebook {CODEBOOK.version} under its number"
        )


def _ask(tagger: Tagger, version: ModelVersion, folder: Path) -> None:
    """Try the tagger on the probe: code that has moved on since is told, or refused if it fails."""
    try:
        said = fingerprint(tagger)
    except Exception as error:
        raise IncompatibleVersion(
            folder,
            f"was fitted by another release of stancewire, and this one can't tag with it "
            f"({error!r}). Train again with `stancewire train`",
        ) from error
    if said != version.probe:
        LOG.warning(
            "version %s tags otherwise than when it was fitted: this release of stancewire reads "
            "sentences another way. Train again with `stancewire train`",
            version.id,
        )


def _mapped(folder: Path, name: str, files: Mapping[str, str]) -> bytes | mmap.mmap:
    """Map a file and compare its hash: the bytes that were checked are those loaded."""
    try:
        with (folder / name).open("rb") as file:
            memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:  # ValueError: an empty file can't be mapped
        raise AlteredVersion(folder, f"{name} can't be read ({error})") from error
    if hashlib.sha256(memory).hexdigest() != files.get(name):
        raise AlteredVersion(folder, f"{name} is not the file that was saved")
    return memory


def _heads(
    version: ModelVersion, pipelines: "Mapping[str, Pipeline]", folder: Path
) -> dict[str, Head]:
    """Put the pipelines together with what the manifest says of them."""
    with _told_of(folder):
        return stored_heads.from_pipelines(version.heads, pipelines)


@contextmanager
def _told_of(folder: Path) -> Iterator[None]:
    """Lay it on the manifest where what it says of a head can't be read."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotAVersion(folder, f"{MANIFEST} garbles a head ({error!r})") from error


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
