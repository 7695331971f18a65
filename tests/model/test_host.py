"""The state in conflict is found from what a text says of places and guests."""

import pytest

from labels.actors import ActorRegister
from labels.labelled_set import shipped
from model.analysis import analyse
from model.host import find_host
from tests.builders import article


def host(text: str, title: str = "") -> str | None:
    register = ActorRegister.shipped()
    return find_host(title, register.find(title), text, register.find(text), register.places)


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "",
            "French and Kenyan troops landed in Chad. France said they would stay in Chad.",
            "TCD",
        ),
        ("", "The Yemeni government asked Saudi officials for help. Saudi jets are ready.", "YEM"),
        ("War in Libya: Ankara waits", "Turkey is ready, Ankara said.", "LBY"),
        ("", "AMISOM asked for money. AMISOM has none.", "SOM"),
        ("", "Houthi fighters met a Saudi column.", "YEM"),
        ("", "Rain fell on the hills.", None),
        ("", "", None),
    ],
)
def test_the_place_of_the_conflict_outweighs_its_guests(title, text, expected):
    assert host(text, title) == expected


def test_a_caller_who_knows_the_host_is_believed():
    assert analyse(article("French troops are in Chad.", host="SDN")).host == "SDN"


@pytest.mark.slow
def test_the_host_is_found_in_six_of_seven_labelled_documents():
    documents = [coded.document for coded in shipped().documents]
    right = sum(host(d.text, d.title or "") == d.host for d in documents)

    assert right / len(documents) >= 0.86
