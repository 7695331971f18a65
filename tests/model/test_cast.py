"""Who is who: introductions, short names, pronouns, borrowed descriptions."""

import pytest

from model.cast import key
from model.descriptions import describe
from model.sources import Sources
from tests.builders import read


def figure_of(sources: Sources, sentence: int, text: str) -> str:
    found = next(p for p in sources.phrases[sentence] if p.text == text)
    return sources.cast.figures[sources.cast.of[key(found)]].name


@pytest.mark.parametrize(
    ("text", "short", "name"),
    [
        (
            "The Coastal Relief Group said no. The CRG said yes.",
            "the CRG",
            "the Coastal Relief Group",
        ),
        ("The Moroni Post said no. The Post said yes.", "the Post", "the Moroni Post"),
        ("Mwali rebels said no. The Mwalis said yes.", "the Mwalis", "Mwali rebels"),
    ],
)
def test_a_short_name_gives_the_full_one(text, short, name):
    assert figure_of(read(text), 1, short) == name


def test_an_officer_told_of_first_gets_his_name_behind_other_speakers():
    text = """
    The top Danish commander in Mali said he could stay. Minister Omar Keita said no.
    General Ole Brandt said it again.
    """

    assert figure_of(read(text), 0, "the top Danish commander in Mali") == "Ole Brandt"


def test_a_president_told_of_first_may_get_a_name_without_any_office():
    text = "Denmark's president said no. Ole Brandt said today that it was a mistake."

    assert figure_of(read(text), 0, "Denmark's president") == "Ole Brandt"


def test_he_is_the_subject_of_the_sentence_before_rather_than_the_last_speaker():
    sources = read("Omar Keita said no. Ole Brandt went to Lima. He said yes.")
    keita = sources.cast.of[key(sources.phrases[0][0])]

    found = sources.cast.pronoun("he", [keita], 2)

    assert found is not None
    assert sources.cast.figures[found].name == "Ole Brandt"


def test_a_city_based_group_is_the_body_that_spoke_last():
    sources = read("The Coastal Panel said no. The Lima-based group said yes.")
    panel = sources.cast.of[key(sources.phrases[0][0])]
    group = next(p for p in sources.phrases[1] if p.head == "group")

    assert sources.cast.description(group, [panel]) == panel


def test_an_agencys_spokeswoman_is_described_by_the_agency():
    sources = read(
        "The United Nations refugee agency said no. The agency's spokeswoman Ruth Low said yes."
    )
    low = next(n for n, f in enumerate(sources.cast.figures) if f.name == "Ruth Low")

    assert "roles=IGO" in describe(sources, low, [], [])["marks"].tokens


def test_an_official_of_no_state_is_the_publishers_where_that_is_a_government():
    text = "Minister Ole Brandt said no."
    marks = [
        describe(read(text, host="MLI", publisher=publisher), 0, [], [])["marks"].tokens
        for publisher in ("Danish Foreign Ministry", "The Herald")
    ]

    assert "roles=FOREIGN" in marks[0]
    assert "roles=FOREIGN" not in marks[1]
