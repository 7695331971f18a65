"""Specifications become pictures (vl-convert: Vega in the process, offline)."""

from functools import lru_cache
from typing import Any

import orjson


@lru_cache(maxsize=64)
def _drawn(spec: bytes, kind: str) -> bytes:
    import vl_convert  # noqa: PLC0415 - 60 MB and a second: only for who asks for a picture

    if kind == "png":
        return bytes(vl_convert.vegalite_to_png(spec.decode(), scale=2))
    if kind == "svg":
        return vl_convert.vegalite_to_svg(spec.decode()).encode()
    # The browser gets Vega, so that it needs no compiler of its own.
    return orjson.dumps(vl_convert.vegalite_to_vega(spec.decode()))


MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png", "json": "application/json"}


def draw(spec: dict[str, Any], kind: str) -> bytes:
    """Return a chart as "svg", "png" (twice the size, for print) or "json" (Vega)."""
    return _drawn(orjson.dumps(spec, option=orjson.OPT_SORT_KEYS), kind)
