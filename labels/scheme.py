"""The codebook as code: which values a coding may take (docs: labels/data/CODEBOOK.md)."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from labels.errors import InvalidCoding, InvalidScheme

SCHEME_VERSION = "1.3"

ACTOR_ID = re.compile(r"[A-Z0-9]{2,11}")
UNSPECIFIED = "UNSPECIFIED"


class Stance(StrEnum):
    """The position of the sentence's speaker on an external intervention."""

    FAVOR = "favor"
    AGAINST = "against"
    CONDITIONAL = "conditional"
    NONE = "none"


class SpeakerType(StrEnum):
    """Whose words or position the sentence reports."""

    HOST_GOVERNMENT = "host_government"
    FOREIGN_GOVERNMENT = "foreign_government"
    INTERGOVERNMENTAL = "intergovernmental"
    OPPOSITION = "opposition"
    CIVIL_SOCIETY = "civil_society"
    EXPERT = "expert"
    PUBLIC = "public"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Scheme:
    """The label names of one codebook.

    Attributes:
        version: version of the codebook, written into every output.
        stances: names of the stance labels, in the order in which scores are reported.
        neutral: the stance label that takes no position; statements are the sentences without it.
        speaker_types: names of the speaker types; empty where a scheme codes no speakers.
        narrator: the speaker type without a name (the article's own voice), or None.
        has_actors: whether sentences carry proposed actors.
    """

    version: str
    stances: tuple[str, ...]
    neutral: str
    speaker_types: tuple[str, ...] = ()
    narrator: str | None = None
    has_actors: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the scheme as a scheme file or a manifest holds it."""
        return {
            "version": self.version,
            "stances": list(self.stances),
            "neutral": self.neutral,
            "speaker_types": list(self.speaker_types),
            "narrator": self.narrator,
            "has_actors": self.has_actors,
        }

    @classmethod
    def from_json(cls, raw: object) -> "Scheme":
        """Read the object that `to_json` writes; what may be left out has the attribute's default.

        Raises:
            InvalidScheme: naming the first field at fault.
        """
        if not isinstance(raw, Mapping):
            raise InvalidScheme("must be an object", field="scheme")
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(raw) - known):
            raise InvalidScheme(f"is not one of {', '.join(sorted(known))}", field=str(unknown[0]))
        version = raw.get("version")
        if not isinstance(version, str) or not version:
            raise InvalidScheme("must be a string that is not empty", field="version")
        stances = _names(raw.get("stances"), "stances")
        if len(stances) < 2:
            raise InvalidScheme("must name two stances or more", field="stances")
        if raw.get("neutral") not in stances:
            raise InvalidScheme("must be one of the stances", field="neutral")
        types = _names(raw.get("speaker_types", []), "speaker_types")
        if raw.get("narrator") is not None and raw["narrator"] not in types:
            raise InvalidScheme("must be one of the speaker types", field="narrator")
        if not isinstance(raw.get("has_actors", False), bool):
            raise InvalidScheme("must be true or false", field="has_actors")
        return cls(
            version=version,
            stances=stances,
            neutral=raw["neutral"],
            speaker_types=types,
            narrator=raw.get("narrator"),
            has_actors=raw.get("has_actors", False),
        )

    @classmethod
    def from_file(cls, path: Path) -> "Scheme":
        """Read a scheme file: TOML where its name ends in .toml, otherwise JSON.

        Raises:
            InvalidScheme: the file can't be read, or a field is at fault.
        """
        try:
            text = path.read_text(encoding="utf-8")
            raw = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
        except OSError as error:
            reason = error.strerror or str(error)
            raise InvalidScheme(reason, field="file", path=str(path)) from error
        except ValueError as error:
            raise InvalidScheme(str(error), field="file", path=str(path)) from error
        try:
            return cls.from_json(raw)
        except InvalidScheme as error:
            raise InvalidScheme(error.reason, field=error.field, path=str(path)) from error


def _names(raw: object, field: str) -> tuple[str, ...]:
    """Check a list of label names: strings without blanks, each once."""
    if not isinstance(raw, list | tuple) or not all(
        isinstance(name, str) and name and name.split() == [name] for name in raw
    ):
        raise InvalidScheme("must be a list of names without blanks", field=field)
    if len(set(raw)) < len(raw):
        raise InvalidScheme("names a label twice", field=field)
    return tuple(raw)


CODEBOOK = Scheme(
    version=SCHEME_VERSION,
    stances=tuple(Stance),
    neutral=Stance.NONE,
    speaker_types=tuple(SpeakerType),
    narrator=SpeakerType.AUTHOR,
    has_actors=True,
)


@dataclass(frozen=True, slots=True)
class Coding:
    """What one sentence says, in the scheme's terms; person and machine share this type.

    Attributes:
        stance: a stance label of the scheme.
        speaker_type: a speaker type of the scheme, or None where the scheme has none.
        speaker: the source's name in the fullest form that the article gives; None for the author.
        proposed_actors: ids of the outside actors whose intervention is talked about, sorted.
    """

    stance: str
    speaker_type: str | None = None
    speaker: str | None = None
    proposed_actors: tuple[str, ...] = ()

    def check(self, scheme: Scheme) -> None:
        """Refuse a value that `scheme` doesn't know.

        Raises:
            InvalidCoding: naming the first field at fault.
        """
        if self.stance not in scheme.stances:
            raise InvalidCoding(
                f"{self.stance!r} is not one of {', '.join(scheme.stances)}", field="stance"
            )
        if scheme.speaker_types and self.speaker_type not in scheme.speaker_types:
            allowed = ", ".join(scheme.speaker_types)
            raise InvalidCoding(
                f"{self.speaker_type!r} is not one of {allowed}", field="speaker_type"
            )
        if scheme.narrator and (self.speaker_type == scheme.narrator) != (self.speaker is None):
            raise InvalidCoding(
                f"a speaker of type {scheme.narrator} has no name, every other has one",
                field="speaker",
            )
        if self.speaker is not None and not self.speaker.strip():
            raise InvalidCoding("a name must have letters; null is no name", field="speaker")
        for actor in self.proposed_actors:
            if not scheme.has_actors or not ACTOR_ID.fullmatch(actor):
                raise InvalidCoding(
                    f"{actor!r} is not an actor id (ISO 3166 alpha-3, an acronym or {UNSPECIFIED})",
                    field="proposed_actors",
                )

    def to_json(self) -> dict[str, Any]:
        """Return the coding's fields as they stand in a labelled file."""
        return {
            "stance": self.stance,
            "speaker_type": self.speaker_type,
            "speaker": self.speaker,
            "proposed_actors": list(self.proposed_actors),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Coding":
        """Read the fields of one coded sentence.

        Raises:
            InvalidCoding: a field is missing or of the wrong type.
        """
        for field in ("stance",):
            if not isinstance(raw.get(field), str):
                raise InvalidCoding("must be a string", field=field)
        for field in ("speaker_type", "speaker"):
            if not isinstance(raw.get(field), str | None):
                raise InvalidCoding("must be a string or null", field=field)
        actors = raw.get("proposed_actors", [])
        if not isinstance(actors, list) or not all(isinstance(a, str) for a in actors):
            raise InvalidCoding("must be a list of strings", field="proposed_actors")
        return cls(
            stance=raw["stance"],
            speaker_type=raw.get("speaker_type"),
            speaker=raw.get("speaker"),
            proposed_actors=tuple(sorted(set(actors))),
        )
