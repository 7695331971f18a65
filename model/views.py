"""Turns what was read of a document into the views that the stance heads count.

Beside the stems of words, names masked, and the classes of these words, every view is abstract, so that it holds in
conflicts that the labelled set never saw: cue classes, frames of the stance calculus, who meets whom,
the neighbours.
"""

from collections.abc import Iterator, Sequence

from model.calculus import ACTS, OPERATORS, TARGETS, WORTH
from model.cues import Cue, shipped
from model.reading import DocumentReading, Reading
from model.rows import Row, View
from model.stems import stem
from model.tag import ActorTag, SpeakerTag
from model.word_classes import shipped as shipped_classes

# Function words that the abstracted sequence keeps beside cue classes and roles.
KEPT = frozenset(
    [
        "if", "only", "but", "not", "no", "would", "could", "should", "must", "will", "may",
        "might", "has", "have", "had", "be", "been", "was", "were", "is", "are", "to", "by", "for",
        "from", "of", "in", "on", "with", "without", "before", "after", "against", "than", "as",
        "that", "we", "they", "he", "she", "it", "his", "its", "their", "our", "this", "any",
        "more", "all", "new",
    ]
)  # fmt: skip
# Capitalised words that are titles or ordinary words, not names.
TITLES = frozenset(
    [
        "the", "a", "an", "i", "in", "on", "at", "and", "but", "for", "if", "as", "by", "of", "to",
        "we", "they", "he", "she", "it", "his", "our", "no", "not", "mr", "ms", "mrs", "president",
        "minister", "prime", "foreign", "defense", "defence", "secretary", "general", "security",
        "council", "parliament", "army", "government", "ministry", "senator", "party", "state",
        "national", "united",
    ]
)  # fmt: skip
CARRIED = frozenset({*OPERATORS, *ACTS, *WORTH, "COND", "NEG"})
POLES = ("POL", "BARE")
# How far apart the stems of a pair stand, in words, and how it is written: near or far.
PAIR_GAPS = ((2, ".."), (3, ".."), (4, "...."), (5, "...."))
Token = tuple[str, tuple[int, int]]


def stance_rows(
    document: DocumentReading,
    speakers: Sequence[SpeakerTag] = (),
    actors: Sequence[Sequence[ActorTag]] = (),
) -> list[Row]:
    """Return one row a sentence: its views by name, as `model.stance.VIEWS` weighs them.

    Views of words: their stems, pairs of stems that stand a little apart, the words' classes, and the classes
    of the sentence before.

    Args:
        document: as read.
        speakers: who speaks in each sentence; empty where that isn't known.
        actors: whose intervention each sentence talks about, likewise.
    """
    readings = document.sentences
    n_linked = sum(reading.linked for reading in readings)
    density = min(int(6 * n_linked / max(len(readings), 1)), 3)
    made: list[Row] = []
    classes = View(())
    for i, reading in enumerate(readings):
        before = readings[i - 1] if i else None
        after = readings[i + 1] if i + 1 < len(readings) else None
        words, sequence = _words(reading)
        classes_before, classes = View(classes.tokens), _classes(words)
        stems = [(stem(word) if word.islower() else word, span) for word, span in words]
        made.append(
            {
                "stems": _view(stems),
                "pairs": _view(_pairs(stems)),
                "classes": classes,
                "classes_before": classes_before,
                "sequence": _view(sequence),
                "cues": _view(list(_cues(reading))),
                "topical": _view(list(_topical(reading, before))),
                "frames": _view(list(_frames(reading, before))),
                "relevance": View(tuple(_relevance(readings, i, density, document.headline))),
                "context": View(tuple(_context(before, after, document.headline))),
                "roles": View((*_spoken(readings, speakers, i), *_meant(reading, actors, i))),
            }
        )
    return made


def _view(tokens: Sequence[Token]) -> View:
    return View(*zip(*tokens, strict=True)) if tokens else View(())


