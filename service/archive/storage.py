"""What the world may do to a run's files, told in a line instead of a traceback."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labels.errors import StancewireError

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StorageFailed(StancewireError):
    """A file or folder that can't be read or written; what is committed is kept."""


class StorageFull(StorageFailed):
    """No room for the output; what is committed is kept."""


@contextmanager
def telling(out: Path) -> Iterator[None]:
    """Turn errors of the system inside the block into those of a run into `out`.

    Raises:
        StorageFull: no room; the same command goes on when there is.
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
                f"no room for {out} ({error.strerror}): what is tagged is kept; make room "
                "and run the same command again"
            ) from error
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise StorageFailed(
            f"{what}; what is tagged is kept, the same command goes on when that is mended"
        ) from error
