"""Tokens behind a prefix."""

from model.prefixed import MOST, Prefixed


def test_tokens_get_the_prefix_in_their_order():
    assert Prefixed("n.").all(["troops", "left", "troops"]) == ["n.troops", "n.left", "n.troops"]


def test_a_token_is_made_once():
    carried = Prefixed("c.")

    assert carried.all(["troops"])[0] is carried.all(["troops"])[0]


def test_no_more_than_a_bounded_number_is_kept():
    carried = Prefixed("c.")

    made = carried.all(str(n) for n in range(MOST + 5))

    assert made[-1] == f"c.{MOST + 4}"
    assert len(carried) <= MOST
