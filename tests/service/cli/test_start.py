"""The command line starts quickly: commands import what they need when they run."""

import subprocess
import sys


def test_help_needs_neither_scikit_learn_nor_pandas_nor_a_web_framework() -> None:
    asked = (
        "import sys, service.cli; "
        "print([name for name in ('sklearn', 'pandas', 'fastapi', 'sqlalchemy', 'pyarrow', 'dask') "
        "if name in sys.modules])"
    )

    told = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)

    assert told.stdout.strip() == "[]"
