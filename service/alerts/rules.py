"""What an alert listens for, decided from values alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from labels.errors import StancewireError
from service.store.filters import Filter
from service.store.identity import speaker_key

EACH, FIRST, SURGE = "each", "first", "surge"

Statement = Mapping[str, Any]


class InvalidRule(StancewireError):
    """A rule that can't be meant.

    Attributes:
        field: which part of it.
    """

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}")


@dataclass(frozen=True, slots=True)
class Rule:
    """When an alert fires.

    Attributes:
        filter: which statements it listens to.
        when: `each` article with such a statement; `first`: the first time that a named speaker
            takes this stance on this actor; `surge`: such statements of the last `days` are
            `factor` times those of the `days` before.
        days: length of the two spans that a surge compares.
        factor: how much more a surge is.
        at_least: statements that a surge needs in its last span.
        max_age_days: older articles (an imported archive) fire nothing.
    """

    filter: Filter
    when: str = EACH
    days: int = 7
    factor: float = 3.0
    at_least: int = 5
    max_age_days: int = 30

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Rule":
        """Read a rule as it stands in the store.

        Raises:
            InvalidRule: an unknown part, or a number out of range.
            InvalidFilter: the filter can't be read.
        """
        unknown = sorted(set(raw) - set(cls.__slots__))
        if unknown:
            raise InvalidRule(unknown[0], "is not a part of a rule")
        when = raw.get("when", EACH)
        if when not in {EACH, FIRST, SURGE}:
            raise InvalidRule("when", f"{when!r} is not one of each, first, surge")
        wanted = raw.get("filter", {})
        if not isinstance(wanted, Mapping):
            raise InvalidRule("filter", "must be an object")
        return cls(
            filter=Filter.of(wanted),
            when=when,
            days=int(_number(raw, "days", 7, 1, 365)),
            factor=_number(raw, "factor", 3.0, 1, 1_000),
            at_least=int(_number(raw, "at_least", 5, 1, 1_000_000)),
            max_age_days=int(_number(raw, "max_age_days", 30, 1, 36_500)),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the rule in the form that `of` reads."""
        numbers = ("when", "days", "factor", "at_least", "max_age_days")
        return {"filter": self.filter.to_json()} | {name: getattr(self, name) for name in numbers}


def _number(raw: Mapping[str, Any], field: str, default: float, low: float, high: float) -> float:
    value = raw.get(field, default)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise InvalidRule(field, f"must be a number from {low:g} to {high:g}")
    return float(value)


Stand = tuple[str, str, str]


def stands(statement: Statement) -> list[Stand]:
    """Return (speaker, stance, actor) of a statement; without a named speaker there is none."""
    speaker = speaker_key((statement.get("speaker") or {}).get("name"))
    if not speaker:
        return []
    actors = dict.fromkeys(actor["id"] for actor in statement["proposed_actors"]) or {"": None}
    return [(speaker, statement["stance"]["label"], actor) for actor in actors]


@dataclass(frozen=True, slots=True)
class Firing:
    """One occasion on which an alert fires.

    Attributes:
        occasion: the same for the same occasion: an alert fires once for it.
        reason: in words.
        statements: what gave rise to it.
    """

    occasion: str
    reason: str
    statements: tuple[Statement, ...]


def each(article: str, found: Collection[Statement]) -> list[Firing]:
    """Fire once for an article, named by id and text."""
    one = len(found) == 1
    reason = "a new statement" if one else f"{len(found)} new statements"
    return [Firing(f"each:{article}", reason, tuple(found))]


def first(found: Collection[Statement], earlier: Collection[Stand]) -> list[Firing]:
    """Fire for each stand that nobody heard before.

    Args:
        found: statements of the new article.
        earlier: stands that were taken in other articles.
    """
    fired: dict[str, Firing] = {}
    for statement in found:
        for stand in stands(statement):
            if stand in earlier:
                continue
            who = (statement.get("speaker") or {}).get("name")
            names = {actor["id"]: actor["name"] for actor in statement["proposed_actors"]}
            about = names.get(stand[2], "an intervention")
            reason = f"first time that {who} is {_verb(stand[1])} {about}"
            occasion = f"first:{'|'.join(stand)}"
            fired.setdefault(occasion, Firing(occasion, reason, (statement,)))
    return list(fired.values())


def _verb(stance: str) -> str:
    return {"favor": "in favor of", "against": "against", "conditional": "conditional on"}.get(
        stance, stance
    )


def surge(
    rule: Rule, found: Collection[Statement], *, recent: int, before: int, now: datetime
) -> list[Firing]:
    """Fire if the last span has `factor` times the statements of the one before; once a span.

    A span before without any statement counts as one statement.
    """
    if recent < rule.at_least or recent < rule.factor * max(before, 1):
        return []
    span = now.astimezone(UTC).date().toordinal() // rule.days
    reason = f"{recent} statements in {rule.days} days, {before} in the {rule.days} days before"
    return [Firing(f"surge:{span}", reason, tuple(found))]


def spans(rule: Rule, now: datetime) -> tuple[datetime, datetime]:
    """Return the starts of the last span and of the one before."""
    length = timedelta(days=rule.days)
    return now - length, now - 2 * length
