"""What to label next: doubtful, rare and unlike each other, and a random share for an honest test.

```
pool | without what the coder did or put off | audit share apart | score | no near-copies | Ask + reason
```

Nothing here reads or writes: the clock, the random order and all that is known come in as values.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import log

from labels.copies import Pieces, Seen
from labels.judgement import Place

# Two sentences whose word pairs overlap this much say the same (measured as Jaccard).
NEAR_COPY = 0.6
# From this doubt on, the machine is said to hesitate: the second stance has a third of the first.
HESITATES = 0.5
# So many candidates an item, and at least so many, are compared with each other: the cost is quadratic.
SHORTLIST = 20
SHORTEST_LIST = 400


class Reason(StrEnum):
    """Why an item is asked for."""

    UNCERTAIN = "uncertain"
    RARE = "rare"
    AUDIT = "audit"
    SECOND = "second coder"
    AGAIN = "skipped before"


@dataclass(frozen=True, slots=True)
class Item:
    """A tagged sentence that could be labelled.

    Attributes:
        document: id of its document.
        start: first code point of the sentence.
        end: one past its last.
        text: the sentence.
        scores: probability of each stance; they sum to 1.
        speaker_score: probability of the tagged speaker type, in [0, 1].
        known_by: coders who have judged it.
    """

    document: str
    start: int
    end: int
    text: str
    scores: Mapping[str, float]
    speaker_score: float = 1.0
    known_by: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """Which sentence it is."""
        return self.document, self.start, self.end


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the queue is composed.

    Attributes:
        audit_share: share of the documents that stay apart as a test set, and of the items asked.
        double_share: share of the items that a second coder gets too; those of the audit always.
        rare_weight: what a rare class weighs beside doubt (0: doubt alone).
        speaker_weight: what doubt about the speaker weighs beside doubt about the stance.
        per_document: most items of one document in one answer, the audit's apart.
        skip_for: how long a skipped item stays away from the coder who skipped it.
        salt: draws the audit share; change it only to draw another test set.
    """

    audit_share: float = 0.1
    double_share: float = 0.1
    rare_weight: float = 0.5
    speaker_weight: float = 0.25
    per_document: int = 3
    skip_for: timedelta = timedelta(days=1)
    salt: str = "audit"


@dataclass(frozen=True, slots=True)
class Ask:
    """One item of the queue.

    Attributes:
        item: what to label.
        reason: the kind of reason.
        why: the reason in words, with its numbers.
        priority: what it was ranked by; larger comes first, within one kind of reason.
    """

    item: Item
    reason: Reason
    why: str
    priority: float


@dataclass(frozen=True, slots=True)
class Queue:
    """What to label next, and how much there would be.

    Attributes:
        asks: in the order in which to label.
        n_waiting: items of the pool that the coder could still get, these included.
        n_put_off: those among them that the coder skipped and that come back later.
    """

    asks: tuple[Ask, ...]
    n_waiting: int
    n_put_off: int = 0


def is_audit(document: str, wishes: Wishes = Wishes()) -> bool:
    """Say whether a document belongs to the audit share, which no version is ever fitted on.

    The draw hangs on the id alone: it is the same for everybody and for ever.
    """
    return _draw(wishes.salt, document) < wishes.audit_share


def audit_documents(
    documents: Iterable[str], *, n: int, known: Collection[str] = (), wishes: Wishes = Wishes()
) -> list[str]:
    """Return documents of the audit share, drawn at random: `n`, and as many as are `known`.

    The order hangs on the ids alone, so old and new documents have the same chance. Known ones, of
    which somebody has judged something, mostly stand at the front; counting them in keeps `n` open.
    """
    drawn = sorted((_draw(wishes.salt, id), id) for id in documents)
    share = [id for draw, id in drawn if draw < wishes.audit_share]
    return share[: n + sum(id in known for id in share)]


def rank(
    pool: Iterable[Item],
    *,
    n: int,
    coder: str,
    now: datetime,
    class_counts: Mapping[str, int] | None = None,
    skipped: Mapping[Place, datetime] | None = None,
    labelled_texts: Collection[str] = (),
    n_done: int = 0,
    wishes: Wishes = Wishes(),
) -> Queue:
    """Choose the next items for one coder.

    Every tenth item (by `audit_share`) is drawn from the audit share, in random order; the others
    by doubt and rarity, leaving out near-copies of what is chosen or labelled. An item that
    another coder has judged comes up again only to be coded twice.

    Args:
        pool: tagged sentences, in any order.
        n: most items to return.
        coder: who asks; never gets what they judged already.
        now: the time, for what was put off.
        class_counts: codings of each stance that there are; without them no class is rare.
        skipped: when this coder last skipped what.
        labelled_texts: sentences that are labelled already, for near-copies.
        n_done: sentences that this coder has judged: who asks for one at a time gets the audit's too.
        wishes: how the queue is composed.
    """
    put_off = skipped or {}
    open_items = [item for item in pool if coder not in item.known_by and _wanted(item, wishes)]
    later = [i for i in open_items if _is_put_off(put_off.get(i.place), now, wishes)]
    away = {item.place for item in later}
    ready = [item for item in open_items if item.place not in away]
    audit = sorted(
        (item for item in ready if is_audit(item.document, wishes)),
        key=lambda item: _draw(wishes.salt, *map(str, item.place)),
    )
    others = [item for item in ready if not is_audit(item.document, wishes)]
    asks = _scored(others, class_counts or {}, wishes)
    chosen = _mixed(
        _apart(asks, labelled_texts, n, wishes),
        [_audit_ask(i) for i in audit],
        range(n_done + 1, n_done + n + 1),
        wishes,
    )
    if len(chosen) < n:
        chosen += [_again(item) for item in sorted(later, key=lambda i: put_off[i.place])]
    return Queue(tuple(chosen[:n]), len(open_items), len(later))


