"""Windows of time that move over the ties one calendar unit at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from service.exports.choices import Unit
from service.exports.networks import Tie


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `first` to `last`, both of them included."""

    first: date
    last: date

    @property
    def name(self) -> str:
        """The window in a file's name."""
        return f"{self.first.isoformat()}_{self.last.isoformat()}"


def windows(found: Iterable[Tie], unit: Unit, size: int = 1) -> list[Window]:
    """Return windows of `size` units that cover all dated ties, each one unit after the last.

    Args:
        found: ties; those without a date open no window.
        unit: how far a window moves.
        size: how many units it spans, at least 1. A data set that is shorter has one window.
    """
    days = [tie.day for tie in found if tie.day is not None]
    if not days:
        return []
    starts = [_floor(min(days), unit)]
    while (following := _next(starts[-1], unit)) <= max(days):
        starts.append(following)
    made = []
    for start in starts[: max(1, len(starts) - size + 1)]:
        end = start
        for _ in range(size):
            end = _next(end, unit)
        made.append(Window(start, end - timedelta(days=1)))
    return made


def inside(found: Sequence[Tie], window: Window) -> list[Tie]:
    """Return the ties of a window, in their order."""
    return [tie for tie in found if tie.day and window.first <= tie.day <= window.last]


def _floor(day: date, unit: Unit) -> date:
    match unit:
        case Unit.DAY:
            return day
        case Unit.WEEK:
            return day - timedelta(days=day.weekday())
        case Unit.MONTH:
            return day.replace(day=1)
        case Unit.YEAR:
            return day.replace(month=1, day=1)


def _next(start: date, unit: Unit) -> date:
    match unit:
        case Unit.DAY:
            return start + timedelta(days=1)
        case Unit.WEEK:
            return start + timedelta(days=7)
        case Unit.MONTH:
            return (start + timedelta(days=31)).replace(day=1)
        case Unit.YEAR:
            return start.replace(year=start.year + 1)
