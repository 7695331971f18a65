"""Whether this machine can build the optional extension."""

import shutil
import sysconfig
from pathlib import Path


def can_compile() -> bool:
    """Tell whether there are a C compiler and Python's headers."""
    headers = Path(sysconfig.get_path("include"), "Python.h")
    return shutil.which("cc") is not None and headers.exists()
