"""What is noticed in each sentence of a document before it becomes views: cues, actors, whose force.

```
words + register | mentions | host, interveners | roles of mentions
words + lexicon  | cues     | owner of every force named ("rebel troops" are no intervention)
                            | frames of the stance calculus
```
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from labels.actors import Kind
from model import cues as cue_lexicon
from model.analysis import Analysis, Word, lowered
from model.calculus import TARGETS, Outcome, compose
from model.cues import Cue

NO_ACTOR = frozenset({Kind.TERRITORY, Kind.GROUP, Kind.AGENCY})
PLACE_KINDS = frozenset(
    {Kind.NAME, Kind.ADJECTIVE, Kind.CAPITAL, Kind.PEOPLE, Kind.TERRITORY, Kind.GROUP}
)
SENT_KINDS = frozenset({Kind.MISSION, Kind.GENERIC, Kind.FORCE})
BORDERS = frozenset({";", ":", "but", "while", "although", "whereas", "though"})
QUOTES = frozenset('"“”')
PARTING = frozenset({",", ".", ";", "said"})
OWNING = frozenset({"of", "from", "by"})
TITLE_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")


class Placed(NamedTuple):
    """A mention of an actor, at words [first, last) of its sentence, with its role in the document.

    Roles: HOST, MISS (a mission), GEN ("foreign troops"), INTV (outside actor whose force the
    document names most), OUTI (another whose force it names), OUT (any other), GROUP (an armed
    group), PLACE (a territory or an agency).
    """

    id: str
    kind: Kind
    first: int
    last: int
    role: str


@dataclass(slots=True)
class Reading:
    """One sentence as the views see it.

    Attributes:
        words: as analysed.
        low: their lower-case texts.
        cues: in the order of the sentence.
        owners: whose each target cue is, by its first word: OUT, HOST, ENEMY or NO (nobody told).
        mentions: actors, in order.
        outcomes: tokens of the stance calculus, over targets that may be an intervention.
        subject: role of the first actor named; "" without one.
        linked: a force of an outside actor, or a mission, is named.
        touched: a force is named that may be one.
        quote: "IN" the sentence starts inside a quotation, "HAS" it holds quotation marks, "NO".
    """

    words: tuple[Word, ...]
    low: tuple[str, ...]
    cues: tuple[Cue, ...]
    owners: Mapping[int, str]
    mentions: tuple[Placed, ...]
    outcomes: tuple[Outcome, ...]
    subject: str
    linked: bool
    touched: bool
    quote: str

    def classes(self) -> frozenset[str]:
        """Return the cue classes that stand in the sentence."""
        return frozenset(cue.name for cue in self.cues)


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """All sentences of a document, and the cue classes of its headline."""

    sentences: tuple[Reading, ...]
    headline: frozenset[str]


def read(analysis: Analysis) -> DocumentReading:
    """Read one document."""
    lexicon = cue_lexicon.shipped()
    mentioned = _mentions(analysis)
    title = analysis.document.title or ""
    host = analysis.document.host or _likely_host(mentioned)
    lows = [tuple([word.low for word in words]) for words in analysis.words]
    found = [tuple(lexicon.find(low)) for low in lows]
    owners, forces = [], Counter[str]()
    for low, cues, mentions in zip(lows, found, mentioned, strict=True):
        owned, senders = _owners(low, cues, mentions, host)
        owners.append(owned)
        forces.update(senders)
    forces.update(m.id for m in analysis.headline if m.id != host and m.kind not in NO_ACTOR)
    most = max(forces.values(), default=0)
    main = {id for id, n in forces.items() if n >= 2 or n == most}
    readings, inside = [], False
    for words, low, cues, owned, mentions in zip(
        analysis.words, lows, found, owners, mentioned, strict=True
    ):
        placed = tuple(m._replace(role=_role(m, host, main, forces)) for m in mentions)
        n_marks = sum(token in QUOTES for token in low)
        readings.append(_reading(words, low, cues, owned, placed, _quote(n_marks, inside=inside)))
        inside ^= bool(n_marks % 2)
    headline = lexicon.find([lowered(w) for w in TITLE_WORD.findall(title)])
    return DocumentReading(tuple(readings), frozenset(cue.name for cue in headline))


def _quote(n_marks: int, *, inside: bool) -> str:
    if inside:
        return "IN"
    return "HAS" if n_marks else "NO"


def _reading(
    words: tuple[Word, ...],
    low: tuple[str, ...],
    cues: tuple[Cue, ...],
    owners: Mapping[int, str],
    mentions: tuple[Placed, ...],
    quote: str,
) -> Reading:
    targets = {cue.first: owners[cue.first] for cue in cues if cue.name in TARGETS}
    ours = [c for c in cues if c.name not in TARGETS or owners[c.first] in {"OUT", "NO"}]
    borders = [i for i, token in enumerate(low) if token in BORDERS]
    # Where only rebels or the state's own army move, no step ("left the town") is an intervention's.
    others = bool(targets) and not {"OUT", "NO"}.intersection(targets.values())
    acting = [m.role for m in mentions if m.role != "PLACE"]
    return Reading(
        words=words,
        low=low,
        cues=cues,
        owners=owners,
        mentions=mentions,
        outcomes=() if others else tuple(compose(ours, len(low), borders)),
        subject=acting[0] if acting else "",
        linked="OUT" in targets.values() or any(role in {"MISS", "GEN"} for role in acting),
        touched=any(owner in {"OUT", "NO"} for owner in targets.values()),
        quote=quote,
    )


def _mentions(analysis: Analysis) -> list[list[Placed]]:
    """Return the actors named in each sentence, at their words, roles yet unknown."""
    found = analysis.named
    placed: list[list[Placed]] = []
    next_mention = 0
    for sentence, words in zip(analysis.sentences, analysis.words, strict=True):
        here: list[Placed] = []
        at = 0
        while next_mention < len(found) and found[next_mention].start < sentence.end:
            mention = found[next_mention]
            next_mention += 1
            if mention.start < sentence.start:
                continue
            while at < len(words) and words[at].end <= mention.start:
                at += 1
            last = at
            while last < len(words) and words[last].start < mention.end:
                last += 1
            if last > at:
                here.append(Placed(mention.id, mention.kind, at, last, ""))
        placed.append(here)
    return placed


def _likely_host(mentioned: Sequence[Sequence[Placed]]) -> str | None:
    counts = Counter(m.id for row in mentioned for m in row if m.kind in PLACE_KINDS)
    return counts.most_common(1)[0][0] if counts else None


def _role(
    mention: Placed, host: str | None, main: Collection[str], forces: Mapping[str, int]
) -> str:
    if mention.kind is Kind.GROUP:
        return "GROUP"
    if mention.kind in NO_ACTOR:
        return "PLACE"
    if mention.kind is Kind.MISSION:
        return "MISS"
    if mention.id == host:
        return "HOST"
    if mention.kind is Kind.GENERIC:
        return "GEN"
    if mention.id in main:
        return "INTV"
    return "OUTI" if mention.id in forces else "OUT"


def _owners(
    low: Sequence[str], cues: Sequence[Cue], mentions: Sequence[Placed], host: str | None
) -> tuple[dict[int, str], list[str]]:
    """Say whose each target is, and list the outside actors whose forces or missions are named."""
    owners: dict[int, str] = {}
    senders = [m.id for m in mentions if m.kind in SENT_KINDS and m.id != host]
    for target in cues:
        if target.name not in TARGETS:
            continue
        owner, best = "NO", 9
        for mention in mentions:
            distance = _distance(low, target, mention)
            role = _side(mention, host)
            if distance < best and role != "NO":
                best, owner = distance, role
                if role == "OUT":
                    senders.append(mention.id)
        if owner == "NO" or (owner == "OUT" and best > 1):
            owner = _other_side(target, cues) or owner
        owners[target.first] = owner
    return owners, senders


def _side(mention: Placed, host: str | None) -> str:
    if mention.kind is Kind.GROUP:
        return "ENEMY"
    if mention.id == host and mention.kind is not Kind.MISSION:
        return "HOST"
    return "NO" if mention.kind in NO_ACTOR else "OUT"


def _distance(low: Sequence[str], target: Cue, mention: Placed) -> int:
    """Return how far a mention stands from the force that it may own; 9 is out of reach."""
    if mention.first < target.last and mention.last > target.first:
        return 0
    gap = target.first - mention.last
    if 0 <= gap <= 3 and not PARTING.intersection(low[mention.last : target.first]):
        return gap + 1
    gap = mention.first - target.last
    if 0 < gap <= 2 and low[target.last] in OWNING:
        return gap + 1
    return 9


def _other_side(target: Cue, cues: Sequence[Cue]) -> str:
    """Return ENEMY or HOST where a word beside the force says so ("rebel troops"), or ""."""
    for cue in cues:
        if cue.name not in {"ENEMY", "HOSTARM"}:
            continue
        beside = 0 <= target.first - cue.last <= 1
        inside = cue.first < target.last and cue.last > target.first
        if beside or inside:
            return "ENEMY" if cue.name == "ENEMY" else "HOST"
    return ""
