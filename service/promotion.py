"""A person lets a version serve; where the gate held it, the log says so."""

import json
from typing import Any

from training.registry import Registry


def promote(registry: Registry, id: str, *, who: str, why: str) -> None:
    """Let a version serve from now on.

    Raises:
        UnknownVersion: no such version.
        BadVersion: it can't be loaded; what served before still does.
    """
    reasons = beside(registry, id, "card.json").get("gate", {}).get("reasons", [])
    told = f"OVERRIDE of the gate ({'; '.join(reasons)}): {why}" if reasons else why
    registry.promote(id, who=who, why=told)


def beside(registry: Registry, id: str, name: str) -> dict[str, Any]:
    """Return what a JSON file beside a version says; nothing where there is no such file.

    Raises:
        UnknownVersion: no such version.
    """
    path = registry.path(id) / name
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
