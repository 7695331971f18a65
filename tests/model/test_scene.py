"""Lines of a document: mentions as tokens, forces with their owners, enumerations."""

import pytest
from hypothesis import given, strategies as st

from labels.document import Document
from model.analysis import MAX_WORDS, analyse
from model.scene import Scene, scene
from tests.builders import article


def read(text: str, **fields: str) -> Scene:
    return scene(analyse(article(text, **{"host": "SOM", **fields})))


def owners(text: str) -> dict[str, str]:
    (line,) = read(text).lines
    return {line.tokens[force.at]: force.owner for force in line.forces if force.owner}


def test_a_word_is_cut_around_its_mention():
    (line,) = read("An anti-American, US-led force left Somalia's south.").lines

    assert line.tokens[:7] == ("an", "anti-", "american", ",", "us", "-", "led")
    assert line.outside == {"USA": (2, 4)}
    assert [id for id in line.ids if id] == ["USA", "USA", "SOM"]


def test_forces_belong_to_whoever_stands_before_or_after_them():
    assert owners("Kenyan combat troops landed.")["troops"] == "KEN"
    assert owners("Soldiers from Kenya landed.")["soldiers"] == "KEN"
    assert owners("Somali soldiers fled.")["soldiers"] == "home"
    assert owners("Government soldiers fled.")["soldiers"] == "home"
    assert owners("They praised the strikes.")["strikes"] == "def"
    assert owners("They praised its strikes.")["strikes"] == "poss"
    assert owners("They feared strikes.")["strikes"] == "bare"
    assert owners("Foreign troops landed.")["foreign troops"] == "UNSPECIFIED"
    assert owners("Kenya said that soldiers landed.")["soldiers"] == "bare"
    assert owners("A force, led by Kenya, landed.")["force"] == "bare"


def test_an_enumeration_shares_its_forces():
    (line,) = read("Kenya, Uganda and Burundi sent men, and Chad talked of soldiers.").lines
    (troops,) = read("Troops from Kenya and Uganda landed.").lines

    assert line.listed_with(line.outside["KEN"][0]) == [0, 2, 4]
    assert line.listed_with(line.outside["TCD"][0]) == list(line.outside["TCD"])
    assert [force.name for force in troops.owned_by("UGA")] == ["TROOPS"]


def test_the_host_is_never_an_outside_actor():
    one = read("Somalia asked Kenya. Mogadishu waits.", title="Kenya and Somalia talk to Uganda")

    assert set(one.where) == {"KEN"}
    assert one.headline == ("KEN", "UGA")


def test_where_an_article_was_written_is_no_actor():
    (line,) = read("NAIROBI, Kenya - Uganda sent soldiers to Kenya's border.").lines

    assert set(line.outside) == {"UGA", "KEN"}
    assert len(line.outside["KEN"]) == 1


@pytest.mark.parametrize(
    "dateline",
    ["BEIRUT, Lebanon - ", "DAR es SALAAM, Tanzania - ", "UNITED NATIONS (Agency) \u2014 "],
)
def test_a_dateline_holds_no_actor(dateline):
    (line,) = read(dateline + "Uganda sent soldiers.").lines

    assert set(line.outside) == {"UGA"}


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("NATO and Kenya sent 40 men to Uganda \u2014 at last.", {"NATO", "KEN", "UGA"}),
        ("ECOWAS - the West African bloc - sent troops.", {"ECOWAS"}),
        ("UNITED STATES troops left Kenya \u2013 Uganda said so.", {"USA", "KEN", "UGA"}),
        ("It rained. KAMPALA, Uganda - Kenya sent soldiers.", {"UGA", "KEN"}),
    ],
)
def test_other_dashes_make_no_dateline(text, actors):
    assert set(read(text).where) >= actors


def test_the_nearest_naming_is_the_last_before_or_the_first_after():
    one = read("Kenya talks. It rains. Kenya waits. It rains. Uganda acts.")

    assert one.nearest("KEN", 1) == one.lines[0].mentions["KEN"]
    assert one.nearest("KEN", 3) == one.lines[2].mentions["KEN"]
    assert one.nearest("UGA", 1) == one.lines[4].mentions["UGA"]
    assert one.nearest("TCD", 1) is None


def test_the_tail_of_an_endless_sentence_is_not_read():
    (line,) = read("a " * 2 * MAX_WORDS + "Kenya").lines

    assert line.outside == {}
    assert len(line.tokens) == MAX_WORDS


WORDS = st.sampled_from(
    ["Kenya", "U.S.", "-led", "anti-", "troops", " ", ", ", ". ", "and", "’s", "é", "\n\n"]
)


@given(st.lists(WORDS, min_size=1).map("".join).filter(str.strip))
def test_tokens_stand_where_they_say(text):
    one = scene(analyse(Document("a", text, host="SOM")))

    for line in one.lines:
        assert len(line.tokens) == len(line.ids) == len(line.spans)
        last = 0
        for token, (start, end) in zip(line.tokens, line.spans, strict=True):
            assert last <= start < end
            assert text[start:end].lower().replace("’", "'") == token.replace("’", "'")
            last = end
