"""What goes out to an annotation tool comes back the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from labels.document import Document
from labels.exchange.task import SentenceCoding, Task, stand_in, suggest
from labels.exchange.tools import Tool, read_tasks, write_tasks
from labels.scheme import CODEBOOK, Coding
from model.tagger import Tagger
from tests.builders import article

# Gothic, cuneiform, emoji with joiners and skin tones, Arabic, combining marks, formula starts.
ALPHABET = "abcd efg 𐌰𐌱 𒀀𒈫 👩🏽‍🚒🇺🇳 ليبيا a\u0308 =+-@＝'\";,\\"
WORDS = st.text(ALPHABET, min_size=1, max_size=30).map(str.strip).filter(bool)
NAMES = st.one_of(WORDS, st.text("xyz ", min_size=120, max_size=140).map(str.strip).filter(bool))
TIMES = st.integers(0, 2_000_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC).isoformat()
)
ACTORS = st.lists(st.sampled_from(["RUS", "UN", "UNSPECIFIED", "G5S"]), unique=True).map(
    lambda ids: tuple(sorted(ids))
)


@st.composite
def codings(draw: st.DrawFn) -> Coding:
    stance, kind = (
        draw(st.sampled_from(CODEBOOK.stances)),
        draw(st.sampled_from(CODEBOOK.speaker_types)),
    )
    return Coding(stance, kind, None if kind == "author" else draw(NAMES), draw(ACTORS))


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    """Articles of which two people and one version have each said something of some sentences."""
    pieces = draw(st.lists(WORDS, min_size=1, max_size=4))
    breaks = draw(st.lists(st.sampled_from([" ", "\n\n"]), min_size=4, max_size=4))
    text, places = "", []
    for piece, gap in zip(pieces, breaks, strict=False):
        text += gap if text else ""
        places.append((len(text), len(text) + len(piece)))
        text += piece
    document = Document("doc-1", text, title=draw(WORDS), url="https://example.org/a", host="MLI")
    said = []
    for coder in ("ana@example.org", "ben@example.org"):
        time, chosen = draw(TIMES), draw(st.sets(st.sampled_from(places), min_size=1))
        said += [SentenceCoding(s, e, draw(codings()), coder, time) for s, e in sorted(chosen)]
    scores = st.floats(0, 1)
    suggested = [SentenceCoding(s, e, draw(codings()), "v1", score=draw(scores)) for s, e in places]
    return Task(document, tuple(said), tuple(suggested))


def said(found: list[Task]) -> list[SentenceCoding]:
    """All codings without the tool's own keys."""
    every = [replace(item, tool_ids={}) for task in found for item in task.codings]
    return sorted(every, key=lambda item: (item.coder or "", item.start))


@pytest.mark.parametrize("tool", list(Tool))
@given(task=tasks())
@settings(deadline=None, max_examples=30)
def test_codings_come_back_as_they_went_out(
    tool: Tool, task: Task, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("exchange") / "codings"

    write_tasks([task], path, tool)
    found = list(read_tasks(path, tool, documents={task.document.id: task.document}))

    assert said(found) == said([task])
    assert {one.document for one in found} == {task.document}


@pytest.mark.parametrize("tool", [Tool.LABEL_STUDIO, Tool.PRODIGY, Tool.CSV])
@given(task=tasks())
@settings(deadline=None, max_examples=20)
def test_suggestions_stay_apart_from_codings(
    tool: Tool, task: Task, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("exchange") / "both"

    write_tasks([task], path, tool)
    (found,) = read_tasks(path, tool, documents={task.document.id: task.document})

    assert [replace(item, tool_ids={}) for item in found.suggestions] == list(task.suggestions)


@given(task=tasks())
@settings(deadline=None, max_examples=20)
def test_doccano_gets_suggestions_as_labels_to_be_corrected(
    task: Task, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("exchange") / "v1.jsonl"

    write_tasks([replace(task, codings=())], path, Tool.DOCCANO)
    (found,) = read_tasks(path, Tool.DOCCANO)

    assert [item.coding for item in found.codings] == [item.coding for item in task.suggestions]


@pytest.mark.parametrize("tool", [Tool.PRODIGY, Tool.CSV])
@given(task=tasks())
@settings(deadline=None, max_examples=20)
def test_without_the_article_the_sentences_stand_in_at_their_places(
    tool: Tool, task: Task, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("exchange") / "codings"

    write_tasks([task], path, tool)
    (found,) = read_tasks(path, tool)

    text = task.document.text
    assert found.document.title == task.document.title
    assert all(
        found.document.text[item.start : item.end] == text[item.start : item.end]
        for item in found.codings
    )


def test_tags_go_out_as_suggestions_for_every_sentence(tagger: Tagger) -> None:
    document = article("The Kremlin will send troops. Mali's army refused. Nobody slept.")
    (tagged,) = tagger.tag([document])

    task = suggest(tagged.to_json(), document)

    assert [(s.start, s.end) for s in task.suggestions] == [
        (tag.sentence.start, tag.sentence.end) for tag in tagged.tags
    ]
    assert [s.coding for s in task.suggestions] == [tag.coding() for tag in tagged.tags]
    assert {s.coder for s in task.suggestions} == {tagged.version}


def test_tags_without_their_article_bring_their_sentences_along(tagger: Tagger) -> None:
    document = article("The Kremlin will send troops. Mali's army refused.\n\nNobody slept.")
    raw = tagger.tag([document])[0].to_json() | {"document": {"title": "T", "publisher": "P"}}

    task = suggest(raw)

    assert task.document == Document(document.id, document.text, title="T", publisher="P")


def test_a_stand_in_keeps_every_offset_and_cuts_what_overlaps() -> None:
    text = stand_in({"id": "a"}, [(3, 6, "abc"), (5, 8, "cde"), (12, 14, "no")]).text

    assert text == "\n\n abcde\n\n  no"


def test_a_failed_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text("old")

    def broken() -> Iterator[Task]:
        yield Task(Document("a", "One."))
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        write_tasks(broken(), path, Tool.LABEL_STUDIO)

    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["tasks.json"]
