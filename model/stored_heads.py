"""Heads as they stand in a version: what the manifest says of each, and its pipeline or its tables."""

import mmap
from collections.abc import Mapping
from functools import cache, partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from model.compiled import CompiledHead
from model.heads import Calibration, Head, HeadConfig, build_pipeline
from model.tables import UnsafeContent

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Told = Mapping[str, Mapping[str, Any]]  # configuration, calibration and classes of each head


def heads_file() -> ModuleType:
    """Return `model.heads_file`, which imports scikit-learn: a second that serving can do without."""
    from model import heads_file as module  # noqa: PLC0415

    return module


def from_pipelines(told: Told, pipelines: "Mapping[str, Pipeline]") -> dict[str, Head]:
    """Put pipelines together with what a manifest says of them.

    Raises:
        UnsafeContent: they are not fitted in the manifest's way.
        AttributeError, KeyError, TypeError, ValueError: the manifest garbles a head.
    """
    _check_names(told, pipelines)
    heads = {}
    for name, raw in told.items():
        config = HeadConfig.from_json(raw["config"])
        heads_file().check_fitted(pipelines[name], build_pipeline(config))
        heads[name] = Head(config, pipelines[name], _calibration(name, raw))
        if list(heads[name].classes) != raw["classes"]:
            raise UnsafeContent(f"head {name} has other labels than the manifest says")
    return heads


def from_tables(
    told: Told, compiled: Mapping[str, CompiledHead], memory: bytes | mmap.mmap
) -> dict[str, Head]:
    """Put compiled heads together with what a manifest says of them.

    Args:
        told: by the manifest.
        compiled: the heads.
        memory: the file of their pipelines, read when one of them is asked for.

    Raises:
        UnsafeContent: they are not compiled from heads of the manifest's form.
        AttributeError, KeyError, TypeError, ValueError: the manifest garbles a head.
    """
    _check_names(told, compiled)

    @cache
    def fitted() -> dict[str, Head]:
        return from_pipelines(told, heads_file().load(memory))

    def pipeline(name: str) -> "Pipeline":
        return fitted()[name].pipeline

    heads = {}
    for name, raw in told.items():
        config, tabled = HeadConfig.from_json(raw["config"]), compiled[name]
        said = [(view.analyzer, view.ngrams) for view in tabled.counts.table.views]
        if said != [(view.analyzer, view.ngrams) for view in config.views]:
            raise UnsafeContent(f"tables of {name} have other views than its configuration")
        if list(tabled.classes) != raw["classes"]:
            raise UnsafeContent(f"head {name} has other labels than the manifest says")
        heads[name] = Head.ready(config, tabled, _calibration(name, raw), partial(pipeline, name))
    return heads


def _check_names(told: Told, stored: Mapping[str, object]) -> None:
    if list(stored) != list(told):
        raise UnsafeContent("its heads are not those of the manifest")


def _calibration(name: str, raw: Mapping[str, Any]) -> Calibration:
    calibration = Calibration.from_json(raw["calibration"])
    shifts = [calibration.shift]
    if calibration.decision_shift:
        shifts.append(calibration.decision_shift)
    if {len(shift) for shift in shifts} != {len(raw["classes"])}:
        raise ValueError(f"calibration of {name} is not for {len(raw['classes'])} labels")
    return calibration
