"""What one person said of one sentence, when, and beside which machine tag: never changed, only superseded."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from labels.document import Document
from labels.errors import InvalidCoding, StancewireError
from labels.scheme import CODEBOOK, Coding, Scheme

FIELDS = ("stance", "speaker_type", "speaker", "proposed_actors")

Place = tuple[str, int, int]
"""Which sentence: document id, first code point, one past the last."""


class InvalidJudgement(StancewireError):
    """A judgement that can't be kept.

    Attributes:
        field: the JSON field at fault.
        reason: what is wrong, and what would be right.
    """

    def __init__(self, reason: str, *, field: str) -> None:
        self.reason = reason
        self.field = field
        super().__init__(f"{field}: {reason}")


class Kind(StrEnum):
    """What a judgement does."""

    CODING = "coding"
    ADJUDICATION = "adjudication"
    WITHDRAWAL = "withdrawal"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Said:
    """What the machine had said of the sentence when the coder decided.

    Attributes:
        version: id of the version that said it.
        coding: its tag, in the form in which people code.
        score: probability of its stance in [0, 1], or None where it was not kept.
    """

    version: str
    coding: Coding
    score: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the machine's word as it stands in a judgement's JSON."""
        return {"model": self.version, "score": self.score, **self.coding.to_json()}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Said":
        """Read what `to_json` wrote.

        Raises:
            InvalidCoding: a field is missing or of the wrong type.
        """
        version, score = raw.get("model"), raw.get("score")
        if not isinstance(version, str):
            raise InvalidCoding("must be the version's id", field="model")
        if isinstance(score, bool) or not isinstance(score, int | float | None):
            raise InvalidCoding("must be a number or null", field="score")
        return cls(version, Coding.from_json(raw), score)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One person's word on one sentence.

    Attributes:
        document: id of the document.
        start: first code point of the sentence in the document's text.
        end: one past its last.
        coder: who judged; coders are compared by this name.
        made_at: ISO 8601 date-time with an offset, when they judged.
        coding: what they said; None for a withdrawal or a skip.
        scheme: version of the codebook by which they coded.
        kind: a coding, an adjudication (decides between coders), a withdrawal of the same coder's
            coding, or a skip (ask me later).
        coded: the fields that the person gave; the others were filled in from the machine's tag.
        said: what the machine had said, or None where the coder saw no tag.
        tool: where it came from ("api", "label-studio", "csv" ...).
        note: the coder's remark; for an adjudication, the reason.
        supersedes: id of the judgement that this one takes the place of, or None.
    """

    document: str
    start: int
    end: int
    coder: str
    made_at: str
    coding: Coding | None
    scheme: str = CODEBOOK.version
    kind: Kind = Kind.CODING
    coded: tuple[str, ...] = FIELDS
    said: Said | None = None
    tool: str = "api"
    note: str = ""
    supersedes: str | None = None

    @property
    def place(self) -> Place:
        """The sentence that is judged."""
        return self.document, self.start, self.end

    @property
    def id(self) -> str:
        """Name of the judgement, from its contents: the same word said twice is kept once."""
        told = {k: v for k, v in self._body().items() if k != "supersedes"}
        canonical = json.dumps(told, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:24]

    @property
    def moment(self) -> datetime:
        """When it was made, for ordering."""
        return datetime.fromisoformat(self.made_at).astimezone(UTC)

    def to_json(self) -> dict[str, Any]:
        """Return the judgement as one object, its id first."""
        return {"id": self.id, **self._body()}

    def _body(self) -> dict[str, Any]:
        coding = self.coding.to_json() if self.coding else {}
        return {
            "document": self.document,
            "start": self.start,
            "end": self.end,
            "coder": self.coder,
            "made_at": self.made_at,
            "kind": str(self.kind),
            "scheme": self.scheme,
            **coding,
            "coded": list(self.coded),
            "said": self.said.to_json() if self.said else None,
            "tool": self.tool,
            "note": self.note,
            "supersedes": self.supersedes,
        }

    @classmethod
    def from_json(cls, raw: object) -> "Judgement":
        """Read what `to_json` wrote; `made_at`, `kind`, `coded`, `tool` and so on have defaults.

        Raises:
            InvalidJudgement: a field is missing or malformed.
        """
        if not isinstance(raw, Mapping):
            raise InvalidJudgement("must be an object", field="judgement")
        start, end = _read_fields(raw)
        kind = _kind(raw.get("kind", Kind.CODING))
        try:
            coding = None if kind in (Kind.WITHDRAWAL, Kind.SKIP) else Coding.from_json(raw)
            said = Said.from_json(raw["said"]) if raw.get("said") is not None else None
        except InvalidCoding as error:
            raise InvalidJudgement(error.reason, field=error.field) from error
        except AttributeError as error:
            raise InvalidJudgement("must be an object or null", field="said") from error
        return cls(
            document=raw["document"], start=start, end=end, coder=raw["coder"],
            made_at=_moment(raw["made_at"]), coding=coding,
            scheme=raw.get("scheme") or CODEBOOK.version, kind=kind,
            coded=_coded(raw.get("coded", list(FIELDS))), said=said,
            tool=raw.get("tool") or "api", note=raw.get("note") or "",
            supersedes=raw.get("supersedes"),
        )  # fmt: skip

    def check(self, document: Document, scheme: Scheme) -> None:
        """Refuse a judgement that doesn't fit its document or the scheme.

        Raises:
            InvalidJudgement: naming the field at fault.
        """
        text = document.text
        if self.document != document.id:
            raise InvalidJudgement(f"is not {document.id!r}", field="document")
        if self.end > len(text):
            raise InvalidJudgement(
                f"{self.end} leaves the text of {len(text)} characters", field="end"
            )
        if text[self.start : self.end] != text[self.start : self.end].strip():
            raise InvalidJudgement("the sentence has white space at its ends", field="start")
        if self.coding is not None:
            try:
                self.coding.check(scheme)
            except InvalidCoding as error:
                raise InvalidJudgement(error.reason, field=error.field) from error


def _read_fields(raw: Mapping[str, Any]) -> tuple[int, int]:
    """Check the plain fields; return start and end."""
    for field in ("document", "coder", "made_at"):
        if not isinstance(raw.get(field), str) or not raw[field].strip():
            raise InvalidJudgement("must be a string that is not empty", field=field)
        if not raw[field].isprintable():
            raise InvalidJudgement("must not hold control characters", field=field)
    for field in ("tool", "note", "scheme"):
        if not isinstance(raw.get(field, ""), str):
            raise InvalidJudgement("must be a string", field=field)
    start, end = raw.get("start"), raw.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise InvalidJudgement(
            "start and end must be whole numbers, 0 <= start < end", field="start"
        )
    if not isinstance(raw.get("supersedes"), str | None):
        raise InvalidJudgement("must be a judgement's id or null", field="supersedes")
    return start, end


def _kind(raw: object) -> Kind:
    try:
        return Kind(str(raw))
    except ValueError as error:
        raise InvalidJudgement(f"{raw!r} is not one of {', '.join(Kind)}", field="kind") from error


def _moment(raw: str) -> str:
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError as error:
        raise InvalidJudgement(f"{raw!r} is not an ISO 8601 date-time", field="made_at") from error
    if moment.tzinfo is None:
        raise InvalidJudgement(f"{raw!r} has no offset (write +00:00 or Z)", field="made_at")
    return moment.astimezone(UTC).isoformat()


def _coded(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list) or not set(raw) <= set(FIELDS):
        raise InvalidJudgement(f"must be a list of {', '.join(FIELDS)}", field="coded")
    return tuple(field for field in FIELDS if field in raw)


def link(new: Judgement, kept: Iterable[Judgement]) -> Judgement:
    """Return `new` with `supersedes` set to the judgement among `kept` whose place it takes.

    A coder's coding or withdrawal takes the place of the same coder's last one of the sentence; an
    adjudication that of the last adjudication, whoever made it. Skips take no place.
    """
    rivals = [old for old in kept if old.place == new.place and _same_slot(old, new)]
    last = max(rivals, key=_order, default=None)
    return replace(new, supersedes=last.id if last and last.id != new.id else None)


def _same_slot(old: Judgement, new: Judgement) -> bool:
    if Kind.SKIP in (old.kind, new.kind):
        return False
    if Kind.ADJUDICATION in (old.kind, new.kind):
        return old.kind == new.kind
    return old.coder == new.coder


def _order(judgement: Judgement) -> tuple[datetime, str]:
    return judgement.moment, judgement.id


def standing(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """Return each coder's last coding of each sentence, and each sentence's last adjudication.

    Ordered by place, then time; withdrawn codings and skips are left out.
    """
    last: dict[tuple[Place, str], Judgement] = {}
    for judgement in sorted(judgements, key=_order):
        if judgement.kind is Kind.SKIP:
            continue
        adjudicates = judgement.kind is Kind.ADJUDICATION
        last[judgement.place, "" if adjudicates else f"by {judgement.coder}"] = judgement
    kept = [one for one in last.values() if one.kind is not Kind.WITHDRAWAL]
    return tuple(sorted(kept, key=lambda one: (one.place, one.moment, one.coder)))
