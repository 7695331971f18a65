"""May a candidate take the place of the version that serves? A pure decision with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

GUARD = "stance_macro_f1"


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of a candidate beside the current version's, on the same held-out documents.

    Attributes:
        figure: name of the figure ("stance_macro_f1").
        head: what it judges ("stance", "speaker_type", "speaker", "actors").
        current: the current version's, in [0, 1].
        candidate: the candidate's, in [0, 1].
        low: lower end of the 95% interval of candidate - current (paired bootstrap by document).
        high: its upper end; below 0 the candidate is significantly worse.
    """

    figure: str
    head: str
    current: float
    candidate: float
    low: float
    high: float

    @property
    def change(self) -> float:
        """Return candidate - current."""
        return self.candidate - self.current

    @property
    def is_worse(self) -> bool:
        """Say whether the candidate is significantly worse."""
        return self.high < 0

    def to_json(self) -> dict[str, Any]:
        """Return the figures and the interval of their difference."""
        return {
            "figure": self.figure,
            "head": self.head,
            "current": self.current,
            "candidate": self.candidate,
            "change": self.change,
            "low": self.low,
            "high": self.high,
        }


@dataclass(frozen=True, slots=True)
class Promote:
    """The candidate may serve.

    Attributes:
        differences: the figures that were weighed; empty for a first version.
    """

    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """The candidate is kept, but doesn't serve.

    Attributes:
        reasons: why, in words and numbers.
        differences: the figures that were weighed.
    """

    reasons: tuple[str, ...]
    differences: tuple[Difference, ...]


def decide(differences: Sequence[Difference] | None) -> Promote | Hold:
    """Promote only if no head is significantly worse and stance macro F1 is not lower.

    Args:
        differences: one a figure, the guard among them; None where no version serves yet.

    Raises:
        ValueError: the guarded figure is not among them.
    """
    if differences is None:
        return Promote(())
    weighed = tuple(differences)
    if GUARD not in {one.figure for one in weighed}:
        raise ValueError(f"{GUARD} must be among the figures")
    reasons = [reason for one in weighed if (reason := _against(one))]
    return Hold(tuple(reasons), weighed) if reasons else Promote(weighed)


def _against(one: Difference) -> str | None:
    told = f"{one.figure} {one.current:.4f} -> {one.candidate:.4f}"
    if one.is_worse:
        return (
            f"{told} is significantly worse (95% of the change in {one.low:+.3f}..{one.high:+.3f})"
        )
    if one.figure == GUARD and one.candidate < one.current:
        return f"{told} is lower"
    return None
