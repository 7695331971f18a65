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

# Documents as they were coded, without headline and state in conflict, and words in no order.
TAG = """
import pathlib, random, sys
from labels.document import Document
from labels.labelled_set import shipped
from model import compiled, tokens
from training.registry import Registry

print(compiled.HAS_SCORER, not tokens.__file__.endswith(".py"))
documents = [coded.document for coded in shipped().documents]
bare = [Document(document.id, document.text) for document in documents]
words = [*" ".join(document.text for document in bare[::9]).split(" "), "\\u201c", "'", "(", "\\n\\n"]
chance = random.Random(0)
garbled = [
    Document(str(i), " ".join(chance.choices(words, k=chance.randrange(1, 200))))
    for i in range(500)
]
tagger = Registry(pathlib.Path(sys.argv[1])).load()
for tagged in tagger.tag(documents[::3] + bare[1::3] + garbled):
    print(ascii(tagged))
for tagged in tagger.tag(bare[::60] + garbled[::60], explain=True):
    print(ascii(tagged))
"""

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def run(*command: object, cwd: Path, path: str | None = None) -> str:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False,
        env=env if path is None else {**env, "PYTHONPATH": path},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and installed in an environment of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    line = ("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    run(sys.executable, *line, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    uv = (sys.executable, "-m", "uv")
    env = folder / "env"
    run(*uv, "venv", "--quiet", "--python", sys.executable, env, cwd=folder)
    install = (*uv, "pip", "install", "--quiet", "--python", env / "bin" / "python")
    run(*install, "-r", ROOT / "requirements.lock", wheel, cwd=folder)
    return env


def test_the_wheel_runs_in_an_environment_of_its_own(environment: Path, tmp_path: Path):
    assert "stancewire" in run(environment / "bin" / "stancewire", "--help", cwd=tmp_path)
    run(environment / "bin" / "python", "-c", PROGRAM, cwd=tmp_path)


def test_compiled_and_as_python_it_gives_the_same_tags(
    environment: Path, home: Path, tmp_path: Path
):
    compiled = run(environment / "bin" / "python", "-c", TAG, home, cwd=tmp_path)
    python = run(sys.executable, "-c", TAG, home, cwd=tmp_path, path=str(ROOT))

    (form, *tags), (plain_form, *plain_tags) = compiled.splitlines(), python.splitlines()
    assert form == f"{can_compile()} {can_compile()}"
    assert plain_form.endswith(" False")
    assert len(tags) > 900
    assert tags == plain_tags


def test_without_a_compiler_the_wheel_is_pure_python(tmp_path: Path):
    line = ("-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT)
    nowhere = {**os.environ, "CC": str(tmp_path / "cc")}

    subprocess.run([sys.executable, *line], env=nowhere, check=True, capture_output=True)

    (wheel,) = tmp_path.glob("*-py3-none-any.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "model/scorer.pyx" in names
    assert not [name for name in names if name.endswith(".so")]
