"""Builds the optional extensions along with the wheel or the editable installation.

- `model.scorer`, in Cython: for both.
- The modules of `NATIVE`, plain Python compiled by mypyc: for the wheel alone. In an editable installation
  they stay Python, so that nobody edits a module and runs what it was before.

A machine without a compiler, or without Python's headers, gets a pure Python wheel, with the same tags:
setuptools warns about an optional extension that it can't build and goes on.
"""

import shutil
import sys
import sysconfig
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from mypyc.build import mypycify
from setuptools import Distribution, Extension

# Sums must not depend on whether the processor multiplies and adds in one step.
FLAGS = ["-O3", "-g0", "-ffp-contract=off"]
# The modules of model/ that read a document: what a batch takes most of its time for. Not those that
# work on numpy's arrays, and not `tag`, whose objects travel between processes.
READING = (
    "abbreviations actor_views analysis calculus candidates cast chunks cues descriptions force host "
    "interveners issuer line_views longest mentions phrase_cues phrases prefixed proposed_views quotes "
    "reading roles rows scene segment source_marks source_words sources speakers spelled stems "
    "surroundings token tokens turns views"
)
NATIVE = READING.split()
GROUP = "stancewire"  # mypyc puts all that it compiles into one library, stancewire__mypyc


class ExtensionsHook(BuildHookInterface[Any]):
    """Hatchling's hook, named in pyproject.toml."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build; an editable installation reads the scorer beside its source."""
        root = Path(self.root)
        build = root / "build" / "extensions"
        if version == "editable":
            scorer(root, build, root)
            return
        shutil.rmtree(build, ignore_errors=True)
        library = build / "lib"
        built = scorer(root, build, library)
        if built:
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
            for file in built + native(root, build, library):
                build_data["force_include"][str(file)] = file.relative_to(library).as_posix()


def scorer(root: Path, build: Path, library: Path) -> list[Path]:
    """Compile the scorer into the folder `library`; return its file, or none where it can't be done."""
    extension = Extension(
        "model.scorer", [str(root / "model" / "scorer.pyx")], extra_compile_args=FLAGS
    )
    return built([extension], build, library)


def native(root: Path, build: Path, library: Path) -> list[Path]:
    """Compile the modules of `NATIVE` likewise; return all their files, or none."""
    # Of a library that is not installed while a wheel is built, mypy knows no types and asks for none.
    options = ["--config-file=", f"--cache-dir={build / 'mypy'}", "--ignore-missing-imports"]
    try:
        with chdir(root):
            extensions = mypycify(
                [*options, *(f"model/{name}.py" for name in NATIVE)],
                opt_level="2",
                debug_level="0",
                target_dir=str(build),
                group_name=GROUP,
            )
            files = built(extensions, build, library)
    except SystemExit:  # mypyc has told what it doesn't understand
        files = []
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    expected = {library / f"{GROUP}__mypyc{suffix}"}
    expected |= {library / "model" / f"{name}{suffix}" for name in NATIVE}
    if set(files) != expected:  # one needs the others
        print("the modules of model/ stay pure Python", file=sys.stderr)  # noqa: T201
        return []
    return files


def built(extensions: Sequence[Extension], build: Path, library: Path) -> list[Path]:
    """Build optional extensions; return the files of those that could be built."""
    for extension in extensions:
        extension.optional = True
    distribution = Distribution({"name": "stancewire", "ext_modules": list(extensions)})
    command = distribution.get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(library), str(build)
    command.cython_c_in_temp = command.force = True
    command.ensure_finalized()
    files = [Path(command.get_ext_fullpath(extension.name)) for extension in extensions]
    for file in files:
        file.unlink(missing_ok=True)
    command.run()
    return [file for file in files if file.exists()]
