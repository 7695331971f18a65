"""One string for each word that a head knows."""

from model.spelled import kept, known


def spelled_anew(word: str) -> str:
    return "".join(list(word))


def test_a_word_that_is_kept_is_one_string():
    ours = kept(spelled_anew("troops"))

    assert known(spelled_anew("troops")) is ours
    assert kept(spelled_anew("troops")) is ours


def test_a_word_of_a_text_is_not_kept():
    first, second = spelled_anew("unheard-of word"), spelled_anew("unheard-of word")

    assert known(first) is first
    assert known(second) is second
