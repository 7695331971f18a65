"""What the machine says of one sentence, and the JSON in which it leaves (contract version 1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labels.document import Document, Sentence
from labels.scheme import Coding


@dataclass(frozen=True, slots=True)
class Evidence:
    """One additive term of a head's decision.

    Attributes:
        head: name of the head that weighed it.
        label: the label whose log-odds it moves.
        view: the view of the sentence that holds the term; "" for the intercept.
        term: the n-gram as the head sees it; "(intercept)" for the head's constant.
        spans: [start, end) code points in the document where the term stands; may be empty.
        weight: the head's coefficient.
        contribution: weight times the term's TF-IDF value, in log-odds; the contributions of one
            label sum to its decision value.
    """

    head: str
    label: str
    view: str
    term: str
    spans: tuple[tuple[int, int], ...]
    weight: float
    contribution: float

    def to_json(self) -> dict[str, Any]:
        """Return the evidence as it stands under `explain` in the JSON."""
        return {
            "head": self.head,
            "label": self.label,
            "view": self.view,
            "term": self.term,
            "spans": [{"start": start, "end": end} for start, end in self.spans],
            "weight": self.weight,
            "contribution": self.contribution,
        }


@dataclass(frozen=True, slots=True)
class StanceTag:
    """The stance head's answer.

    Attributes:
        label: the winning stance.
        score: its calibrated probability, in [0, 1].
        scores: calibrated probability of every stance; they sum to 1.
        abstain: the score is below the version's threshold: ask a person.
    """

    label: str
    score: float
    scores: Mapping[str, float]
    abstain: bool = False


@dataclass(frozen=True, slots=True)
class SpeakerTag:
    """Who speaks.

    Attributes:
        type: speaker type of the scheme.
        score: calibrated probability of the type, in [0, 1].
        name: fullest form of the source's name in the article; None for the article's own voice.
        start: code point in the document where the evidence (a name, a pronoun) stands, or None.
        end: one past its last code point, or None.
        carried: the evidence stands in another sentence.
    """

    type: str
    score: float
    name: str | None = None
    start: int | None = None
    end: int | None = None
    carried: bool = False


@dataclass(frozen=True, slots=True)
class ActorTag:
    """An outside actor whose intervention the sentence talks about.

    Attributes:
        id: ISO 3166 alpha-3 code, an organisation's acronym, or UNSPECIFIED.
        name: the actor's usual name.
        score: calibrated probability that its intervention is meant, in [0, 1].
        start: code point in the document where the evidence stands.
        end: one past its last code point.
        text: the evidence itself ("Moscow").
        carried: the evidence stands in another sentence.
    """

    id: str
    name: str
    score: float
    start: int
    end: int
    text: str
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """All that the machine says of one sentence.

    Attributes:
        sentence: where the sentence stands.
        stance: the stance head's answer.
        speaker: who speaks; None where the scheme codes no speakers.
        proposed_actors: outside actors, by id.
        evidence: exact additive evidence, where it was asked for.
    """

    sentence: Sentence
    stance: StanceTag
    speaker: SpeakerTag | None = None
    proposed_actors: tuple[ActorTag, ...] = ()
    evidence: tuple[Evidence, ...] | None = None

    def coding(self) -> Coding:
        """Return the tag in the form in which people code, so that both can be compared."""
        return Coding(
            stance=self.stance.label,
            speaker_type=self.speaker.type if self.speaker else None,
            speaker=self.speaker.name if self.speaker else None,
            proposed_actors=tuple(sorted({actor.id for actor in self.proposed_actors})),
        )


@dataclass(frozen=True, slots=True)
class TaggedDocument:
    """A document with one tag a sentence, in the order of the text."""

    document: Document
    version: str
    scheme: str
    tags: tuple[Tag, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the contract's object; scores are rounded to 6 decimals (no tag hangs on the 7th)."""
        text = self.document.text
        return {
            "id": self.document.id,
            "model": self.version,
            "scheme": self.scheme,
            "sentences": [_sentence_json(tag, text) for tag in self.tags],
        }


def _sentence_json(tag: Tag, text: str) -> dict[str, Any]:
    start, end = tag.sentence.start, tag.sentence.end
    stance = {
        "label": tag.stance.label,
        "score": round(tag.stance.score, 6),
        "scores": {label: round(score, 6) for label, score in tag.stance.scores.items()},
        "abstain": tag.stance.abstain,
    }
    out: dict[str, Any] = {"start": start, "end": end, "text": text[start:end], "stance": stance}
    if tag.speaker is not None:
        speaker = tag.speaker
        out["speaker"] = {
            "type": speaker.type,
            "score": round(speaker.score, 6),
            "name": speaker.name,
            "start": speaker.start,
            "end": speaker.end,
            "carried": speaker.carried,
        }
    out["proposed_actors"] = [
        {
            "id": actor.id,
            "name": actor.name,
            "score": round(actor.score, 6),
            "start": actor.start,
            "end": actor.end,
            "text": actor.text,
            "carried": actor.carried,
        }
        for actor in tag.proposed_actors
    ]
    if tag.evidence is not None:
        out["explain"] = [item.to_json() for item in tag.evidence]
    return out
