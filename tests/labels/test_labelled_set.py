"""The labelled set: what is refused, where that is said, and what comes back."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from labels import balance, copies
from labels.document import Document, Sentence
from labels.errors import InvalidLabelledSet
from labels.labelled_set import CodedDocument, LabelledSet, parse, read, shipped
from labels.scheme import CODEBOOK, Coding, Scheme, SpeakerType, Stance
from tests.builders import coded

TOY = coded(
    """
    [favor|expert|Ana Ruiz|UN] "Send the UN now," said Ana Ruiz.
    [none|author|-|-] It rained.

    [against|opposition|the rebels|KEN,UN] The rebels want neither Kenya nor the UN.
    """,
    title="Toy",
    host="TCD",
)

LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn"))
NAMES = st.text(LETTERS, min_size=1, max_size=12).filter(str.strip)
SENTENCES = st.text(LETTERS, min_size=1, max_size=30).filter(lambda text: text == text.strip())
ACTORS = st.lists(st.from_regex(r"[A-Z]{2,5}", fullmatch=True), max_size=3)


@st.composite
def codings(draw: st.DrawFn) -> Coding:
    kind = draw(st.sampled_from(SpeakerType))
    name = None if kind is SpeakerType.AUTHOR else draw(NAMES)
    stance = draw(st.sampled_from(Stance))
    return Coding(stance, kind, name, tuple(sorted(set(draw(ACTORS)))))


@st.composite
def documents(draw: st.DrawFn) -> CodedDocument:
    text, paragraph = "", 0
    places: list[Sentence] = []
    said: list[Coding] = []
    for piece in draw(st.lists(SENTENCES, min_size=1, max_size=6)):
        if text:
            gap = draw(st.sampled_from([" ", "\n", "\n\n", "\n \n\n"]))
            paragraph += gap.count("\n") > 1
            text += gap
        if draw(st.booleans()) or not places:  # some sentences stay without a coding
            places.append(Sentence(len(text), len(text) + len(piece), paragraph))
            said.append(draw(codings()))
        text += piece
    id = draw(NAMES)
    host = draw(st.none() | st.just("TCD"))
    return CodedDocument(Document(id=id, text=text, host=host), tuple(places), tuple(said), "mine")


def write(path: Path, *lines: object) -> Path:
    text = "".join(
        (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n"
        for line in lines
    )
    path.write_text(text, encoding="utf-8")
    return path


@given(documents())
def test_a_coded_document_comes_back_from_its_json(document: CodedDocument) -> None:
    line = json.dumps(document.to_json())

    assert parse(json.loads(line), origin="mine") == document


@settings(max_examples=25)
@given(st.lists(documents(), max_size=4, unique_by=lambda one: one.document.id))
def test_a_file_comes_back_with_the_same_hash(
    tmp_path_factory: pytest.TempPathFactory, listed: list[CodedDocument]
) -> None:
    path = tmp_path_factory.mktemp("set") / "mine.jsonl"

    again = read([write(path, *(one.to_json() for one in listed))])

    assert again == LabelledSet.of(listed)


def test_a_byte_order_mark_empty_lines_and_carriage_returns_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "toy.jsonl"
    line = json.dumps(TOY.to_json())
    path.write_bytes(b"\xef\xbb\xbf\n" + line.encode() + b"\r\n\r\n")

    assert read([path]).documents == (TOY,)


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    text = "It rained\u2028all day."
    document = CodedDocument(
        Document(id="a", text=text), (Sentence(0, len(text)),), (Coding("none", "author"),), "a"
    )

    assert read([write(tmp_path / "a.jsonl", document.to_json())]).documents == (document,)


def changed(place: int | None = None, **fields: Any) -> dict[str, Any]:
    raw = TOY.to_json()
    target = raw if place is None else raw["sentences"][place]
    target.update(fields)
    return raw


@pytest.mark.parametrize(
    ("faulty", "field", "reason"),
    [
        ("{", "line", "not JSON"),
        ("[" * 100_000, "line", "not JSON"),
        ("[]", "line", "must be an object"),
        ("1" * 5000, "line", "not JSON"),
        (changed(id=""), "id", "not empty"),
        (changed(id=None), "id", "must be a string"),
        (changed(text="  "), "text", "something in it"),
        (changed(text=7), "text", "must be a string"),
        (changed(text="a\ud800b"), "text", "surrogate"),
        (changed(title=3), "title", "must be a string"),
        (changed(sentences=None), "sentences", "must be a list"),
        (changed(sentences=["favor"]), "sentences[0]", "must be an object"),
        (changed(1, start=None), "sentences[1]", "whole numbers"),
        (changed(1, start=True), "sentences[1]", "whole numbers"),
        (changed(1, end=31.0), "sentences[1]", "whole numbers"),
        (changed(0, start=-1), "sentences[0]", "leaves the text"),
        (changed(1, start=5), "sentences[1]", "overlaps"),
        (changed(2, end=10_000), "sentences[2]", "leaves the text"),
        (changed(2, start=90, end=90), "sentences[2]", "leaves the text"),
        (changed(1, start=TOY.sentences[1].start - 1), "sentences[1]", "white space"),
        (changed(0, stance="maybe"), "sentences[0].stance", "is not one of favor"),
        (changed(0, stance=None), "sentences[0].stance", "must be a string"),
        (changed(0, speaker_type="expart"), "sentences[0].speaker_type", "is not one of host"),
        (changed(0, speaker_type=None), "sentences[0].speaker_type", "is not one of"),
        (changed(0, speaker=None), "sentences[0].speaker", "every other has one"),
        (changed(0, speaker=" "), "sentences[0].speaker", "must have letters"),
        (changed(0, speaker=["Ana"]), "sentences[0].speaker", "string or null"),
        (changed(1, speaker="Ana"), "sentences[1].speaker", "has no name"),
        (changed(2, proposed_actors="UN"), "sentences[2].proposed_actors", "list of strings"),
        (changed(2, proposed_actors=["Kenya"]), "sentences[2].proposed_actors", "actor id"),
        (changed(2, proposed_actors=[404]), "sentences[2].proposed_actors", "list of strings"),
    ],
)
def test_every_fault_is_named_by_file_line_and_field(
    tmp_path: Path, faulty: object, field: str, reason: str
) -> None:
    sound = {**TOY.to_json(), "id": "sound"}
    path = tmp_path / "mine.jsonl"
    lines = [json.dumps(sound), faulty if isinstance(faulty, str) else json.dumps(faulty)]
    path.write_text("\n".join(lines))

    with pytest.raises(InvalidLabelledSet) as fault:
        read([path])

    assert (fault.value.path, fault.value.line, fault.value.field) == (str(path), 2, field)
    assert reason in fault.value.reason
    assert str(fault.value).startswith(f"{path}:2: {field}: ")


def test_bytes_that_are_not_utf_8_are_named_by_their_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes(json.dumps(TOY.to_json()).encode() + b'\n{"id": "caf\xe9"}\n')

    with pytest.raises(InvalidLabelledSet, match=r"latin\.jsonl:2: line: byte 11 is not UTF-8"):
        read([path])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidLabelledSet, match=r"none\.jsonl.*No such file"):
        read([tmp_path / "none.jsonl"])


def test_an_id_that_stands_twice_is_told_with_both_places(tmp_path: Path) -> None:
    first = write(tmp_path / "a.jsonl", TOY.to_json())
    second = write(tmp_path / "b.jsonl", {**TOY.to_json(), "id": "other"}, TOY.to_json())

    with pytest.raises(InvalidLabelledSet) as fault:
        read([first, second])

    assert str(fault.value) == f"{second}:2: id: 'toy-1' stands already at {first}:1"


def test_a_near_copy_is_told_with_both_places_and_may_be_allowed(tmp_path: Path) -> None:
    document = shipped().documents[0].to_json()
    words = document["text"].split(" ")
    words[10] = words[50] = words[90] = "Otherwise"
    copy = {**document, "id": "copy", "text": " ".join(words), "sentences": []}
    path = write(tmp_path / "mine.jsonl", document, TOY.to_json(), copy)

    with pytest.raises(InvalidLabelledSet) as fault:
        read([path])

    assert (fault.value.line, fault.value.field) == (3, "text")
    assert f"{document['id']!r} at {path}:1" in fault.value.reason
    assert len(read([path], allow_copies=True).documents) == 3


def test_short_texts_are_no_copies() -> None:
    assert list(copies.near_copies(["The union should send troops."] * 3)) == []


def test_each_of_many_copies_is_found_beside_the_first() -> None:
    texts = [one.document.text for one in shipped().documents[:3]]

    found = list(copies.near_copies([*texts, texts[1], texts[1].upper(), texts[2]]))

    assert [(one.place, one.of, one.shared) for one in found] == [(3, 1, 1), (4, 1, 1), (5, 2, 1)]


def test_texts_that_share_less_than_half_are_no_copies() -> None:
    a, b = (one.document.text.split() for one in shipped().documents[:2])

    mixed = " ".join(a[: len(a) // 2] + b[len(b) // 2 :])

    assert list(copies.near_copies([" ".join(a), " ".join(b), mixed])) == []


def test_the_shipped_set_holds_no_near_copies_and_finding_that_out_is_quick() -> None:
    texts = [one.document.text for one in shipped().documents]

    start = time.process_time()
    found = list(copies.near_copies(texts))

    assert found == []
    assert time.process_time() - start < 20  # 0.6 s without a tracer; quadratic takes minutes


def test_the_shipped_set_is_whole() -> None:
    labelled = shipped()

    origins = list(dict.fromkeys(one.origin for one in labelled.documents))
    assert origins == [f"x{i}" for i in (11, *range(22, 54))]
    assert (len(labelled.documents), labelled.n_sentences) == (745, 11652)
    assert labelled.scheme == CODEBOOK


def test_the_hash_hangs_on_every_coding_and_on_nothing_else() -> None:
    other = CodedDocument(
        TOY.document, TOY.sentences, (Coding("none", "author"), *TOY.codings[1:]), TOY.origin
    )
    renamed = CodedDocument(TOY.document, TOY.sentences, TOY.codings, "another file")

    assert LabelledSet.of([TOY]).sha256 == LabelledSet.of([renamed]).sha256
    assert LabelledSet.of([TOY]).sha256 != LabelledSet.of([other]).sha256


def test_another_scheme_codes_no_speakers(tmp_path: Path) -> None:
    tweets = Scheme("tweets-1", ("FAVOR", "AGAINST", "NONE"), "NONE")
    line = {"id": 1, "text": "Yes!", "sentences": [{"start": 0, "end": 4, "stance": "FAVOR"}]}

    labelled = read([write(tmp_path / "tweets.jsonl", line)], tweets)

    assert labelled.documents[0].codings == (Coding("FAVOR"),)
    with_actor = {**line, "sentences": [{**line["sentences"][0], "proposed_actors": ["UN"]}]}  # type: ignore[index]
    with pytest.raises(InvalidLabelledSet, match="proposed_actors"):
        read([write(tmp_path / "tweets.jsonl", with_actor)], tweets)
    assert "speaker" not in balance.tables(labelled)


def test_the_data_card_tells_the_balance_of_the_set_that_ships() -> None:
    card = balance.CARD.read_text(encoding="utf-8")

    assert "not reports of events" in card
    assert card.endswith("\n\n" + balance.section(shipped())), "run: python -m labels.balance"


def test_the_data_card_describes_every_file_that_ships() -> None:
    told, _, _ = balance.CARD.read_text(encoding="utf-8").partition("## Balance")
    described = {
        f"{kind}{number}"
        for kind, first, last in re.findall(
            r"^\| ([a-z])(\d+)(?:-[a-z](\d+))? \|", told, re.MULTILINE
        )
        for number in range(int(first), int(last or first) + 1)
    }

    assert described == {one.origin for one in shipped().documents}


def test_the_balance_is_written_over_the_old_one_alone(tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    card.write_text("# Card\n\n## Balance\nold\n")

    balance.main(card)

    assert card.read_text() == "# Card\n\n" + balance.section(shipped())


def test_a_card_without_its_section_is_not_written(tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    card.write_text("# Card\n")

    with pytest.raises(SystemExit, match="no section"):
        balance.main(card)

    assert card.read_text() == "# Card\n"


def test_a_file_without_codings_has_no_shares() -> None:
    empty = CodedDocument(TOY.document, (), (), "empty")

    assert "| empty | 1 | 0 | - | - | - | - |" in balance.tables(LabelledSet.of([empty]))
