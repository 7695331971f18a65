"""Articles cut into pieces, and lines of carried speech."""

from typing import Any

from service.pages.marks import paragraphs

TEXT = "Minister Ana Oru asked for troops. She would wait. Oru left.\n\nIt rained."


def sentence(words: str, speaker: str | None, *, name: str | None, carried: bool = False) -> Any:
    """A sentence of TEXT; `speaker` are the words at which the speaker stands."""
    start = TEXT.index(words)
    at = None if speaker is None else TEXT.index(speaker)
    said = {
        "type": "host_government" if name else "author", "score": 0.9, "name": name,
        "start": at, "end": None if at is None else at + len(speaker or ""), "carried": carried,
    }  # fmt: skip
    return {
        "start": start, "end": start + len(words), "text": words, "speaker": said,
        "proposed_actors": [],
    }  # fmt: skip


FIRST = sentence("Minister Ana Oru asked for troops.", "Minister Ana Oru", name="Ana Oru")
RAIN = sentence("It rained.", None, name=None)


def sources(*said: dict[str, Any]) -> list[int | None]:
    return [one.source for part in paragraphs(TEXT, said) for one in part]


def test_a_pronoun_leads_to_the_sentence_that_names_its_speaker():
    she = sentence("She would wait.", "She", name="Ana Oru")

    assert sources(FIRST, she, RAIN) == [None, 1, None]


def test_carried_speech_leads_to_where_its_speaker_stands():
    carried = sentence("Oru left.", "Minister Ana Oru", name="Ana Oru", carried=True)
    she = sentence("She would wait.", "She", name="Ana Oru")

    assert sources(FIRST, she, carried, RAIN) == [None, 1, 1, None]


def test_the_same_word_said_again_of_another_leads_nowhere():
    other = sentence("She would wait.", "She", name="Bea Umo")

    assert sources(FIRST, other) == [None, None]


def test_paragraphs_part_where_the_text_does_and_pieces_join_to_their_sentence():
    parts = paragraphs(TEXT, [FIRST, RAIN])

    assert [len(part) for part in parts] == [1, 1]
    for part in parts:
        for one in part:
            assert "".join(piece.text for piece in one.pieces) == one.tag["text"]
    assert [piece.speaker for piece in parts[0][0].pieces] == ["Ana Oru", None]
