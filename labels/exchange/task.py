"""One article as an annotation tool holds it: what people said of its sentences, what we suggest."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from labels.document import OPTIONAL_TEXT, Document
from labels.errors import InvalidCoding, StancewireError
from labels.scheme import ACTOR_ID, CODEBOOK, Coding, Scheme


class InvalidExchange(StancewireError):
    """A tool's file that can't be read; the text names tool, place and field.

    Attributes:
        tool: the tool whose form was expected.
        place: where in the file the fault stands ("line 3", "task 12").
        reason: what is wrong, and what would be right.
    """

    def __init__(self, tool: str, place: str, reason: str) -> None:
        self.tool = tool
        self.place = place
        self.reason = reason
        super().__init__(f"{tool}, {place}: {reason}")


@dataclass(frozen=True, slots=True)
class SentenceCoding:
    """What one coder (or version) said of one sentence.

    Attributes:
        start: first code point of the sentence in its document's text.
        end: one past its last.
        coding: what was said. A tool may hold a part only (a stance without a speaker type): the
            reader refuses unknown values, not missing ones; `Coding.check` asks for the whole.
        coder: who said it, in the tool's words; for a suggestion the version's id; None: unknown.
        coded_at: when, as ISO 8601 text, where the tool tells.
        score: a suggestion's calibrated probability of its stance, in [0, 1]; None for people.
        tool_ids: the tool's own keys (Prodigy's hashes, Label Studio's annotation number), so that
            the same coding isn't taken in twice and goes back under the same key.
    """

    start: int
    end: int
    coding: Coding
    coder: str | None = None
    coded_at: str | None = None
    score: float | None = None
    tool_ids: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """One article with the codings and suggestions for some or all of its sentences.

    Attributes:
        document: the article; where a tool doesn't carry it, see `stand_in`.
        codings: by people, coder after coder.
        suggestions: by the machine, in the order of the text.
    """

    document: Document
    codings: tuple[SentenceCoding, ...] = ()
    suggestions: tuple[SentenceCoding, ...] = ()

    def items(self) -> Iterator[tuple[SentenceCoding, bool]]:
        """Yield the codings, then the suggestions; True marks a suggestion."""
        yield from ((item, False) for item in self.codings)
        yield from ((item, True) for item in self.suggestions)


def stand_in(
    fields: Mapping[str, Any], sentences: Iterable[tuple[int, int, str]], *, host: str | None = None
) -> Document:
    """Build a document from its sentences' own text, each at its own offset.

    Tools (and tags) that carry sentences but no article leave gaps. One missing character becomes
    a blank, more of them start with a paragraph break, so that all offsets hold.

    Args:
        fields: id and what else is known of the document; other keys are passed over.
        sentences: (start, end, text) in the order of the text; overlapping ones are cut.
        host: state in conflict, if `fields` doesn't say.

    >>> stand_in({"id": "a"}, [(0, 2, "No"), (4, 7, "Yes")]).text
    'No\\n\\nYes'
    """
    pieces: list[str] = []
    length = 0
    for start, end, text in sorted(sentences):
        kept = text[: end - start].ljust(end - start)[max(0, length - start) :]
        gap = max(0, start - length)
        pieces += [" " if gap == 1 else ("\n\n" + " " * gap)[:gap], kept]
        length += gap + len(kept)
    known = {key: str(fields[key]) for key in OPTIONAL_TEXT if fields.get(key)}
    return Document(id=str(fields["id"]), text="".join(pieces), **({"host": host} | known))


def suggest(tagged: Mapping[str, Any], document: Document | None = None) -> Task:
    """Turn one tagged document (contract version 1) into a task with its tags as suggestions.

    Args:
        tagged: the contract's object.
        document: the article; without it the sentences' own text stands in.
    """
    sentences = tagged["sentences"]
    if document is None:
        fields = {"id": tagged["id"]} | dict(tagged.get("document") or {})
        document = stand_in(fields, ((s["start"], s["end"], s["text"]) for s in sentences))
    suggestions = []
    for item in sentences:
        speaker = item.get("speaker") or {}
        coding = Coding(
            stance=item["stance"]["label"],
            speaker_type=speaker.get("type"),
            speaker=speaker.get("name"),
            proposed_actors=tuple(sorted({a["id"] for a in item.get("proposed_actors", [])})),
        )
        suggestions.append(
            SentenceCoding(
                item["start"],
                item["end"],
                coding,
                coder=tagged["model"],
                score=item["stance"]["score"],
            )
        )
    return Task(document, suggestions=tuple(suggestions))


def read_coding(fields: Mapping[str, Any], scheme: Scheme = CODEBOOK) -> Coding:
    """Make a coding from a tool's loose fields; refuse values that the scheme doesn't know.

    Args:
        fields: "stance" and, where known, "speaker_type", "speaker" and "proposed_actors" (a list,
            or text with commas, semicolons or blanks between the ids). Empty text is unknown.
        scheme: the label names.

    Raises:
        InvalidCoding: naming the field.
    """
    stance = fields.get("stance") or ""
    speaker_type = fields.get("speaker_type") or None
    speaker = fields.get("speaker") or None
    if stance not in scheme.stances:
        raise InvalidCoding(f"{stance!r} is not one of {', '.join(scheme.stances)}", field="stance")
    if speaker_type is not None and speaker_type not in scheme.speaker_types:
        allowed = ", ".join(scheme.speaker_types)
        raise InvalidCoding(f"{speaker_type!r} is not one of {allowed}", field="speaker_type")
    if speaker is not None and not isinstance(speaker, str):
        raise InvalidCoding("must be text", field="speaker")
    if speaker_type == scheme.narrator:
        speaker = None  # forms keep the name that stood there before the type was corrected
    return Coding(stance, speaker_type, speaker, actor_ids(fields.get("proposed_actors")))


def actor_ids(value: object) -> tuple[str, ...]:
    """Read actor ids from a list or from text; sorted, each once.

    >>> actor_ids("rus, UN;")
    ('RUS', 'UN')

    Raises:
        InvalidCoding: something that is no id.
    """
    listed = value if isinstance(value, list | tuple) else [value] if value else []
    found = set()
    for item in listed:
        if not isinstance(item, str):
            raise InvalidCoding("must be a list of texts", field="proposed_actors")
        for actor in item.replace(",", " ").replace(";", " ").upper().split():
            if not ACTOR_ID.fullmatch(actor):
                raise InvalidCoding(
                    f"{actor!r} is not an actor id (ISO 3166 alpha-3, an acronym or UNSPECIFIED)",
                    field="proposed_actors",
                )
            found.add(actor)
    return tuple(sorted(found))


def read_time(value: object) -> str | None:
    """Return a tool's time as it was given, if it is one (ISO 8601); None where there is none.

    Raises:
        InvalidCoding: it can't be read as a date or a time.
    """
    if value is None or value == "":
        return None
    try:
        datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InvalidCoding(f"{value!r} is not a time (ISO 8601)", field="coded_at") from error
    return str(value)


def check_span(text: str, start: object, end: object) -> tuple[int, int]:
    """Return the offsets if they mark something in the text.

    Raises:
        InvalidCoding: they aren't whole numbers, or leave the text.
    """
    if type(start) is not int or type(end) is not int:
        raise InvalidCoding("start and end must be whole numbers", field="start")
    if not 0 <= start < end <= len(text):
        raise InvalidCoding(f"[{start}, {end}) leaves the text of {len(text)}", field="start")
    return start, end
