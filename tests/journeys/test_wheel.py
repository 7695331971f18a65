"""The wheel installs and runs outside the repository, with its data files."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.compiler import can_compile

ROOT = Path(__file__).parents[2]
PROGRAM = """
import pathlib, labels, service
from labels.labelled_set import shipped
from service.app import create_app
from service.settings import Settings
from starlette.testclient import TestClient

assert "site-packages" in labels.__file__, labels.__file__
assert shipped().n_sentences > 6000
client = TestClient(create_app(Settings(home=pathlib.Path("home"))))
assert client.get("/").status_code == 200
assert client.get("/static/style.css").status_code == 200
"""

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_the_wheel_runs_in_an_environment_of_its_own(tmp_path: Path):
    def run(*command: object) -> str:
        done = subprocess.run(
            [str(part) for part in command], cwd=tmp_path, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    python = tmp_path / "env" / "bin" / "python"
    uv = (sys.executable, "-m", "uv")
    run(*uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "env")
    run(
        *uv,
        "pip",
        "install",
        "--quiet",
        "--python",
        python,
        "-r",
        ROOT / "requirements.lock",
        wheel,
    )

    has_scorer = run(python, "-c", "from model import compiled; print(compiled.HAS_SCORER)")
    assert has_scorer.strip() == str(can_compile())
    assert "stancewire" in run(tmp_path / "env" / "bin" / "stancewire", "--help")
    run(python, "-c", PROGRAM)


def test_without_a_compiler_the_wheel_is_pure_python(tmp_path: Path):
    line = ("-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT)
    nowhere = {**os.environ, "CC": str(tmp_path / "cc")}

    subprocess.run([sys.executable, *line], env=nowhere, check=True, capture_output=True)

    (wheel,) = tmp_path.glob("*-py3-none-any.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "model/scorer.pyx" in names
    assert not [name for name in names if name.endswith(".so")]
