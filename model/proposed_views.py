"""The views by which the deciding head judges every candidate of a line: named, or only pointed at.

```
named_actor's probabilities, actor_line's -> who intervenes in this document, what this line is about
    -> for each line: the actors that it names, the likely ones of the lines before, UNSPECIFIED
```
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from labels.scheme import UNSPECIFIED
from model.actor_views import (
    few,
    force_tokens,
    headline_token,
    line_tokens,
    mask,
    place_tokens,
    side_of,
)
from model.force import FORCES, POINTING
from model.heads import Row, View
from model.line_views import Probabilities, stem, steps
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
# A line that talks of something else lends its actors this share of their probability.
IDLE_SHARE = 0.3
MEANT_FROM = 0.3  # so sure of a named actor, later lines may point at it


@dataclass(frozen=True, slots=True)
class Cast:
    """Who intervenes in a document, as far as the first heads can tell.

    Attributes:
        named: probability of `named_actor` by (line, id).
        about: probability of `actor_line` by line.
        share: each actor's part of the probabilities over the document, in [0, 1].
        best: each actor's largest probability.
        ranked: actors by falling share.
        owns: by actor, by the stem of a force's word ("coalition"), the lines where it is theirs.
        leading: actors that lead a force ("Saudi-led", "led by the Americans").
    """

    named: Probabilities
    about: Sequence[float]
    share: Mapping[str, float]
    best: Mapping[str, float]
    ranked: Sequence[str]
    owns: Mapping[str, Mapping[str, Sequence[int]]]
    leading: frozenset[str]


@dataclass(frozen=True, slots=True)
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


def proposed_rows(
    scene: Scene, named: Probabilities, about: Sequence[float]
) -> Iterator[tuple[int, str, Row]]:
    """Yield (line, id, row) for every actor that a line names or may point at, in order.

    Args:
        scene: the document.
        named: probability of the `named_actor` head by (line, id).
        about: probability of the `actor_line` head by line.
    """
    cast = _cast(scene, named, about)
    tie = Tie((), 0, ())
    for at, line in enumerate(scene.lines):
        around = [*_around(scene, cast, at), *line_tokens(line, scene)]
        loose = _loose(line)
        for actor in dict.fromkeys((*line.outside, *_carriable(scene, cast, line, tie))):
            shape = [
                *around,
                *_standing(scene, cast, at, actor),
                *_echoes(cast, at, actor, loose),
                *_led(cast, line, actor),
            ]
            if actor in line.outside:
                shape += _naming(scene, cast, at, actor, tie)
            else:
                shape += _pointing(cast, line, at, actor, tie)
            yield at, actor, _row(scene, cast, at, actor, tie, shape)
        meant = [
            actor for actor in line.outside if named[at, actor] * _weight(about[at]) > MEANT_FROM
        ]
        last, gap = (meant, 0) if meant else (tie.last, tie.gap + 1)
        seen = [actor for actor in tie.seen if actor not in line.outside][-8:]
        tie = Tie(last, gap, [*seen, *line.outside])


def _row(scene: Scene, cast: Cast, at: int, actor: str, tie: Tie, shape: Sequence[str]) -> Row:
    line = scene.lines[at]
    if actor in line.outside:
        sort = words = "n"
    elif actor == UNSPECIFIED:
        sort = words = "u"
    else:
        near = actor in tie.last or _rank(cast, actor) == 0
        sort, words = "c", "k" if near else "o"
    return {
        "shape": View(tuple(f"{sort}.{token}" for token in dict.fromkeys(shape))),
        "words": View(
            tuple(f"{words}.{word}" for word in dict.fromkeys(mask(line, actor, scene.host)))
        ),
    }


def _cast(scene: Scene, named: Probabilities, about: Sequence[float]) -> Cast:
    share: dict[str, float] = {}
    best: dict[str, float] = {}
    for (at, actor), probability in named.items():
        share[actor] = share.get(actor, 0.0) + probability * _weight(about[at])
        best[actor] = max(best.get(actor, 0.0), probability)
    total = sum(share.values()) or 1.0
    owns: dict[str, dict[str, list[int]]] = {}
    leading = set()
    for at, line in enumerate(scene.lines):
        for actor in line.outside:
            for force in line.owned_by(actor):
                if force.name in FORCES:
                    word = _head_stem(line, force.at)
                    owns.setdefault(actor, {}).setdefault(word, []).append(at)
            if any(_leads(line.tokens, position) for position in line.outside[actor]):
                leading.add(actor)
    return Cast(
        named=named,
        about=about,
        share={actor: weight / total for actor, weight in share.items()},
        best=best,
        ranked=sorted(share, key=lambda actor: -share[actor]),
        owns=owns,
        leading=frozenset(leading),
    )


def _weight(about: float) -> float:
    return IDLE_SHARE + (1.0 - IDLE_SHARE) * about


def _leads(tokens: Sequence[str], at: int) -> bool:
    after = tuple(tokens[at + 1 : at + 3])
    before = tuple(word for word in tokens[max(0, at - 3) : at] if word != "the")
    return after in {("-", "led"), ("-", "backed")} or before[-2:] == ("led", "by")


def _carriable(scene: Scene, cast: Cast, line: Line, tie: Tie) -> list[str]:
    """Return the actors that a line may mean without naming them."""
    tried = dict.fromkeys([*reversed(tie.seen[-3:]), *scene.headline[:2], *cast.ranked[:2]])
    kept = [actor for actor in tried if actor not in line.outside][:MAX_CARRIED]
    if UNSPECIFIED not in kept and UNSPECIFIED not in line.outside:
        kept.append(UNSPECIFIED)
    return kept


def _around(scene: Scene, cast: Cast, at: int) -> Iterator[str]:
    """Yield what the line and its neighbours are about, and how many intervene in the document."""
    about = cast.about
    yield from steps("about", about[at])
    yield f"before={_level(about[at - 1]) if at else 'none'}"
    yield f"after={_level(about[at + 1]) if at + 1 < len(about) else 'none'}"
    yield f"interveners={min(4, sum(share > 0.15 for share in cast.share.values()))}"
    if at and scene.paragraphs[at] == scene.paragraphs[at - 1]:
        yield "same_paragraph"
    yield f"line={few(at)}"


def _standing(scene: Scene, cast: Cast, at: int, actor: str) -> Iterator[str]:
    """Yield how large a part an actor has in the document."""
    line = scene.lines[at]
    share, best = cast.share.get(actor, 0.0), cast.best.get(actor, 0.0)
    n_naming = scene.n_naming(actor)
    rank, about = _rank(cast, actor), _level(cast.about[at])
    yield from steps("share", share)
    yield from steps("best", best)
    yield from steps(
        "rival", max((cast.named[at, a] for a in line.outside if a != actor), default=0)
    )
    yield f"rank={rank}"
    yield f"named_in={few(n_naming)}"
    yield f"side={side_of(line.mentions[actor].kind if actor in line.outside else None, actor)}"
    yield headline_token(scene, actor)
    yield f"about{about}|rank{rank}"
    yield f"about{about}|best{_level(best)}"
    yield f"about{about}|share{int(4 * share)}"
    before = [there for there in scene.where.get(actor, ()) if there < at]
    yield f"since={few(at - before[-1]) if before else 'never'}"
    if at + 1 in scene.where.get(actor, ()):
        yield "named_next"


def _naming(scene: Scene, cast: Cast, at: int, actor: str, tie: Tie) -> Iterator[str]:
    line = scene.lines[at]
    probability = cast.named[at, actor]
    yield from steps("p", probability)
    yield f"about{_level(cast.about[at])}|p{_level(probability)}"
    yield "last" if actor in tie.last else "not_last"
    yield from place_tokens(scene, at, actor)
    yield from force_tokens(line, actor)


def _pointing(cast: Cast, line: Line, at: int, actor: str, tie: Tie) -> Iterator[str]:
    loose = sorted({f"{f.name}:{f.owner}" for f in line.forces if f.owner in LOOSE})
    pointed = sorted({PRONOUNS[t] for t in line.tokens if t in PRONOUNS} | _bodies(line))
    bound = "".join(
        (
            "L" if actor in tie.last else "",
            "S" if tie.seen and tie.seen[-1] == actor else "",
            {0: "D", 1: "E"}.get(_rank(cast, actor), ""),
        )
    )
    sure = max((cast.named[at, a] for a in line.outside), default=0.0)
    yield f"tie={bound}"
    yield f"gap={few(tie.gap)}"
    yield f"gap{few(tie.gap)}|tie{bound}"
    yield f"tie{bound}|about{_level(cast.about[at])}"
    yield f"tie{bound}|named{_level(sure)}"
    yield from loose
    yield from pointed
    yield from (f"tie{bound}|{token}" for token in (*loose, *pointed))


def _echoes(cast: Cast, at: int, actor: str, loose: frozenset[str]) -> Iterator[str]:
    """Yield whether "the coalition", "the strikes" were somebody's in another line."""
    own = cast.owns.get(actor, {})
    if own:
        yield f"armed={min(3, sum(map(len, own.values())))}"
    for word in loose:
        owners = {other: lines[word] for other, lines in cast.owns.items() if word in lines}
        if not owners:
            continue
        if actor not in owners:
            yield "echo_of_another"
            continue
        latest = max(
            owners, key=lambda other: max((i for i in owners[other] if i < at), default=-1)
        )
        yield "echo"
        yield "echo_of_before" if owners[actor][0] < at else "echo_of_later"
        yield "echo_nearest" if latest == actor else "echo_farther"
        yield f"echo_of={min(3, len(owners))}"


def _led(cast: Cast, line: Line, actor: str) -> Iterator[str]:
    if cast.leading - {UNSPECIFIED}:
        yield "somebody_leads"
    if actor in cast.leading:
        yield "leads"
        if any(token.endswith(("coalition", "alliance")) for token in line.tokens):
            yield "leads|coalition"


def _loose(line: Line) -> frozenset[str]:
    """Return the stems of a line's forces that name nobody: "the coalition", "foreign troops"."""
    return frozenset(
        _head_stem(line, force.at)
        for force in line.forces
        if force.name in FORCES and (force.owner in LOOSE or force.owner == UNSPECIFIED)
    )


def _head_stem(line: Line, at: int) -> str:
    return stem(line.tokens[at].rpartition(" ")[2])


def _rank(cast: Cast, actor: str) -> int:
    return next((i for i, other in enumerate(cast.ranked[:3]) if other == actor), 3)


def _level(probability: float) -> int:
    return sum(probability > level for level in LEVELS)


def _bodies(line: Line) -> set[str]:
    """Return the sorts of nouns that stand for an actor named before ("the bloc")."""
    return {
        BODIES[token]
        for before, token in zip(("", *line.tokens), line.tokens, strict=False)
        if token in BODY_WORDS and before in POINTING
    }
