"""Opens sources and unpacks them: gzip and zip, one in the other, never to disk.

Names of members are only names here: nothing is extracted, so "../" in them leads nowhere.
"""

import gzip
import io
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO, cast

import fsspec

from service.readers.encoding import check_encoding
from service.readers.fields import name_regex
from service.readers.formats import OPTIONAL, format_of, reader, records as records_of_format
from service.readers.record import Opened, ReadOptions, Record, UnreadableRecord, unreadable
from service.readers.sources import STDIN, URL, Source, readable

# Text packs three to ten times smaller, logs perhaps fifty: what grows more than this is a bomb.
MOST_GROWTH = 300
GROWTH_FLOOR_BYTES = 64 * 1024 * 1024
DEEPEST = 3
SPOOL_BYTES = 16 * 1024 * 1024
BROKEN = (zlib.error, EOFError, gzip.BadGzipFile, zipfile.BadZipFile, UnreadableRecord)


def check(options: ReadOptions, names: Iterable[str] = ()) -> None:
    """Refuse, before anything is read, options and files with which reading can't go well.

    Args:
        options: how to read.
        names: of the sources.

    Raises:
        UnknownFormat: no format has the name that was given.
        UnknownEncoding: no encoding has.
        UnknownColumn: the file-name pattern holds no field of a document.
        MissingExtra: the library of an optional format isn't installed.
    """
    if options.encoding is not None:
        check_encoding(options.encoding)
    if options.name_pattern is not None:
        name_regex(options.name_pattern)
    if options.format is not None:
        reader(options.format)
    else:
        for form in OPTIONAL & {format_of(name) for name in names}:
            reader(form)


def records(source: Source, options: ReadOptions) -> Iterator[Record]:
    """Yield all records of a source, lazily.

    What is broken inside (a cut gzip file, a damaged member) becomes a record that can't be parsed.

    Raises:
        OSError: the source can't be reached; trying again may help.
    """
    with open_source(source) as stream:
        yield from _unpack(source.name, stream, options, depth=0)


def open_source(source: Source) -> AbstractContextManager[BinaryIO]:
    """Open a local path, an fsspec URL, or standard input (which is left open)."""
    if source.url == STDIN:
        return nullcontext(cast(BinaryIO, sys.stdin.buffer))
    if URL.match(source.url):
        return cast(AbstractContextManager[BinaryIO], fsspec.open(source.url, "rb"))
    return open(source.url, "rb")  # noqa: PTH123 - the path is a string by design


def _unpack(name: str, stream: BinaryIO, options: ReadOptions, *, depth: int) -> Iterator[Record]:
    last = ""
    try:
        for record in _inside(name, stream, options, depth=depth):
            yield record
            last = record.position
    except BROKEN as error:
        yield unreadable(name, f"after {last}" if last else "", f"can't be unpacked: {error}")


def _inside(name: str, stream: BinaryIO, options: ReadOptions, *, depth: int) -> Iterator[Record]:
    lower = name.lower()
    if depth > DEEPEST:
        raise UnreadableRecord(f"packed more than {DEEPEST} times")
    if lower.endswith(".zip"):
        yield from _members(name, stream, options, depth=depth)
    elif lower.endswith(".gz") and not lower.endswith(".warc.gz"):  # warcio unpacks by record
        unpacked = Unpacked(gzip.GzipFile(fileobj=stream), stream)
        yield from _inside(name[:-3], _buffered(unpacked), options, depth=depth + 1)
    else:
        yield from records_of_format(Opened(name, stream), options)


def _members(name: str, stream: BinaryIO, options: ReadOptions, *, depth: int) -> Iterator[Record]:
    with _seekable(stream) as whole, zipfile.ZipFile(whole) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        total = sum(info.file_size for info in infos)
        packed = max(whole.seek(0, io.SEEK_END), 1)
        if total > GROWTH_FLOOR_BYTES and total > MOST_GROWTH * packed:
            raise UnreadableRecord(f"{packed:,} bytes would unpack to {total:,}: a bomb?")
        for info in infos:
            inner = f"{name}!{info.filename}"
            if options.format is None and not readable(info.filename):
                continue
            try:
                member = archive.open(info)
            except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
                yield unreadable(inner, "", f"can't be unpacked: {error}")  # a password, mostly
                continue
            with member:
                yield from _unpack(inner, cast(BinaryIO, member), options, depth=depth + 1)


def _seekable(stream: BinaryIO) -> AbstractContextManager[BinaryIO]:
    if stream.seekable():
        return nullcontext(stream)
    spooled = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115 - the caller closes it
    while piece := stream.read(1024 * 1024):
        spooled.write(piece)
    return cast(AbstractContextManager[BinaryIO], spooled)


class Unpacked(io.RawIOBase):
    """What comes out of a packed stream, as long as it grows like text does."""

    def __init__(self, unpacked: gzip.GzipFile, packed: BinaryIO) -> None:
        self._unpacked = unpacked
        self._packed = packed
        self._total = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill `buffer` with the next bytes.

        Raises:
            UnreadableRecord: too many of them for what lies packed.
        """
        piece = self._unpacked.read(len(buffer))
        buffer[: len(piece)] = piece
        self._total += len(piece)
        if self._total > GROWTH_FLOOR_BYTES and self._total > MOST_GROWTH * self._packed.tell():
            raise UnreadableRecord(f"{self._total:,} bytes and more out of very few: a bomb?")
        return len(piece)


def _buffered(raw: io.RawIOBase) -> BinaryIO:
    return io.BufferedReader(raw, 64 * 1024)
