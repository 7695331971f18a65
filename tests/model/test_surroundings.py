"""Which states are named around a source."""

from model.cast import Figure
from model.surroundings import states_around
from tests.builders import read


def around(text: str, name: str, **fields: str) -> set[str]:
    sources = read(text, **fields)
    (figure,) = (figure for figure in sources.cast.figures if figure.name == name)
    return set(states_around(sources, figure))


def test_the_nearest_names_before_and_behind_a_source_are_told_by_role():
    text = "Mali waits. Denmark and the United Nations, Ruth Low said, must help Mali."

    told = around(text, "Ruth Low", host="MLI")

    assert {"before=IGO", "behind=HOST", "earlier=HOST", "opening=HOST"} <= told


def test_where_nothing_is_named_a_place_is_empty():
    told = around("Ruth Low said it rained.", "Ruth Low", host="MLI")

    assert told == {"before=-", "behind=-", "earlier=-", "opening=-"}


def test_title_and_counts_tell_whose_affairs_a_text_is_about():
    text = "Ruth Low said no. Denmark pays. Denmark waits. Denmark leaves Mali."

    told = around(text, "Ruth Low", title="Danes to leave Mali", host="MLI")

    assert {"title=FOREIGN", "title=HOST", "most=FOREIGN", "host=1", "foreign=1"} <= told


def test_whose_name_stands_in_the_headline_alone_is_looked_for_in_the_opening():
    sources = read("Mali must act.", title="Statement by Ruth Low on Mali", host="MLI")

    assert "behind=HOST" in set(states_around(sources, sources.cast.figures[0]))
    assert set(states_around(sources, Figure("person"))) >= {"before=-", "title=HOST"}
