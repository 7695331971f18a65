"""What the system may refuse a command that writes, told in a line instead of a traceback."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labels.errors import StancewireError

KEPT = "what is tagged is kept, the same command goes on when that is mended"
DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StorageFailed(StancewireError):
    """A file or folder that can't be read or written."""


class StorageFull(StorageFailed):
    """No room for the output."""


@contextmanager
def telling(out: Path, *, consequence: str = KEPT) -> Iterator[None]:
    """Turn errors of the system inside the block into those of a command that writes `out`.

    Args:
        out: what is written.
        consequence: what that means for the user; ends the text of the error.

    Raises:
        StorageFull: no room.
        StorageFailed: anything else that the system refuses.
        BrokenPipeError: as it is; nobody is left to be told.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno in DISK_FULL:
            raise StorageFull(
                f"no room for {out} ({error.strerror}), make room: {consequence}"
            ) from error
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise StorageFailed(f"{what}: {consequence}") from error
