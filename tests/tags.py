"""Tags made by hand, for tests of what comes after the tagger."""

from labels.document import Document, Sentence
from model.tag import ActorTag, SpeakerTag, StanceTag, Tag, TaggedDocument

NAMES = {"UN": "United Nations", "RUS": "Russia", "AU": "African Union"}


def tagged(document: Document, *stances: str, version: str = "v1") -> TaggedDocument:
    """Tags made by hand: one sentence a stance, the first words of the text."""
    made = []
    for i, stance in enumerate(stances):
        scores = dict.fromkeys(("favor", "against", "conditional", "none"), 0.1) | {stance: 0.7}
        speaker = SpeakerTag("intergovernmental", 0.9, "The Council", i, i + 1)
        actors = (ActorTag("UN", "United Nations", 0.8, i, i + 1, document.text[i : i + 1]),)
        made.append(Tag(Sentence(i, i + 1, 0), StanceTag(stance, 0.7, scores), speaker, actors * 2))
    return TaggedDocument(document, version, "1.3", tuple(made))


def said(
    document: Document,
    *spec: str,
    version: str = "v1",
) -> TaggedDocument:
    """One tag a line of the text: `"favor|expert|Some Name|UN,AU|0.8"`; a trailing `?` abstains."""
    made, start = [], 0
    for number, (line, said_of) in enumerate(zip(document.text.split("\n\n"), spec, strict=True)):
        stance, kind, name, actors, score = said_of.rstrip("?").split("|")
        span = Sentence(start, start + len(line), number)
        start += len(line) + 2
        scores = dict.fromkeys(("favor", "against", "conditional", "none"), 0.1)
        scores[stance] = float(score)
        answer = StanceTag(stance, float(score), scores, abstain=said_of.endswith("?"))
        meant = tuple(
            ActorTag(a, NAMES.get(a, a), 0.9, span.start, span.start + 1, line[:1])
            for a in actors.split(",")
            if a
        )
        made.append(Tag(span, answer, SpeakerTag(kind, 0.9, name or None), meant))
    return TaggedDocument(document, version, "1.3", tuple(made))