def _span(reading: Reading, first: int, last: int) -> tuple[int, int]:
    return reading.words[first].start, reading.words[last - 1].end


def _names(reading: Reading) -> list[bool]:
    """Say of each word whether it looks like a name's."""
    words, terms = reading.words, shipped().terms
    capital = [word.text[0].isupper() for word in words]
    names = [
        upper and word.low not in TITLES and (word.low,) not in terms
        for word, upper in zip(words, capital, strict=True)
    ]
    if not any(capital[1:2]):  # every sentence begins with a capital
        names[:1] = [False]
    return names


def _words(reading: Reading) -> tuple[list[Token], list[Token]]:
    """Return the words with names masked, and the sequence of classes, roles and function words."""
    masked: list[Token] = []
    sequence: list[Token] = []
    words, low, names = reading.words, reading.low, _names(reading)
    roles = {m.first: m for m in reading.mentions}
    starting: dict[int, list[Cue]] = {}
    for cue in reading.cues:
        starting.setdefault(cue.first, []).append(cue)
    at, n = 0, len(low)
    while at < n:
        cues = starting.get(at, ())
        mention = roles.get(at)
        if mention is not None and not any(cue.last > mention.last for cue in cues):
            span = _span(reading, at, mention.last)
            masked.append((mention.role, span))
            sequence.append((mention.role, span))
            sequence.extend((cue.name, span) for cue in cues if cue.name in TARGETS)
            at = mention.last
            continue
        span = words[at].start, words[at].end
        if low[at][0].isdigit():
            masked.append(("NUM", span))
            at += 1
            continue
        if cues:
            name = "/".join([_shown(reading, cue) for cue in cues[:2]])
            sequence.append((name, _span(reading, at, cues[0].last)))
        elif low[at] in KEPT:
            sequence.append((low[at], span))
        last = at + 1
        if names[at]:
            while last < n and last not in roles and names[last]:
                last += 1
            masked.append(("NAME", _span(reading, at, last)))
        else:
            masked.append((low[at], span))
        at = last
    return masked, sequence


def _pairs(stems: Sequence[Token]) -> list[Token]:
    """Pair stems two to five places apart ("refus....troop"), the earlier one first.

    Whatever stands between them; a masked name is one place.
    """
    return [
        (f"{one}{gap}{stems[at + apart][0]}", (span[0], stems[at + apart][1][1]))
        for at, (one, span) in enumerate(stems)
        for apart, gap in PAIR_GAPS
        if at + apart < len(stems)
    ]


def _classes(words: Sequence[Token]) -> View:
    """Return the classes of words that are used alike; masked names and roles have none."""
    known = shipped_classes()
    tokens: list[str] = []
    spans: list[tuple[int, int]] = []
    for word, span in words:
        classes = known.get(word, ())
        tokens += classes
        spans += [span] * len(classes)
    return View(tuple(tokens), tuple(spans))


def _shown(reading: Reading, cue: Cue) -> str:
    if cue.name in TARGETS:
        return f"{cue.name}@{reading.owners[cue.first]}"
    return f"{cue.name}.{cue.form}" if cue.form not in {"", "n"} else cue.name


def _cues(reading: Reading) -> Iterator[Token]:
    for cue in reading.cues:
        span = _span(reading, cue.first, cue.last)
        yield cue.name, span
        if cue.form:
            yield f"{cue.name}.{cue.form}", span


def _topical(reading: Reading, before: Reading | None) -> Iterator[Token]:
    """Cue classes beside whether a force is named here (T), in the sentence before (C) or not (F)."""
    carried = "C" if before is not None and before.linked else "F"
    topic = "T" if reading.touched else carried
    for cue in reading.cues:
        yield f"{topic}+{cue.name}", _span(reading, cue.first, cue.last)


