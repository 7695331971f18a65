"""Builds the optional extension `model.scorer` along with the wheel or the editable installation.

setuptools compiles it, by Cython. A machine without a compiler, or without Python's headers, gets a pure
Python wheel: setuptools warns about an optional extension that it can't build and goes on.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from setuptools import Distribution, Extension

# Sums must not depend on whether the processor multiplies and adds in one step.
FLAGS = ["-O3", "-g0", "-ffp-contract=off"]


class ScorerHook(BuildHookInterface[Any]):
    """Hatchling's hook, named in pyproject.toml."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build; an editable installation reads the extension beside its source."""
        root, build = Path(self.root), Path(self.root, "build", "scorer")
        built = compiled(root, build, root if version == "editable" else build)
        if built is not None and version != "editable":
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
            build_data["force_include"][str(built)] = f"model/{built.name}"


def compiled(root: Path, build: Path, library: Path) -> Path | None:
    """Compile into the folder `library`; return the extension, or None where it can't be done."""
    extension = Extension(
        "model.scorer",
        [str(root / "model" / "scorer.pyx")],
        optional=True,
        extra_compile_args=FLAGS,
    )
    distribution = Distribution({"name": "stancewire", "ext_modules": [extension]})
    command = distribution.get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(library), str(build)
    command.cython_c_in_temp = command.force = True
    command.ensure_finalized()
    built = Path(command.get_ext_fullpath("model.scorer"))
    built.unlink(missing_ok=True)
    command.run()
    return built if built.exists() else None
