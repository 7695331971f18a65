"""Finds how bytes spell text."""

import codecs
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from charset_normalizer import from_bytes

from labels.errors import StancewireError

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What news archives are seen in, beside UTF-8. Left to itself, detection takes short Western texts
# for rare code pages.
CANDIDATES = ["cp1252", "cp1250", "cp1251", "cp1256", "koi8_r", "mac_roman", "gb18030", "shift_jis"]
FALLBACK = "cp1252"
SAMPLE_BYTES = 64 * 1024


class UnknownEncoding(StancewireError):
    """An encoding that Python doesn't know, or that doesn't spell text."""


def check_encoding(name: str) -> None:
    """Refuse the name of no encoding of text.

    Raises:
        UnknownEncoding: it is none.
    """
    try:
        "".encode(name)
    except (LookupError, ValueError) as error:
        raise UnknownEncoding(
            f"no encoding {name!r}; there are utf-8, cp1252, latin-1, cp1251 and many more"
        ) from error


def wide_encoding(head: bytes) -> str | None:
    """Return UTF-16 or UTF-32 where the first bytes show it (by mark or by NULs), else None."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return None if name == "utf-8-sig" else name
    sample = head[:4096]
    if len(sample) >= 4 and sample.count(0) > len(sample) // 5:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    return None


def decode(data: bytes, *, declared: str | None = None) -> str:
    """Return bytes as text: a mark, then UTF-8, then what is declared, then what fits best.

    Never raises: in the last resort bytes that spell nothing become U+FFFD.
    """
    if wide := wide_encoding(data):
        return data.decode(wide, errors="replace")
    for name in ("utf-8-sig", declared):
        if name and (text := _strictly(data, name)) is not None:
            return text
    return data.decode(_best(data[:SAMPLE_BYTES]), errors="replace")


def guess(head: bytes) -> str | None:
    """Return the encoding that the first bytes of a file show, None where they can be UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut
    except UnicodeDecodeError:
        return _best(head[:SAMPLE_BYTES])
    return None


def _best(sample: bytes) -> str:
    best = from_bytes(sample, cp_isolation=CANDIDATES).best()
    return best.encoding if best else FALLBACK


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError):  # pages declare "idna" and "undefined", too
        return None


class Utf8(io.RawIOBase):
    """A stream of bytes in another encoding, read as UTF-8."""

    def __init__(self, stream: "BinaryIO | io.BufferedReader[Any]", encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._ready = b""

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill `buffer` with the next bytes."""
        while not self._ready:
            piece = self._stream.read(SAMPLE_BYTES)
            self._ready = self._decoder.decode(piece, final=not piece).encode("utf-8", "replace")
            if not piece:
                break
        taken = self._ready[: len(buffer)]
        self._ready = self._ready[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


class Borrowed(io.RawIOBase):
    """Somebody else's stream: read here, closed there."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill `buffer` with the next bytes."""
        piece = self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def as_bytes_of_lines(stream: BinaryIO, encoding: str | None) -> "io.BufferedReader[Any]":
    """Return a stream whose lines end at the byte b"\\n", whatever the encoding."""
    buffered: io.BufferedReader[Any] = io.BufferedReader(Borrowed(stream), SAMPLE_BYTES)
    wide = wide_encoding(buffered.peek(4096))
    if encoding and codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")):
        wide = encoding
    return io.BufferedReader(Utf8(buffered, wide), SAMPLE_BYTES) if wide else buffered


def lines(stream: "io.BufferedReader[Any]", limit: int) -> Iterator[tuple[int, bytes | None, int]]:
    """Yield (number from 1, line without its end or None where it is too long, its size)."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        size = len(line)
        if size > limit and not line.endswith(b"\n"):
            while rest := stream.readline(limit):
                size += len(rest)
                if rest.endswith(b"\n"):
                    break
            yield number, None, size
        else:
            yield number, line.rstrip(b"\r\n"), size
