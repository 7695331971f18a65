"""Which marks of a source its descriptions leave."""

from model.source_marks import aimed, current, marks, media_in


def test_a_state_beside_an_office_is_whose_office_it_is():
    found = marks([["a", "FOREIGN.ADJECTIVE", "army", "spokesman"]])

    assert {"FOREIGN+ARMY", "FOREIGN+SPOKESMAN", "first=FOREIGN", "roles=FOREIGN"} <= set(found)


def test_an_envoy_to_a_state_is_none_of_its_officials():
    words = aimed(["the", "FOREIGN.ADJECTIVE", "envoy", "for", "HOST.NAME"])

    assert words[-1] == "TO.HOST.NAME"
    assert "HOST+OFFICE" not in marks([words])
    assert "to=HOST" in marks([words])


def test_a_spokesman_for_an_army_is_the_armys():
    words = aimed(["a", "spokesman", "for", "the", "FOREIGN.ADJECTIVE", "army"])

    assert "FOREIGN+ARMY" in marks([words])


def test_an_official_whose_state_nobody_names_is_nobodys():
    assert "NOBODY'S+OFFICE" in marks([["the", "minister"]])


def test_a_former_office_is_dropped_beside_a_present_one():
    former, present = ("president", ["former", "president"]), ("envoy", ["IGO", "envoy"])

    assert current([present, former]) == [present]
    assert current([former]) == [former]
    assert "once-official" in marks([former[1]])


def test_newspapers_are_told_from_the_states_own():
    assert media_in(("the", "newspaper")) == "MEDIA"
    assert media_in(("state", "television")) == "MEDIA.STATE"
    assert media_in(("the", "ministry")) == ""
