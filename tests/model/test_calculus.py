"""The stance calculus: which side a frame is on."""

import pytest

from model.calculus import compose
from model.cues import shipped


def tokens(sentence: str, borders: tuple[int, ...] = ()) -> set[str]:
    words = sentence.split()
    return {outcome.token for outcome in compose(shipped().find(words), len(words), borders)}


@pytest.mark.parametrize(
    ("sentence", "side"),
    [
        ("they urged the alliance to send troops", "POL+"),
        ("they rejected the deployment", "POL-"),
        ("she opposes a withdrawal of the force", "POL+"),
        ("he demanded the withdrawal of the troops", "POL-"),
        ("he did not oppose the mission", "POL+"),
        ("they refused to withdraw their soldiers", "POL+"),
        ("she warned against sending soldiers", "POL-"),
    ],
)
def test_operator_act_and_negation_compose(sentence: str, side: str) -> None:
    found = tokens(sentence)
    assert side in found
    assert ("POL-" if side == "POL+" else "POL+") not in found


def test_without_an_operator_the_act_alone_is_told() -> None:
    assert {"BARE-", "T_STEP>LEAVE.b"} <= tokens("the last of them leave on friday")


def test_modality_is_told_with_the_side() -> None:
    assert "POL+_COND" in tokens("he would approve a mission only if the council agrees")


def test_a_judgement_near_the_force_is_told_with_its_sign() -> None:
    assert "WORTH-+" in tokens("the strikes were a mistake")
    assert "WORTH++" in tokens("the mission was a success")
    assert "WORTH-+" in tokens("the mission was no success")


def test_no_frame_reaches_over_the_border_of_a_clause() -> None:
    sentence = "they rejected talks ; troops arrived"
    assert "OP_REJECT" in tokens(sentence)
    assert "OP_REJECT" not in tokens(sentence, borders=(3,))


def test_a_sentence_without_a_force_has_no_frame() -> None:
    assert compose(shipped().find(["they", "rejected", "it"]), 3) == []


def test_outcomes_say_from_which_words_they_come() -> None:
    words = ["on", "monday", "they", "rejected", "the", "deployment", "again"]
    outcomes = compose(shipped().find(words), len(words))
    assert ("POL-", 3, 6) in {(o.token, o.first, o.last) for o in outcomes}
