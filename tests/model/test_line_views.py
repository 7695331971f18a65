"""What a head reads to say whether a line talks of an intervention at all."""

from hypothesis import given, strategies as st

from model.actor_views import named_rows, told
from model.analysis import analyse
from model.line_views import STEPS, line_rows, masked, steps
from model.reading import read
from model.rows import Row
from model.scene import scene
from model.stems import stem
from tests.builders import article


def lines(text: str) -> list[Row]:
    analysis = analyse(article(text, host="SOM"))
    one = scene(analysis)
    named = {(at, actor): 0.8 for at, actor, _ in named_rows(one, told(one))}
    return [row for _, row in line_rows(one, named, read(analysis))]


def test_mentions_are_hidden_behind_their_sorts():
    one = scene(
        analyse(
            article("Kenyan jets, AMISOM and foreign troops left Kismayo for NATO.", host="SOM")
        )
    )

    assert masked(one.lines[0], "SOM") == [
        "Oa", "jets", ",", "MISSION", "and", "U", "foreign_troops", "left", "Hterritory", "for",
        "Oo", ".",
    ]  # fmt: skip


def test_the_same_line_about_another_state_looks_the_same():
    assert lines("Kenya sent troops. It rained.") == lines("Chad sent troops. It rained.")


def test_a_line_reads_the_words_beside_it():
    first, second, third = lines("Kenya sent troops. It rained. Tanks rolled.")

    assert first["before"].tokens == ()
    assert "rain" in first["after"].tokens
    assert "troop" in second["before"].tokens
    assert "tank" in second["after"].tokens
    assert third["after"].tokens == ()


def test_a_line_knows_how_sure_the_first_head_is_here_and_around():
    first, second = lines("Kenya sent troops. It rained.")

    assert {"here>0.7", "document>0.3", "before=none"} <= set(first["shape"].tokens)
    assert {"before>0.7", "after=none"} <= set(second["shape"].tokens)
    assert "here>0.05" not in second["shape"].tokens


def test_the_sequence_keeps_the_order_of_roles_and_deeds():
    (line,) = lines("Kenya sent troops to Somalia.")

    assert line["sequence"].tokens == ("O", "GO", "TROOPS", "H")


def test_endings_are_cut_where_enough_is_left():
    assert [stem(word) for word in ("bombed", "troops", "his", "landing", "ring")] == [
        "bomb", "troop", "his", "land", "ring",
    ]  # fmt: skip


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_value_passes_every_step_of_a_smaller_one(a: float, b: float):
    assert set(steps("x", min(a, b))) <= set(steps("x", max(a, b)))
    assert len(steps("x", a)) <= len(STEPS)
