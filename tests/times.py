"""Moments that tests count from."""

from datetime import UTC, datetime, timedelta

T0 = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def after(**span: float) -> datetime:
    """Return T0 plus `days`, `hours`, `minutes`, `seconds`."""
    return T0 + timedelta(**span)
