"""The published row: one sentence that takes a stance, with who speaks and whose intervention."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Literal

from labels.errors import StancewireError
from labels.scheme import CODEBOOK, Stance

Kind = Literal["text", "integer", "number", "yes or no", "date"]

# How far a stance lies on the way from rejecting to wanting; DNA's integer qualifier.
POLARITY: Mapping[str, int] = {Stance.FAVOR: 1, Stance.CONDITIONAL: 0, Stance.AGAINST: -1}


class InvalidTagged(StancewireError):
    """A tagged document that doesn't follow the contract.

    Attributes:
        source: file and line, or "-".
        reason: what is wrong, and what would be right.
    """

    def __init__(self, reason: str, *, source: str = "-") -> None:
        self.source = source
        self.reason = reason
        super().__init__(f"{source}: {reason}" if source != "-" else reason)


@dataclass(frozen=True, slots=True)
class Actor:
    """An outside actor whose intervention a statement is about.

    Attributes:
        id: ISO 3166 alpha-3 code, an organisation's acronym, or UNSPECIFIED.
        name: its usual name.
        score: calibrated probability that its intervention is meant, in [0, 1].
    """

    id: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Statement:
    """A tagged sentence that takes a stance; offsets are code points of the document's text.

    Attributes:
        document_id: id of its document.
        start: first code point of the sentence.
        end: one past its last.
        sentence: its text.
        stance: the winning label.
        scores: calibrated probability of every stance label.
        abstain: the version asks for a person: its score is below the threshold.
        model: id of the version.
        scheme: version of the codebook.
        speaker: fullest form of the source's name; None for the article's own voice.
        speaker_type: type of the speaker, or None where the scheme codes none.
        speaker_score: calibrated probability of the type, or None.
        actors: whose intervention, by id.
        title: the document's headline.
        outlet: who published it.
        published: when, as the source gave it.
        url: where.
        host: ISO code of the state in conflict.
        duplicate_group: the same for near-identical documents (wire copies).
    """

    document_id: str
    start: int
    end: int
    sentence: str
    stance: str
    scores: Mapping[str, float]
    abstain: bool
    model: str
    scheme: str
    speaker: str | None = None
    speaker_type: str | None = None
    speaker_score: float | None = None
    actors: tuple[Actor, ...] = ()
    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    url: str | None = None
    host: str | None = None
    duplicate_group: str | None = None

    @property
    def id(self) -> str:
        """Document and place: the same sentence has the same id under every version."""
        return f"{self.document_id}:{self.start}-{self.end}"

    @property
    def time(self) -> datetime | None:
        """When the document was published, in UTC; None where that isn't known."""
        return read_time(self.published)

    @property
    def confidence(self) -> float:
        """The weakest of the scores of stance, speaker type and actors, in [0, 1]."""
        speaker = [] if self.speaker_score is None else [self.speaker_score]
        return min([self.scores[self.stance], *speaker, *(actor.score for actor in self.actors)])

    @property
    def stance_num(self) -> int:
        """The stance as a number: favor 1, against -1, anything else 0."""
        return POLARITY.get(self.stance, 0)

    @property
    def voice(self) -> str:
        """A name for whoever speaks, never empty: the outlet's author, or the type of the unnamed."""
        return voice(self.speaker, self.speaker_type, self.outlet)

    def per_actor(self) -> Iterator["Statement"]:
        """Yield the statement once an actor; once as it is where there is none."""
        for actor in self.actors:
            yield replace(self, actors=(actor,))
        if not self.actors:
            yield self


def voice(speaker: str | None, speaker_type: str | None, outlet: str | None) -> str:
    """Return a name for whoever speaks, never empty.

    >>> voice("Amadi Terfaso", "opposition", None), voice(None, "author", "Toy Wire")
    ('Amadi Terfaso', 'Toy Wire (author)')
    """
    if speaker:
        return speaker
    if speaker_type in (None, CODEBOOK.narrator):
        return f"{outlet} (author)" if outlet else "(author)"
    return f"({str(speaker_type).replace('_', ' ')}, unnamed)"


def statements(
    tagged: Mapping[str, Any],
    *,
    neutral: str | None = CODEBOOK.neutral,
    sure: bool = False,
    min_confidence: float = 0.0,
) -> list[Statement]:
    """Return the statements of one tagged document, in the order of the text.

    Args:
        tagged: the contract's object (version 1), with or without `document`.
        neutral: the stance label that takes no position and is left out; None keeps every sentence.
        sure: leave out sentences whose version abstains.
        min_confidence: leave out statements below it, in [0, 1].

    Raises:
        InvalidTagged: a field of the contract is missing or of the wrong type.
    """
    try:
        found = [
            _statement(tagged, item)
            for item in tagged["sentences"]
            if item["stance"]["label"] != neutral
        ]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InvalidTagged(f"not a tagged document: {error!r}") from error
    return [
        statement
        for statement in found
        if not (sure and statement.abstain) and statement.confidence >= min_confidence
    ]


