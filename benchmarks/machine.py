"""What stands over every table: machine, releases, commit, day."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def described() -> str:
    """One line that says where figures come from."""
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return (
        f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, {memory_gb:.0f} GB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"scikit-learn {version('scikit-learn')}, commit {commit or 'unknown'}, "
        f"{datetime.now(UTC):%Y-%m-%d}, load average {os.getloadavg()[1]:.1f}"
    )
