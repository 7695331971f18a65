"""Names of states and organisations, masked by what they stand for."""

from labels.actors import ActorRegister
from model.roles import Roles


def roles(text: str, host: str | None = None) -> Roles:
    return Roles(ActorRegister.shipped().find(text), host)


def masked(text: str, words: str, host: str | None = None) -> list[str]:
    return roles(text, host).masked(words.split())


def test_the_host_is_told_from_other_states():
    assert masked("Mali asked Denmark.", "mali and denmark", "MLI") == [
        "HOST.NAME", "and", "FOREIGN.NAME",
    ]  # fmt: skip


def test_a_possessive_is_masked_as_its_name():
    assert masked("Denmark waits.", "denmark's army") == ["FOREIGN.NAME", "army"]


def test_the_longest_name_wins():
    text = "The United Nations and the United Nations Security Council met."

    assert masked(text, "the united nations security council of the united nations") == [
        "the", "IGO", "of", "the", "IGO",
    ]  # fmt: skip


def test_the_beginning_of_a_name_is_no_name():
    assert masked("The United Nations met.", "united they stand") == ["united", "they", "stand"]


def test_adjectives_and_armed_groups_need_no_mention():
    assert masked("It rained.", "danish fighters met hezbollah") == [
        "FOREIGN.ADJECTIVE", "fighters", "met", "GROUP",
    ]  # fmt: skip


def test_a_name_of_more_words_than_are_looked_up_is_left_as_it_stands():
    words = "economic community of west african states"

    assert tuple(words.split()) in roles("The Economic Community of West African States met.")
    assert "IGO" not in masked("The Economic Community of West African States met.", words)
