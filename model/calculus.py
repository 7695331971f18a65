"""A small stance calculus: who takes which position on which step of a force, composed from cues.

To call for a withdrawal and to reject a deployment are one side, to reject a withdrawal and to call
for a deployment the other, though the four share their words. The calculus finds a *target* (a force, a
strike, a mission, or a step such as "intervene", "withdraw"), the *act* on it (+1 sends or keeps it, -1
cuts or ends it), the *operator* (+1 asks, offers, approves; -1 rejects, condemns, warns) and what
denies, limits or dates them, and multiplies. Its outcomes and parts are tokens that a head weighs; never
the verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from model.cues import Cue

OPERATORS = {
    "CALL": 1, "DEMAND": 1, "PROPOSE": 1, "APPROVE": 1, "OFFER": 1, "PLAN": 1, "SUPPORT": 1,
    "NEED": 1, "OUGHT": 1, "REJECT": -1, "CONDEMN": -1, "BLAME": -1, "WARN": -1, "DOUBT": -1,
    "DENY": -1,
}  # fmt: skip
ACTS = {"SEND": 1, "STAY": 1, "LEAVE": -1, "END": -1}
TARGETS = frozenset({"TROOPS", "STRIKE", "INTERV"})
WORTH = {
    "SUCCESS": 1, "LEGAL": 1, "FAIL": -1, "SOVER": -1, "COST": -1, "INACTION": 1,
    "HARMED": -1,
}  # fmt: skip
MODALS = ("COND", "IF", "FUT", "CAN", "OUGHT")
# Reach of each search, in words. Chosen on the folds of the composed set; flat around these values.
ACT_BEFORE, ACT_AFTER, OPERATOR_BEFORE, OPERATOR_AFTER, NEGATION_BEFORE = 7, 5, 12, 7, 4


@dataclass(slots=True)
class Outcome:
    """One token of the calculus and the words that it was made from, [first, last) in the sentence."""

    token: str
    first: int
    last: int


def compose(cues: Sequence[Cue], n_words: int, borders: Sequence[int] = ()) -> list[Outcome]:
    """Return the outcomes and parts for one sentence.

    Args:
        cues: in the order of the sentence.
        n_words: number of words of the sentence.
        borders: positions of words that end a clause (";", "but"); no frame reaches over one.
    """
    out: list[Outcome] = []
    targets = [cue for cue in cues if cue.name in TARGETS]
    steps = [c for c in cues if c.name == "LEAVE" and (c.form in "ngdbs")]
    seen: set[str] = set()
    for target in targets or steps:
        low = max((b for b in borders if b <= target.first), default=0)
        high = min((b for b in borders if b > target.first), default=n_words)
        clause = [c for c in cues if low <= c.first < high]
        for outcome in _frame(target, clause):
            if outcome.token not in seen:
                seen.add(outcome.token)
                out.append(outcome)
    return out


def _frame(target: Cue, clause: Sequence[Cue]) -> list[Outcome]:
    act = _nearest(target, clause, ACTS, ACT_BEFORE, ACT_AFTER)
    if target.name == "LEAVE":
        act = target
    anchor = act if act is not None and act.first < target.first else target
    operator = _nearest(anchor, clause, OPERATORS, OPERATOR_BEFORE, OPERATOR_AFTER)
    kind = "STEP" if target.name == "LEAVE" else target.name
    first = min(c.first for c in (target, act, operator) if c is not None)
    last = max(c.last for c in (target, act, operator) if c is not None)
    value, act_name = 1, "BE"
    if act is not None:
        act_name = act.name + ("." + act.form if act.form else "")
        value = ACTS[act.name]
        if _denied(act, clause):
            value, act_name = -value, "NOT_" + act_name
    tokens = [f"T_{kind}", f"ACT_{act_name}", f"T_{kind}>{act_name}"]
    side = "+" if value > 0 else "-"
    modals = [name for name in MODALS if any(c.name == name for c in clause)]
    if operator is not None:
        sign = OPERATORS[operator.name]
        op_name = operator.name
        if _denied(operator, clause):
            sign, op_name = -sign, "NOT_" + op_name
        if operator.name == "WARN" and act is not None:
            sign = -1
        pole = "+" if sign * value > 0 else "-"
        tokens += [
            f"POL{pole}",
            f"OP_{op_name}",
            f"FR_{op_name}>{side}",
            f"FR_{op_name}>{act_name}",
        ]
        tokens += [f"POL{pole}_{name}" for name in modals]
    else:
        tokens += [f"BARE{side}"] + [f"BARE{side}_{name}" for name in modals]
    for cue in clause:
        if cue.name in WORTH and abs(cue.first - target.first) <= OPERATOR_BEFORE:
            worth = WORTH[cue.name] * (-1 if _denied(cue, clause) else 1)
            tokens += [f"W_{cue.name}", f"WORTH{'+' if worth > 0 else '-'}{side}"]
    return [Outcome(token, first, last) for token in tokens]


def _nearest(
    anchor: Cue, clause: Sequence[Cue], names: dict[str, int], before: int, after: int
) -> Cue | None:
    """Return the nearest cue of these classes; one behind counts as twice as far."""
    best, best_distance = None, float("inf")
    for cue in clause:
        if cue.name not in names or (cue.first == anchor.first and cue.name == anchor.name):
            continue
        gap = anchor.first - cue.last
        if 0 <= gap <= before or cue.first <= anchor.first < cue.last:
            distance = float(max(gap, 0))
        elif 0 <= cue.first - anchor.last <= after:
            distance = 2.0 * (cue.first - anchor.last) + 1
        else:
            continue
        if distance < best_distance:
            best, best_distance = cue, distance
    return best


def _denied(cue: Cue, clause: Sequence[Cue]) -> bool:
    return any(c.name == "NEG" and 0 <= cue.first - c.last <= NEGATION_BEFORE - 1 for c in clause)
