"""Which files the caller means: files, folders, globs and URLs, in an order that never changes."""

import glob
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec

from labels.errors import StancewireError
from service.readers.formats import MissingExtra, UnknownFormat, format_of

STDIN = "-"
URL = re.compile(r"^[a-zA-Z][\w+.-]+(?:::[\w+.-]+)*://")
PACKED = (".zip",)


class NothingToRead(StancewireError):
    """An input that isn't there, or in which there is nothing to read."""


class CannotReach(StancewireError):
    """Remote storage that doesn't answer, or whose address can't be read."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file, before it is opened.

    Attributes:
        name: as errors and ids show it.
        url: what opens it: a local path, or a URL that fsspec knows.
        size: in bytes as it lies there, packed or not.
        stamp: changes with its content: time of the last change, or what remote storage has for it.
    """

    name: str
    url: str
    size: int = 0
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a list of inputs comes to.

    Attributes:
        sources: in the order of the inputs, inside a folder or glob by name; none twice.
        passed_over: files in folders whose ending tells no format.
    """

    sources: tuple[Source, ...]
    passed_over: tuple[str, ...] = ()


def find(
    inputs: Sequence[str], *, format: str | None = None, exclude: Sequence[Path] = ()
) -> Found:
    """List the files that the inputs stand for.

    Args:
        inputs: paths, folders, globs, fsspec URLs.
        format: taken for every file; files of any ending are then meant.
        exclude: what is never an input, such as the run's own output.

    Raises:
        NothingToRead: an input stands for no file.
        UnknownFormat: a file that was named has an ending that tells no format.
        MissingExtra: a kind of remote storage whose package isn't installed.
        CannotReach: remote storage that doesn't answer.
    """
    kept: dict[str, Source] = {}
    passed: list[str] = []
    banned = [os.path.abspath(path) for path in exclude]  # noqa: PTH100 - a million files are listed
    for given in inputs:
        listed = _listed(given) if URL.match(given) else list(_local(given))
        if not listed:
            raise NothingToRead(f"{given}: no such file, and no file in it")
        named = len(listed) == 1 and listed[0].name == given
        for source in listed:
            if _is_below(source, banned):
                continue
            if format is None and not readable(source.name):
                if named:
                    raise UnknownFormat(f"{given}: its ending tells no format; give --format")
                passed.append(source.name)
            else:
                kept.setdefault(source.url, source)
    return Found(tuple(kept.values()), tuple(passed))


def _is_below(source: Source, folders: Sequence[str]) -> bool:
    path = os.path.abspath(source.url)  # noqa: PTH100
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)


def readable(name: str) -> bool:
    """Tell whether a file's ending stands for a format or a packing that is read."""
    return format_of(name) is not None or name.lower().endswith(PACKED)


def _local(given: str) -> Iterator[Source]:
    if given == STDIN:
        yield Source(STDIN, STDIN)
    elif os.path.isdir(given):  # noqa: PTH112 - globs and folders below stay strings
        yield from _folder(given)
    elif os.path.isfile(given):  # noqa: PTH113
        yield _file(given)
    else:
        for path in sorted(glob.glob(given, recursive=True)):  # noqa: PTH207
            if os.path.isfile(path):  # noqa: PTH113
                yield _file(path)


def _folder(given: str) -> Iterator[Source]:
    """Walk a folder by name, without hidden files and without following links to folders (loops)."""
    for root, folders, files in os.walk(given, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(root, name)  # noqa: PTH118
            # Pipes, sockets, devices and dead links would block or fail.
            if not name.startswith(".") and os.path.isfile(path):  # noqa: PTH113
                yield _file(path)


def _file(path: str) -> Source:
    state = os.stat(path)  # noqa: PTH116
    return Source(Path(path).as_posix(), path, state.st_size, str(state.st_mtime_ns))


def _listed(given: str) -> list[Source]:
    try:
        return list(_remote(given))
    except ImportError as error:
        raise MissingExtra(f"{given}: {error} (fsspec's package for this storage)") from error
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise CannotReach(f"{given}: {error}") from error


def _remote(given: str) -> Iterator[Source]:
    system, path = fsspec.core.url_to_fs(given)
    if glob.has_magic(path):
        infos = system.glob(path, detail=True)
    elif system.isdir(path):
        infos = system.find(path, detail=True)
    else:
        infos = {path: system.info(path)} if system.exists(path) else {}
    for name, info in sorted(infos.items()):
        if info.get("type", "file") == "file":
            url = given if name == path else system.unstrip_protocol(name)
            yield Source(url, url, int(info.get("size") or 0), _stamp(info))


def _stamp(info: dict[str, Any]) -> str:
    for key in ("ETag", "etag", "mtime", "LastModified", "last_modified", "created"):
        if info.get(key):
            return str(info[key])
    return ""