def doubt(scores: Mapping[str, float]) -> float:
    """Return 1 - (best - second best) probability: 1 where two stances are level, 0 where sure.

    >>> doubt({"favor": 0.5, "none": 0.5}), doubt({"none": 1.0})
    (1.0, 0.0)
    """
    ordered = sorted(scores.values(), reverse=True)
    return 1.0 - (ordered[0] - ordered[1]) if len(ordered) > 1 else 1.0 - ordered[0]


def rarity(class_counts: Mapping[str, int]) -> dict[str, float]:
    """Return how rare each class is, from 0 (the most frequent) to 1 (the rarest).

    >>> rarity({"none": 100, "favor": 10, "conditional": 1})
    {'none': 0.0, 'favor': 0.5, 'conditional': 1.0}
    """
    if not class_counts:
        return {}
    logs = {label: log(max(count, 1)) for label, count in class_counts.items()}
    most, least = max(logs.values()), min(logs.values())
    span = most - least
    return {label: (most - value) / span if span else 0.0 for label, value in logs.items()}


def _wanted(item: Item, wishes: Wishes) -> bool:
    if not item.known_by:
        return True
    if len(item.known_by) > 1:
        return False
    if is_audit(item.document, wishes):
        return True
    return _draw("double", *map(str, item.place)) < wishes.double_share


def _is_put_off(when: datetime | None, now: datetime, wishes: Wishes) -> bool:
    return when is not None and now - when < wishes.skip_for


def _scored(items: Iterable[Item], class_counts: Mapping[str, int], wishes: Wishes) -> list[Ask]:
    rare = rarity(class_counts)
    asks = [_ask(item, rare, class_counts, wishes) for item in items]
    return sorted(asks, key=lambda ask: (-ask.priority, ask.item.place))


def _ask(
    item: Item, rare: Mapping[str, float], class_counts: Mapping[str, int], wishes: Wishes
) -> Ask:
    unsure = doubt(item.scores)
    # A class counts as a hope only as far as the machine gives it a chance.
    hopes = {label: p * rare.get(label, 0.0) for label, p in item.scores.items()}
    hope = max(hopes, key=lambda label: hopes[label])
    speaker = wishes.speaker_weight * (1.0 - item.speaker_score)
    priority = unsure + wishes.rare_weight * sum(hopes.values()) + speaker
    if item.known_by:
        who = item.known_by[0]
        why = f"{who} coded it; a second coder shows how far people agree"
        return Ask(item, Reason.SECOND, why, priority)
    if wishes.rare_weight * hopes[hope] > unsure:
        count = class_counts.get(hope, 0)
        why = f"may be {hope} ({item.scores[hope]:.2f}), of which there are only {count}"
        return Ask(item, Reason.RARE, why, priority)
    best = sorted(item.scores.items(), key=lambda pair: -pair[1])[:2]
    how = "hesitates" if unsure >= HESITATES else "is fairly sure, and of the rest surer"
    why = f"the machine {how}: " + ", ".join(f"{label} {p:.2f}" for label, p in best)
    return Ask(item, Reason.UNCERTAIN, why, priority)


def _audit_ask(item: Item) -> Ask:
    why = "drawn at random; stays apart as a test set that no version is fitted on"
    return Ask(item, Reason.AUDIT, why, 0.0)


def _again(item: Item) -> Ask:
    return Ask(item, Reason.AGAIN, "you skipped it; nothing else is left", 0.0)


def _apart(
    asks: Sequence[Ask], labelled_texts: Collection[str], n: int, wishes: Wishes
) -> list[Ask]:
    """Take the best in turn, passing over near-copies and documents that have had their share."""
    kept: list[Ask] = []
    taken = Seen()
    for text in labelled_texts:
        taken.add(word_pairs(text))
    of_document: dict[str, int] = {}
    for ask in asks[: max(n * SHORTLIST, SHORTEST_LIST)]:
        item = ask.item
        if len(kept) == n:
            break
        if of_document.get(item.document, 0) >= wishes.per_document:
            continue
        pairs = word_pairs(item.text)
        if ask.reason is not Reason.SECOND and taken.nearest(pairs)[1] >= NEAR_COPY:
            continue
        taken.add(pairs)
        of_document[item.document] = of_document.get(item.document, 0) + 1
        kept.append(ask)
    return kept


def _mixed(
    ranked: Sequence[Ask], audit: Sequence[Ask], positions: range, wishes: Wishes
) -> list[Ask]:
    """Put one audit item after so many others that the audit has its share of the coder's work."""
    every = round(1 / wishes.audit_share) if wishes.audit_share else 0
    first, second = iter(ranked), iter(audit)
    chosen: list[Ask] = []
    for position in positions:
        turn = every and position % every == 0
        ask = _next(second, first) if turn else _next(first, second)
        if ask is None:
            break
        chosen.append(ask)
    return chosen


def _next(wanted: Iterator[Ask], spare: Iterator[Ask]) -> Ask | None:
    found = next(wanted, None)
    return found if found is not None else next(spare, None)


def _draw(*parts: str) -> float:
    """Return a number in [0, 1) that hangs on `parts` alone."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def word_pairs(text: str) -> Pieces:
    """Return the pairs of neighbouring words, with the sentence's ends as words of their own.

    >>> sorted(word_pairs("Go home"))
    [('', 'go'), ('go', 'home'), ('home', '')]
    """
    words = ["", *text.casefold().split(), ""]
    return frozenset(pairwise(words))