def _statement(tagged: Mapping[str, Any], item: Mapping[str, Any]) -> Statement:
    source = tagged.get("document") or {}
    speaker = item.get("speaker") or {}
    stance = item["stance"]
    group = source.get("duplicate_group")
    return Statement(
        document_id=str(tagged["id"]),
        start=int(item["start"]),
        end=int(item["end"]),
        sentence=str(item["text"]),
        stance=stance["label"],
        scores={stance["label"]: float(stance["score"]), **stance.get("scores", {})},
        abstain=bool(stance.get("abstain", False)),
        model=str(tagged["model"]),
        scheme=str(tagged["scheme"]),
        speaker=speaker.get("name"),
        speaker_type=speaker.get("type"),
        speaker_score=speaker.get("score"),
        actors=tuple(
            Actor(actor["id"], actor["name"], float(actor["score"]))
            for actor in item.get("proposed_actors", ())
        ),
        title=source.get("title"),
        outlet=source.get("publisher"),
        published=source.get("published"),
        url=source.get("url"),
        host=source.get("host"),
        duplicate_group=None if group is None else str(group),
    )


@lru_cache(maxsize=4096)
def read_time(published: str | None) -> datetime | None:
    """Read a source's date or time: ISO 8601, or as feeds and mails write it; UTC if no zone is told.

    >>> read_time("2026-03-04T01:30:00+03:00")
    datetime.datetime(2026, 3, 3, 22, 30, tzinfo=datetime.timezone.utc)
    """
    if not published:
        return None
    try:
        time = datetime.fromisoformat(published.strip())
    except ValueError:
        try:
            time = parsedate_to_datetime(published)
        except ValueError:
            return None
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:  # the year 1 in a zone east of Greenwich
        return None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the published table.

    Attributes:
        name: as it stands in the header.
        kind: what its values are; an unknown value is an empty cell, or null.
        meaning: what it tells.
        value: reads it off a statement.
    """

    name: str
    kind: Kind
    meaning: str
    value: Callable[[Statement], str | int | float | date | bool | None]


def columns(stances: Sequence[str] = CODEBOOK.stances) -> tuple[Column, ...]:
    """Return the published columns, in order; there is one score for every stance label."""
    scores = tuple(
        Column(
            f"score_{stance}",
            "number",
            f"calibrated probability of `{stance}`, 0 to 1",
            _score_of(stance),
        )
        for stance in stances
    )
    return (*PLACE, *scores, *SAID)


def _score_of(stance: str) -> Callable[[Statement], float | None]:
    return lambda statement: statement.scores.get(stance)


PLACE = (
    Column(
        "statement_id", "text", "document and place; the same under every version", lambda s: s.id
    ),
    Column("document_id", "text", "id of the document", lambda s: s.document_id),
    Column("title", "text", "its headline", lambda s: s.title),
    Column("outlet", "text", "who published it", lambda s: s.outlet),
    Column(
        "date", "date", "day of publication in UTC", lambda s: s.time.date() if s.time else None
    ),
    Column("published", "text", "time of publication as the source gave it", lambda s: s.published),
    Column("url", "text", "where it was published", lambda s: s.url),
    Column("host", "text", "ISO code of the state in conflict", lambda s: s.host),
    Column(
        "duplicate_group", "text", "the same for copies of one text", lambda s: s.duplicate_group
    ),
    Column("sentence", "text", "the sentence", lambda s: s.sentence),
    Column("start", "integer", "its first code point in the document's text", lambda s: s.start),
    Column("end", "integer", "one past its last code point", lambda s: s.end),
    Column("stance", "text", "the winning stance label", lambda s: s.stance),
    Column("stance_num", "integer", "favor 1, against -1, conditional 0", lambda s: s.stance_num),
)
SAID = (
    Column("abstain", "yes or no", "the version asks for a person", lambda s: s.abstain),
    Column("speaker", "text", "who speaks; empty for the article's own voice", lambda s: s.speaker),
    Column("speaker_type", "text", "type of the speaker", lambda s: s.speaker_type),
    Column(
        "speaker_score", "number", "calibrated probability of the type", lambda s: s.speaker_score
    ),
    Column(
        "actor_ids",
        "text",
        "whose intervention: ids, joined by `; `",
        lambda s: "; ".join(actor.id for actor in s.actors),
    ),
    Column(
        "actor_names",
        "text",
        "their usual names, in the same order",
        lambda s: "; ".join(actor.name for actor in s.actors),
    ),
    Column(
        "confidence",
        "number",
        "the weakest of the scores of stance, speaker type and actors",
        lambda s: s.confidence,
    ),
    Column("model", "text", "id of the version that tagged it", lambda s: s.model),
    Column("scheme", "text", "version of the codebook", lambda s: s.scheme),
)
