"""What is noticed in a sentence: whose force, which role, which quotation."""

from model.analysis import analyse
from model.reading import DocumentReading, read
from tests.builders import article


def reading_of(text: str, **fields: str) -> DocumentReading:
    return read(analyse(article(text, **fields)))


def test_a_force_belongs_to_the_actor_beside_it() -> None:
    (one,) = reading_of("French troops met rebel soldiers and Malian troops.", host="MLI").sentences
    assert list(one.owners.values()) == ["OUT", "ENEMY", "HOST"]
    assert one.linked
    assert one.touched


def test_the_states_own_army_is_no_intervention() -> None:
    (one,) = reading_of("Malian troops left the town.", host="MLI").sentences
    assert (one.linked, one.touched, one.outcomes) == (False, False, ())


def test_a_force_may_be_told_by_of() -> None:
    (one,) = reading_of("The troops of France left.", host="MLI").sentences
    assert list(one.owners.values()) == ["OUT"]


def test_a_comma_parts_an_actor_from_a_force() -> None:
    (one,) = reading_of("In France, troops paraded.", host="MLI").sentences
    assert list(one.owners.values()) == ["NO"]


def test_the_main_intervener_the_host_and_others_have_their_roles() -> None:
    document = reading_of(
        """
        French troops are in Mali.
        French soldiers left Gao, and Norway sent a note to the Taliban.
        """,
        host="MLI",
    )
    first, second = document.sentences
    assert [m.role for m in first.mentions] == ["INTV", "HOST"]
    assert [m.role for m in second.mentions if m.id in {"FRA", "NOR"}] == ["INTV", "OUT"]
    assert "GROUP" in {m.role for m in second.mentions}
    assert second.subject == "INTV"


def test_a_mission_and_unnamed_foreign_troops_are_roles_of_their_own() -> None:
    (one,) = reading_of("AMISOM and foreign troops fought.", host="SOM").sentences
    assert [m.role for m in one.mentions] == ["MISS", "GEN"]


def test_without_a_given_host_the_most_named_state_is_taken() -> None:
    first, _ = reading_of(
        """
        Mali is at war.
        The capital of Mali is quiet, said France.
        """
    ).sentences
    assert first.mentions[0].role == "HOST"


def test_a_quotation_stays_open_over_sentences() -> None:
    quotes = [
        reading.quote
        for reading in reading_of(
            """
            "We came.
            We stay," he said.
            He left.
            """
        ).sentences
    ]
    assert quotes == ["HAS", "IN", "NO"]


def test_the_headline_gives_its_cue_classes() -> None:
    assert "TROOPS" in reading_of("It rained.", title="France sends troops").headline
