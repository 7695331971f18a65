"""The views by which the deciding head judges every candidate of a line: named, or only pointed at.

```
named_actor's probabilities, actor_line's -> who intervenes in this document, what this line is about
    -> for each line: the actors that it names, the likely ones of the lines before, UNSPECIFIED
```
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from labels.scheme import UNSPECIFIED
from model.actor_views import Told, few, headline_token, judged, side_of
from model.force import FORCES, POINTING
from model.interveners import Interveners, head_stem, interveners, weight
from model.line_views import Probabilities, steps
from model.prefixed import Prefixed
from model.rows import Row, View
from model.scene import Line, Scene

MAX_CARRIED = 5  # actors of other sentences that are tried in a sentence
PRONOUNS = {
    "it": "it", "its": "it", "itself": "it", "they": "they", "them": "they", "their": "they",
    "we": "we", "us": "we", "our": "we", "he": "he", "she": "he", "his": "he", "her": "he",
    "you": "you", "your": "you", "there": "there", "here": "there",
}  # fmt: skip
BODIES = {
    "bloc": "body", "alliance": "body", "organisation": "body", "organization": "body",
    "union": "body", "grouping": "body", "pact": "body", "council": "body", "kingdom": "state",
    "neighbour": "state", "neighbor": "state", "allies": "all", "neighbours": "all",
    "neighbors": "all", "world": "all", "foreigners": "all", "outsiders": "all",
    "coalition": "coalition", "mission": "mission", "force": "mission", "plan": "plan",
    "proposal": "plan", "resolution": "plan", "decision": "plan", "move": "plan", "offer": "plan",
    "request": "plan",
}  # fmt: skip
BODY_WORDS = frozenset(BODIES)
LOOSE = frozenset({"def", "bare", "poss"})  # owners of forces that name nobody
LEVELS = (0.15, 0.3, 0.5, 0.7)
# By sort of candidate: named, carried, unnamed; of the carried, near and others.
OF = {sort: Prefixed(f"{sort}.") for sort in "ncuko"}
MEANT_FROM = 0.3  # so sure of a named actor, later lines may point at it


@dataclass(slots=True)
class Tie:
    """How a line stands to the lines before it.

    Attributes:
        last: actors meant in the last line that means anybody.
        gap: lines since then.
        seen: actors met so far, the latest last.
    """

    last: Sequence[str]
    gap: int
    seen: Sequence[str]


@dataclass(slots=True)
class Here:
    """What is the same for all candidates of a line.

    Attributes:
        at: its number.
        line: the line.
        tie: how it stands to the lines before it.
        tokens: what it and its neighbours are about.
        told: what it tells by itself.
        about: how surely it is about an intervention, in levels.
        sure: how sure the first head is of anybody here.
        pointing: its forces of owners without a name.
        pronouns: its pronouns and bodies that may stand for an actor.
        echoes: of each of its forces that names nobody, the lines of its owners, and the last
            of these owners before it.
    """

    at: int
    line: Line
    tie: Tie
    tokens: Sequence[str]
    told: Told
    about: int
    sure: float
    pointing: Sequence[str]
    pronouns: Sequence[str]
    echoes: Sequence[tuple[Mapping[str, Sequence[int]], str]]


def proposed_rows(
    scene: Scene, lines: Sequence[Told], named: Probabilities, about: Sequence[float]
) -> Iterator[tuple[int, str, Row]]:
    """Yield (line, id, row) for every actor that a line names or may point at, in order.

    Args:
        scene: the document.
        lines: what each line tells by itself.
        named: probability of the `named_actor` head by (line, id).
        about: probability of the `actor_line` head by line.
    """
    who = interveners(scene, named, about)
    tie = Tie((), 0, ())
    for at, line in enumerate(scene.lines):
        here = _here(scene, who, at, lines[at], tie)
        yield from _rows(scene, who, here)
        meant = [
            actor for actor in line.outside if named[at, actor] * weight(about[at]) > MEANT_FROM
        ]
        last, gap = (meant, 0) if meant else (tie.last, tie.gap + 1)
        seen = [actor for actor in tie.seen if actor not in line.outside][-8:]
        tie = Tie(last, gap, [*seen, *line.outside])


def _rows(scene: Scene, who: Interveners, here: Here) -> Iterator[tuple[int, str, Row]]:
    """Yield the rows of one line.

    Every token tells by its first letter whether the candidate is named here, carried or unnamed.
    What all candidates of one sort have in common is made once.
    """
    line = here.line
    common: dict[str, list[str]] = {}
    plain = dict.fromkeys(here.told.masked)
    elsewhere: dict[str, View] = {}
    for actor in dict.fromkeys((*line.outside, *_carriable(scene, who, line, here.tie))):
        own = [*_standing(scene, who, here, actor), *_echoes(who, here, actor)]
        own += _led(who, line, actor)
        if actor in line.outside:
            sort = "n"
            own += _naming(who, here, actor)
            words = dict.fromkeys(judged(line, here.told.masked, actor))
            view = View(tuple(OF["n"].all(words)))
        else:
            sort, near = ("u", "u") if actor == UNSPECIFIED else ("c", _near(who, here, actor))
            own += _pointing(who, here, actor)
            if near not in elsewhere:
                elsewhere[near] = View(tuple(OF[near].all(plain)))
            view = elsewhere[near]
        if sort not in common:
            common[sort] = OF[sort].all(here.tokens)
        shape = View((*common[sort], *OF[sort].all(own)))
        yield here.at, actor, {"shape": shape, "words": view}


def _near(who: Interveners, here: Here, actor: str) -> str:
    """Return "k" for a carried actor that the lines before or the document make likely, else "o"."""
    return "k" if actor in here.tie.last or who.rank(actor) == 0 else "o"


def _here(scene: Scene, who: Interveners, at: int, told: Told, tie: Tie) -> Here:
    line = scene.lines[at]
    owned = [who.owns[word] for word in _loose(line) if word in who.owns]
    return Here(
        at=at,
        line=line,
        tie=tie,
        tokens=[*_around(scene, who, at), *told.tokens],
        told=told,
        about=_level(who.about[at]),
        sure=max((who.named[at, actor] for actor in line.outside), default=0.0),
        pointing=sorted({f"{f.name}:{f.owner}" for f in line.forces if f.owner in LOOSE}),
        pronouns=sorted({PRONOUNS[t] for t in line.tokens if t in PRONOUNS} | _bodies(line)),
        echoes=[(owners, _latest(owners, at)) for owners in owned],
    )


def _latest(owners: Mapping[str, Sequence[int]], at: int) -> str:
    """Return the owner whose last line before `at` is the latest."""
    before = {
        owner: there[bisect_left(there, at) - 1] if there[0] < at else -1
        for owner, there in owners.items()
    }
    return max(before, key=lambda owner: before[owner])


def _carriable(scene: Scene, who: Interveners, line: Line, tie: Tie) -> list[str]:
    """Return the actors that a line may mean without naming them."""
    tried = dict.fromkeys([*reversed(tie.seen[-3:]), *scene.headline[:2], *who.ranked[:2]])
    kept = [actor for actor in tried if actor not in line.outside][:MAX_CARRIED]
    if UNSPECIFIED not in kept and UNSPECIFIED not in line.outside:
        kept.append(UNSPECIFIED)
    return kept


def _around(scene: Scene, who: Interveners, at: int) -> Iterator[str]:
    """Yield what the line and its neighbours are about, and how many intervene in the document."""
    about = who.about
    yield from steps("about", about[at])
    yield f"before={_level(about[at - 1]) if at else 'none'}"
    yield f"after={_level(about[at + 1]) if at + 1 < len(about) else 'none'}"
    yield f"interveners={min(4, who.n_interveners)}"
    if at and scene.paragraphs[at] == scene.paragraphs[at - 1]:
        yield "same_paragraph"
    yield f"line={few(at)}"


def _standing(scene: Scene, who: Interveners, here: Here, actor: str) -> Iterator[str]:
    """Yield how large a part an actor has in the document."""
    at, line = here.at, here.line
    share, best = who.share.get(actor, 0.0), who.best.get(actor, 0.0)
    there = scene.where.get(actor, ())
    n_before = bisect_left(there, at)
    rank, about = who.rank(actor), here.about
    yield from steps("share", share)
    yield from steps("best", best)
    rival = max((who.named[at, a] for a in line.outside if a != actor), default=0)
    yield from steps("rival", rival)
    yield f"rank={rank}"
    yield f"named_in={few(len(there))}"
    yield f"side={side_of(line.mentions[actor].kind if actor in line.outside else None, actor)}"
    yield headline_token(scene, actor)
    yield f"about{about}|rank{rank}"
    yield f"about{about}|best{_level(best)}"
    yield f"about{about}|share{int(4 * share)}"
    yield f"since={few(at - there[n_before - 1]) if n_before else 'never'}"
    if at + 1 < len(scene.lines) and actor in scene.lines[at + 1].outside:
        yield "named_next"


def _naming(who: Interveners, here: Here, actor: str) -> Iterator[str]:
    probability = who.named[here.at, actor]
    yield from steps("p", probability)
    yield f"about{here.about}|p{_level(probability)}"
    yield "last" if actor in here.tie.last else "not_last"
    yield from here.told.naming[actor]


def _pointing(who: Interveners, here: Here, actor: str) -> Iterator[str]:
    tie = here.tie
    bound = "".join(
        (
            "L" if actor in tie.last else "",
            "S" if tie.seen and tie.seen[-1] == actor else "",
            {0: "D", 1: "E"}.get(who.rank(actor), ""),
        )
    )
    yield f"tie={bound}"
    yield f"gap={few(tie.gap)}"
    yield f"gap{few(tie.gap)}|tie{bound}"
    yield f"tie{bound}|about{here.about}"
    yield f"tie{bound}|named{_level(here.sure)}"
    yield from here.pointing
    yield from here.pronouns
    yield from (f"tie{bound}|{token}" for token in (*here.pointing, *here.pronouns))


def _echoes(who: Interveners, here: Here, actor: str) -> Iterator[str]:
    """Yield whether "the coalition", "the strikes" were somebody's in another line."""
    if actor in who.armed:
        yield f"armed={min(3, who.armed[actor])}"
    for owners, latest in here.echoes:
        if actor not in owners:
            yield "echo_of_another"
            continue
        yield "echo"
        yield "echo_of_before" if owners[actor][0] < here.at else "echo_of_later"
        yield "echo_nearest" if latest == actor else "echo_farther"
        yield f"echo_of={min(3, len(owners))}"


def _led(who: Interveners, line: Line, actor: str) -> Iterator[str]:
    if who.leading - {UNSPECIFIED}:
        yield "somebody_leads"
    if actor in who.leading:
        yield "leads"
        if any(token.endswith(("coalition", "alliance")) for token in line.tokens):
            yield "leads|coalition"


def _loose(line: Line) -> list[str]:
    """Return the stems of a line's forces that name nobody: "the coalition", "foreign troops"."""
    return sorted(
        {
            head_stem(line, force.at)
            for force in line.forces
            if force.name in FORCES and (force.owner in LOOSE or force.owner == UNSPECIFIED)
        }
    )


def _level(probability: float) -> int:
    return bisect_left(LEVELS, probability)


def _bodies(line: Line) -> set[str]:
    """Return the sorts of nouns that stand for an actor named before ("the bloc")."""
    return {
        BODIES[token]
        for before, token in zip(("", *line.tokens), line.tokens, strict=False)
        if token in BODY_WORDS and before in POINTING
    }
