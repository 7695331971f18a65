"""Which states are named around a source."""

from model.surroundings import states_around, states_of
from tests.builders import read


def around(text: str, name: str) -> set[str]:
    sources = read(text, host="MLI")
    (figure,) = (figure for figure in sources.cast.figures if figure.name == name)
    return set(states_around(sources.analysis, figure.first))


def test_the_nearest_names_before_and_behind_a_source_are_told_by_role():
    text = "Mali waits. Denmark and the United Nations, Ruth Low said, must help Mali."

    assert around(text, "Ruth Low") == {"before=IGO", "behind=HOST", "earlier=HOST"}


def test_where_nothing_is_named_a_place_is_empty():
    assert around("Ruth Low said it rained.", "Ruth Low") == {"before=-", "behind=-", "earlier=-"}
    assert read("Ruth Low said it rained.", host="MLI").states == ("opening=-",)


def test_title_opening_and_counts_tell_whose_affairs_a_text_is_about():
    text = "Ruth Low said no. Denmark pays. Denmark waits. Denmark leaves Mali."

    told = states_of(read(text, title="Danes to leave Mali", host="MLI").analysis)

    assert set(told) == {
        "title=FOREIGN", "title=HOST", "opening=FOREIGN", "most=FOREIGN", "host=1", "foreign=1",
    }  # fmt: skip


def test_whom_the_headline_alone_names_stands_before_the_text():
    sources = read("Mali must act.", title="Statement by Ruth Low on Mali", host="MLI")

    assert sources.cast.figures[0].first is None
    assert "behind=HOST" in set(states_around(sources.analysis, None))
