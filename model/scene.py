"""What a document says of outside actors before any head looks: masked words, roles, forces.

```
Analysis | one Line a sentence (words and mentions as one row of tokens, forces and their owners)
         | Scene (the lines, and how often each outside actor is met)
```
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from labels.actors import ACTING, STATE_KINDS, Kind, Mention
from labels.document import Sentence
from model.analysis import Analysis, Word
from model.force import Force, find_forces
from model.tokens import dateline_end


@dataclass(slots=True)
class Line:
    """One sentence, its mentions each as one token.

    Attributes:
        tokens: lower-case words; a mention keeps its words in one token.
        ids: whose mention each token is, or None.
        kinds: of which kind it is, or None.
        outside: by id of each outside actor named here, the positions of its tokens.
        mentions: by id, its first mention here.
        forces: the words for interventions.
        spans: where each token stands in the document, as [start, end) code points.
        groups: the number of the enumeration ("A, B and C") in which each position of an actor
            stands.
    """

    tokens: tuple[str, ...]
    ids: tuple[str | None, ...]
    kinds: tuple[Kind | None, ...]
    outside: Mapping[str, tuple[int, ...]]
    mentions: Mapping[str, Mention]
    forces: tuple[Force, ...]
    spans: tuple[tuple[int, int], ...]
    groups: Mapping[int, int]

    def listed_with(self, at: int) -> list[int]:
        """Return the positions in the same enumeration as `at`, itself included, in order."""
        group = self.groups[at]
        return [position for position, number in self.groups.items() if number == group]

    def owned_by(self, actor: str) -> list[Force]:
        """Return the forces that are the actor's, or its enumeration's."""
        peers = {
            self.ids[peer] for at in self.outside.get(actor, ()) for peer in self.listed_with(at)
        }
        return [force for force in self.forces if force.owner in peers or force.owner == actor]


@dataclass(frozen=True, slots=True)
class Scene:
    """One document's lines.

    Attributes:
        host: the state in conflict, or None.
        lines: parallel to the document's sentences.
        paragraphs: the paragraph of each line.
        where: the lines that name each outside actor, in order.
        armed: how many words for forces are each actor's.
        most_naming: the largest number of lines that name one actor.
        most_armed: the largest number of words for forces that are one actor's.
        headline: ids of outside actors in the title, in order.
    """

    host: str | None
    lines: tuple[Line, ...]
    paragraphs: tuple[int, ...]
    where: Mapping[str, tuple[int, ...]]
    armed: Mapping[str, int]
    most_naming: int
    most_armed: int
    headline: tuple[str, ...]

    def n_naming(self, actor: str) -> int:
        """Return in how many lines an actor is named."""
        return len(self.where.get(actor, ()))

    def nearest(self, actor: str, at: int) -> Mention | None:
        """Return the last naming of an actor before a line, else the first after it."""
        there = self.where.get(actor, ())
        if not there:
            return None
        return self.lines[there[max(0, bisect_left(there, at) - 1)]].mentions[actor]


def scene(analysis: Analysis) -> Scene:
    """Read a document's lines."""
    host = analysis.host
    text, sentences = analysis.document.text, analysis.sentences
    lines = tuple(
        _line(words, mentions if at else _elsewhere(text, sentences[0], mentions), host)
        for at, (words, mentions) in enumerate(zip(analysis.words, analysis.mentions, strict=True))
    )
    where: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        for actor in line.outside:
            where.setdefault(actor, []).append(at)
    armed = Counter(actor for line in lines for actor in line.outside for _ in line.owned_by(actor))
    title = (m.id for m in analysis.headline if m.kind in ACTING and m.id != host)
    return Scene(
        host=host,
        lines=lines,
        paragraphs=tuple(sentence.paragraph for sentence in sentences),
        where={actor: tuple(there) for actor, there in where.items()},
        armed=armed,
        most_naming=max(map(len, where.values()), default=0),
        most_armed=max(armed.values(), default=0),
        headline=tuple(dict.fromkeys(title)),
    )


def _elsewhere(text: str, opening: Sentence, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the opening's mentions without those that tell where it was written: "BEIRUT, Lebanon - ".

    "ECOWAS - the bloc - sent troops" tells no place; "UNITED NATIONS (Agency) - " does.
    """
    end = dateline_end(text, opening)
    agency = "(" in text[opening.start : end]
    return [m for m in mentions if m.start >= end or not (agency or m.kind in STATE_KINDS)]


def _line(words: Sequence[Word], mentions: Sequence[Mention], host: str | None) -> Line:
    pieces = list(_pieces(words, mentions))
    tokens = tuple([token for token, _, _ in pieces])
    ids: list[str | None] = [None] * len(pieces)
    kinds: list[Kind | None] = [None] * len(pieces)
    outside: dict[str, list[int]] = {}
    first: dict[str, Mention] = {}
    for at, (_, mention, _) in enumerate(pieces):
        if mention is None:
            continue
        ids[at], kinds[at] = mention.id, mention.kind
        if mention.kind in ACTING and mention.id != host:
            outside.setdefault(mention.id, []).append(at)
            first.setdefault(mention.id, mention)
    return Line(
        tokens=tokens,
        ids=tuple(ids),
        kinds=tuple(kinds),
        outside={actor: tuple(positions) for actor, positions in outside.items()},
        mentions=first,
        forces=tuple(find_forces(tokens, ids, host)),
        spans=tuple([span for _, _, span in pieces]),
        groups=_enumerations(tokens, sorted(p for ps in outside.values() for p in ps)),
    )


def _pieces(
    words: Sequence[Word], mentions: Sequence[Mention]
) -> Iterator[tuple[str, Mention | None, tuple[int, int]]]:
    """Yield words and mentions in order; a word that holds a mention is cut around it.

    "anti-American" gives "anti-" and the mention, "US-led" the mention, "-" and "led".
    """
    at = 0
    for word in words:
        start = word.start
        while at < len(mentions) and mentions[at].start < word.end:
            mention = mentions[at]
            if start < mention.start:
                text = word.text[start - word.start : mention.start - word.start]
                yield text.lower(), None, (start, mention.start)
            if mention.start >= word.start:
                yield mention.form.lower(), mention, (mention.start, mention.end)
            start = mention.end
            if mention.end > word.end:
                break
            at += 1
        if word.start < start < word.end and word.text[start - word.start] == "-":
            yield "-", None, (start, start + 1)
            start += 1
        if start < word.end:
            yield word.text[start - word.start :].lower(), None, (start, word.end)


def _enumerations(tokens: Sequence[str], positions: Sequence[int]) -> dict[int, int]:
    groups: dict[int, int] = {}
    number = 0
    last: int | None = None
    for at in positions:
        between = tokens[last + 1 : at] if last is not None else ("",)
        if len(between) > 3 or not all(
            token in {",", "and", "or", "the", "&"} for token in between
        ):
            number += 1
        groups[at] = number
        last = at
    return groups
