"""From what a tool or a request tells to judgements: what the machine had said is put beside them.

```
Task | machine's tags of its sentences | fill what the coder left open | check | Judgement
```
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from labels.document import Document
from labels.exchange.task import SentenceCoding, Task
from labels.judgement import FIELDS, InvalidJudgement, Judgement, Kind, Said
from labels.scheme import CODEBOOK, Coding, Scheme
from model.tag import TaggedDocument

if TYPE_CHECKING:  # the command line starts without scikit-learn
    from model.tagger import Tagger

# A speaker must have a name; this one says that neither coder nor machine knew it.
UNNAMED = "unnamed"

# What a request may say once for all sentences of an article.
COMMON = ("coder", "kind", "made_at", "note", "tool")


@dataclass(frozen=True, slots=True)
class MachineTags:
    """What one version said of one document, looked up by place.

    Attributes:
        version: id of the version.
        tags: (start, end, coding, score of the stance), in the order of the text.
    """

    version: str
    tags: tuple[tuple[int, int, Coding, float], ...]

    @classmethod
    def of(cls, tagged: TaggedDocument) -> "MachineTags":
        """Take the tags of one document."""
        return cls(
            tagged.version,
            tuple(
                (tag.sentence.start, tag.sentence.end, tag.coding(), tag.stance.score)
                for tag in tagged.tags
            ),
        )

    def said(self, start: int, end: int) -> Said | None:
        """Return what was said of the sentence that covers most of [start, end)."""
        best, cover = None, 0
        for tag_start, tag_end, coding, score in self.tags:
            shared = min(end, tag_end) - max(start, tag_start)
            if shared > cover:
                best, cover = Said(self.version, coding, round(score, 6)), shared
        return best


def machine_tags(tagger: "Tagger", documents: Sequence[Document]) -> dict[str, MachineTags]:
    """Tag documents and return what was said, by document id."""
    return {tagged.document.id: MachineTags.of(tagged) for tagged in tagger.tag(documents)}


def from_task(
    task: Task,
    *,
    tool: str,
    now: datetime,
    coder: str | None = None,
    machine: MachineTags | None = None,
    scheme: Scheme = CODEBOOK,
) -> list[Judgement]:
    """Make judgements of a tool's task.

    Args:
        task: one article with codings; its suggestions are passed over.
        tool: name of the tool.
        now: for codings whose tool doesn't tell the time.
        coder: for codings whose tool doesn't tell the coder.
        machine: what the machine had said of the article.
        scheme: the label names.

    Raises:
        InvalidJudgement: a coding can't be kept; the field says which sentence.
    """
    told = []
    for item in task.codings:
        who = item.coder or coder
        if not who:
            raise InvalidJudgement(
                "the file doesn't tell who coded: say it (--coder)", field="coder"
            )
        try:
            made = judge(
                task.document, item, coder=who, made_at=item.coded_at or now.isoformat(),
                tool=tool, machine=machine, scheme=scheme,
            )  # fmt: skip
        except InvalidJudgement as error:
            where = f"sentence [{item.start}, {item.end})"
            raise InvalidJudgement(error.reason, field=f"{where}.{error.field}") from error
        told.append(made)
    return told


def judge(
    document: Document,
    item: SentenceCoding,
    *,
    coder: str,
    made_at: str,
    tool: str,
    kind: Kind = Kind.CODING,
    note: str = "",
    machine: MachineTags | None = None,
    scheme: Scheme = CODEBOOK,
) -> Judgement:
    """Make one checked judgement; what the coder left open is the machine's word.

    Raises:
        InvalidJudgement: it doesn't fit the document or the scheme.
    """
    said = machine.said(item.start, item.end) if machine else None
    coding, coded = completed(item.coding, said, scheme)
    judgement = Judgement.from_json(
        {
            "document": document.id,
            "start": item.start,
            "end": item.end,
            "coder": coder,
            "made_at": made_at,
            "kind": kind,
            "scheme": scheme.version,
            **coding.to_json(),
            "coded": list(coded),
            "said": said.to_json() if said else None,
            "tool": tool,
            "note": note,
        }
    )
    judgement.check(document, scheme)
    return judgement


def completed(coding: Coding, said: Said | None, scheme: Scheme) -> tuple[Coding, tuple[str, ...]]:
    """Fill in what a coder left open; return the coding and the fields that are theirs.

    A coding without a speaker type leaves speaker and actors open, unless it names them. A speaker
    type without a name takes the machine's name, if the machine saw a speaker of that type.
    """
    if not scheme.speaker_types:
        return coding, FIELDS
    kind, who, actors = coding.speaker_type, coding.speaker, coding.proposed_actors
    theirs = {"stance"}
    if kind is None and said is not None:
        kind = said.coding.speaker_type
        actors = actors or said.coding.proposed_actors
    elif kind is not None:
        theirs |= {"speaker_type", "proposed_actors"}
    if coding.proposed_actors:
        theirs.add("proposed_actors")
    if who is not None or kind == scheme.narrator == coding.speaker_type:
        theirs.add("speaker")
    if kind == scheme.narrator:
        who = None
    elif who is None and kind is not None:
        same = said is not None and said.coding.speaker_type == kind
        who = (said.coding.speaker if said and same else None) or UNNAMED
    filled = Coding(coding.stance, kind, who, actors)
    return filled, tuple(field for field in FIELDS if field in theirs)


def from_request(
    raw: Mapping[str, Any],
    document: Document,
    *,
    now: datetime,
    coder: str | None,
    machine: MachineTags | None = None,
    scheme: Scheme = CODEBOOK,
) -> list[Judgement]:
    """Make judgements of one item of `POST /v1/judgements`: an article with coded sentences.

    Args:
        raw: with "sentences" (each with start, end and coding), and "coder", "kind", "made_at",
            "note" for all of them; a sentence may have its own.
        document: the article.
        now: for judgements without a time.
        coder: for judgements without one.
        machine: what the machine had said.
        scheme: the label names.

    Raises:
        InvalidJudgement: naming the sentence and field at fault.
    """
    sentences = raw.get("sentences")
    if not isinstance(sentences, list) or not sentences:
        raise InvalidJudgement("must be a list with at least one sentence", field="sentences")
    told = []
    for i, item in enumerate(sentences):
        if not isinstance(item, Mapping):
            raise InvalidJudgement("must be an object", field=f"sentences[{i}]")
        common = {key: raw[key] for key in COMMON if key in raw}
        try:
            told.append(
                _one(
                    common | dict(item),
                    document,
                    now=now,
                    coder=coder,
                    machine=machine,
                    scheme=scheme,
                )
            )
        except InvalidJudgement as error:
            raise InvalidJudgement(error.reason, field=f"sentences[{i}].{error.field}") from error
    return told


def _one(
    fields: Mapping[str, Any],
    document: Document,
    *,
    now: datetime,
    coder: str | None,
    machine: MachineTags | None,
    scheme: Scheme,
) -> Judgement:
    """Make one judgement of plain fields."""
    given = {"coder": coder, "made_at": now.isoformat(), **fields, "document": document.id}
    kind = str(given.get("kind", Kind.CODING))
    if kind in (Kind.WITHDRAWAL, Kind.SKIP):
        bare = Judgement.from_json({**given, "coded": []})
        bare.check(document, scheme)
        return bare
    read = Judgement.from_json(given)
    assert read.coding is not None
    item = SentenceCoding(read.start, read.end, read.coding)
    if read.said is not None:  # the caller knows what the coder saw
        told = (read.start, read.end, read.said.coding, read.said.score or 0.0)
        machine = MachineTags(read.said.version, (told,))
    return judge(
        document, item, coder=read.coder, made_at=read.made_at, tool=read.tool, kind=read.kind,
        note=read.note, machine=machine, scheme=scheme,
    )  # fmt: skip


def coded_sentences(document: Document, judgements: Iterable[Judgement]) -> list[SentenceCoding]:
    """Return the codings among the judgements of one document, as exports take them."""
    return [
        SentenceCoding(one.start, one.end, one.coding, one.coder, one.made_at)
        for one in judgements
        if one.document == document.id and one.coding is not None
    ]
