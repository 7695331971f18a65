"""Whose turn it is in a transcript."""

import pytest
from hypothesis import given, strategies as st

from model.analysis import analyse
from model.turns import turns_of
from tests.builders import article, read


def voices(text: str, **fields: str) -> list[str | None]:
    sources = read(text, **fields)
    return [None if at is None else sources.cast.figures[at].name for at in sources.voices]


def test_labels_say_who_asks_and_who_answers():
    text = """
    QUESTION: Will you send troops to Comoros?

    MS. NABUKEERA: No. We have decided nothing.

    QUESTION: And later?

    MS. NABUKEERA: Later is later.
    """

    assert voices(text) == [None, "Nabukeera", "Nabukeera", None, "Nabukeera"]


@pytest.mark.parametrize("label", ["MEDIA", "Press", "JOURNALIST", "Q"])
def test_reporters_ask_under_several_labels(label):
    text = (
        f"{label}: Will you send troops?\n\nMINISTER LOW: No.\n\n{label}: Why?\n\nMINISTER LOW: No."
    )

    assert voices(text) == [None, "Low", None, "Low"]


@pytest.mark.parametrize(
    ("title", "opening", "name"),
    [
        (
            "Answers by the Minister of Defence to questions on Comoros",
            "",
            "the Minister of Defence",
        ),
        ("Foreign Ministry of Malawi: weekly press briefing", "", "Foreign Ministry of Malawi"),
        ("Transcript of doorstop interview with Ruth Nabukeera, Moroni", "", "Ruth Nabukeera"),
        (
            "Briefing",
            "Spokesperson Ruth Nabukeera held a press conference today.",
            "Ruth Nabukeera",
        ),
        (
            "Briefing by the Spokesperson",
            "Official Spokesperson (Shri Ole Brandt): Welcome.",
            "Ole Brandt",
        ),
        (
            "Interview with the Foreign Minister",
            "Interview with the Minister of State, Mr Ole Brandt.",
            "Ole Brandt",
        ),
        ("Briefing", "Foreign Ministry Spokesperson Ms Ruth Low's Press Conference.", "Ruth Low"),
        (
            "Press briefing, New York",
            "Press Briefing by the Office of the Spokesman.",
            "the Office of the Spokesman",
        ),
        ("Oral questions", "Foreign Affairs: Comoros.", None),
        ("Briefing", "PRESS SECRETARY LOW: Welcome.", "Low"),
        ("Briefing", "", None),
    ],
)
def test_a_bare_answer_is_theirs_whom_headline_introduction_or_a_label_names(title, opening, name):
    text = f"{opening}\n\nQ: Is it true?\n\nA: It is true.\n\nQ. Since when?\n\nA: Since Monday."

    found = voices(text.strip(), title=title)

    assert found[-4:] == [None, name, None, name]


def test_a_surname_alone_is_the_persons_whom_the_introduction_names():
    text = "Interview with the minister, Mr Ole Brandt.\n\nHOST: Why?\n\nBRANDT: Why not?"

    assert voices(text) == [None, None, "Ole Brandt"]


def test_a_bare_answer_is_theirs_who_answered_last():
    text = "MR LOW: Welcome.\n\nQ: So?\n\nA: So.\n\nGEN. BRANDT: No.\n\nQ: No?\n\nA: No."

    assert voices(text) == ["Low", None, "Low", "Brandt", None, "Brandt"]


def test_an_office_alone_answers_where_nobody_is_named():
    text = "Question: Is it true?\n\nMinister: It is true.\n\nQuestion: Really?\n\nMinister: Yes."

    assert voices(text, title="Doorstop") == [None, "Minister", None, "Minister"]


def test_who_holds_the_briefing_is_heard_before_the_first_question_too():
    text = """
    The following is a transcript of the briefing by Ruth Nabukeera, spokeswoman.

    Good afternoon. The mission has lost two vehicles.

    Question: Where?

    Spokeswoman: In the north.
    """

    assert voices(text) == [None, *["Ruth Nabukeera"] * 2, None, "Ruth Nabukeera"]


@pytest.mark.parametrize(
    "text",
    [
        "Moroni: The minister said no. Second: she left. Finally: she came back.",
        "QUESTION: Nobody answers. It rained.",
        "MR. LOW: Good morning. MR. BRANDT: Good morning.",
    ],
)
def test_other_texts_have_no_turns(text):
    analysis = analyse(article(text))

    assert not any(turns_of(analysis.document.text, analysis.sentences))


PARTS = ["Q: ", "A: ", "MR. LOW: ", "Yes. ", "No!\n\n", "(", "Low", "Q", " "]


@given(st.lists(st.sampled_from(PARTS)))
def test_every_sentence_is_in_the_turn_of_the_last_label_before_it(parts):
    text = "".join(parts).strip() or "No."
    analysis = analyse(article(text))

    turns = turns_of(analysis.document.text, analysis.sentences)

    assert len(turns) == len(analysis.sentences)
    for i, turn in enumerate(turns):
        assert turn is None or turn.first <= i
        if turn and turn.first == i:
            assert analysis.document.text.startswith(turn.name, analysis.sentences[i].start)