def _frames(reading: Reading, before: Reading | None) -> Iterator[Token]:
    for outcome in reading.outcomes:
        span = _span(reading, outcome.first, outcome.last)
        yield outcome.token, span
        if reading.subject and (
            outcome.token.startswith(POLES) or outcome.token.endswith((">+", ">-"))
        ):
            yield f"{reading.subject}|{outcome.token}", span
    for cue in reading.cues:
        if cue.name in TARGETS:
            owned = f"{cue.name}@{reading.owners[cue.first]}"
            yield owned, _span(reading, cue.first, cue.last)
    if not reading.touched:
        carry = "CARRIED" if before is not None and before.linked else "FAR"
        for cue in reading.cues:
            if cue.name in CARRIED:
                yield f"{carry}_{cue.name}", _span(reading, cue.first, cue.last)


def _state(reading: Reading | None) -> str:
    if reading is None:
        return "-"
    if reading.linked:
        return "O"
    return "T" if reading.touched else "_"


def _relevance(
    readings: Sequence[Reading], at: int, density: int, headline: frozenset[str]
) -> Iterator[str]:
    here = readings[at]
    before = readings[at - 1] if at else None
    earlier = readings[at - 2] if at > 1 else None
    after = readings[at + 1] if at + 1 < len(readings) else None
    state = _state(here)
    yield f"S{state}"
    yield f"S{state}P{_state(before)}"
    yield f"S{state}N{_state(after)}"
    yield f"S{state}PP{_state(before)}{_state(earlier)}"
    yield f"DENSITY{density}"
    yield f"S{state}DENSITY{density}"
    for role in sorted({m.role for m in here.mentions}):
        yield f"ROLE_{role}"
        yield f"S{state}ROLE_{role}"
    if here.subject:
        yield f"SUBJECT_{here.subject}"
    yield f"QUOTE_{here.quote}"
    if headline & TARGETS:
        yield "HEADLINE_TARGET"


def _context(
    before: Reading | None, after: Reading | None, headline: frozenset[str]
) -> Iterator[str]:
    for prefix, neighbour in (("P", before), ("N", after)):
        if neighbour is None:
            continue
        for name in sorted(neighbour.classes()):
            yield f"{prefix}_{name}"
        for outcome in neighbour.outcomes:
            if outcome.token.startswith(POLES):
                yield f"{prefix}_{outcome.token}"
    for name in sorted(headline):
        yield f"H_{name}"


def _poles(reading: Reading) -> list[str]:
    return [o.token for o in reading.outcomes if o.token.startswith(POLES)]


def _spoken(readings: Sequence[Reading], speakers: Sequence[SpeakerTag], at: int) -> Iterator[str]:
    """The speaker's type, alone and beside the frames; what the same speaker said just before."""
    if not speakers:
        return
    speaker = speakers[at]
    yield f"SPEAKER_{speaker.type}"
    yield f"SPEAKER_{speaker.type}|S{_state(readings[at])}"
    for pole in _poles(readings[at]):
        yield f"SPEAKER_{speaker.type}|{pole}"
    if at and speaker.name is not None and speakers[at - 1].name == speaker.name:
        yield "SPEAKS_ON"
        for pole in _poles(readings[at - 1]):
            yield f"SPEAKS_ON_{pole}"


def _meant(reading: Reading, actors: Sequence[Sequence[ActorTag]], at: int) -> Iterator[str]:
    """Whether an outside actor's intervention is meant, how surely, and beside which frames."""
    if not actors:
        return
    meant = actors[at]
    sure = max((actor.score for actor in meant), default=0.0)
    known = f"MEANT{min(len(meant), 2)}"
    yield known
    yield f"{known}|S{_state(reading)}"
    for step in range(1, int(sure * 10) + 1):  # a thermometer: each tenth adds its own weight
        yield f"SURE{step}"
    if meant:
        yield "MEANT_HERE" if any(not actor.carried for actor in meant) else "MEANT_CARRIED"
    for pole in _poles(reading):
        yield f"{known}|{pole}"
