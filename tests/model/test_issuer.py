"""Whose a press release, a statement or a speech is."""

import pytest

from model.issuer import first_person
from tests.builders import read


def issuer(text: str, **fields: str) -> str | None:
    sources = read(text, **fields)
    (voice,) = set(sources.voices)
    return None if voice is None else sources.cast.figures[voice].name


RELEASE = """
Shadow minister Ruth Nabukeera today criticised the cabinet for its silence on Comoros.

"It is a disgrace," Ms Nabukeera said. The cabinet must act at once.
"""


@pytest.mark.parametrize(
    "title", ["Cabinet must act on Comoros: Nabukeera", "Nabukeera: silence on Comoros a disgrace"]
)
def test_a_headline_that_quotes_the_only_speaker_makes_the_text_his(title):
    assert issuer(RELEASE, title=title) == "Ruth Nabukeera"


def test_a_headline_that_quotes_one_of_several_speakers_makes_no_release():
    text = RELEASE + '\n\n"That is untrue," minister Ole Brandt said.'

    assert issuer(text, title="Cabinet must act on Comoros: Nabukeera") is None


def test_a_pronoun_in_a_headline_names_no_issuer():
    assert issuer("It rained.", title="Statement by he who rules on the crisis") is None


def test_an_archive_of_releases_names_the_issuer_as_publisher():
    text = "The cabinet must act at once. Comoros needs soldiers."

    assert issuer(text, publisher="press release: Senator Ruth Nabukeera (Green Party)") == (
        "Ruth Nabukeera"
    )
    assert issuer(text, publisher="The Moroni Herald") is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Statement by President Ruth Nabukeera on Comoros", "Ruth Nabukeera"),
        ("Statement by the prime minister on Comoros", "the prime minister"),
        ("Final communique of the Arab League on Comoros", "the Arab League"),
    ],
)
def test_a_headline_says_whose_statement_a_text_is(title, name):
    assert issuer("I am deeply concerned. Both sides must stop.", title=title) == name


def test_a_statement_in_the_first_person_is_its_only_speakers():
    text = """
    President Ruth Nabukeera said the following today.

    I welcome the courage of the voters. We have opened our border. Force is the last resort.
    """

    assert issuer(text, title="Remarks on Comoros") == "Ruth Nabukeera"
    assert issuer(text, title="Voters queue in Moroni") is None


@pytest.mark.parametrize(
    ("opening", "named"),
    [
        ("The Minister of Defence, Ruth Nabukeera, today issued this statement.", "Ruth Nabukeera"),
        ("The Minister of Health, Ruth Nabukeera, was there.", "the Minister of Defence"),
        ("A deputy, Ruth Nabukeera, said that she was late.", "the Minister of Defence"),
    ],
)
def test_an_office_that_issues_a_text_is_the_person_whom_the_text_says_to_hold_it(opening, named):
    text = f"{opening} We will send no soldiers. Our position has not changed."

    assert issuer(text, title="Statement by the Minister of Defence on Comoros") == named


@pytest.mark.parametrize(
    ("sentence", "is_said"),
    [
        ("They asked us.", True),
        ("In April I asked.", True),
        ("I'm ashamed.", True),
        ("As Prime Minister I have asked.", True),
        ("In Canada I met him.", True),
        ("US troops left.", False),
        ("Commission I on defence met.", False),
        ("Not since World War I has it rained.", False),
        ('"I am ashamed," he said.', False),
    ],
)
def test_a_sentence_says_i_or_we_outside_quotations(sentence, is_said):
    assert first_person(read(sentence).tokens[0]) == is_said


def principal(text: str, **fields: str) -> str | None:
    sources = read(text, **fields)
    return None if sources.principal is None else sources.cast.figures[sources.principal].name


def test_who_alone_is_given_the_word_may_say_i_outside_quotations():
    assert principal(RELEASE) is None
    assert principal(RELEASE + "\n\nI have written to the minister.") == "Ruth Nabukeera"
    assert principal(RELEASE + "\n\nWe've written to the minister.") == "Ruth Nabukeera"
    assert principal(RELEASE + "\n\nOur reporter saw World War I graves.") is None
    assert principal(RELEASE.replace("It is a disgrace", "I am ashamed")) is None


def test_a_party_that_opens_a_text_may_say_we():
    text = "The Green Party welcomes the truce on Comoros. We ask for soldiers who keep it."

    assert principal(text) == "the Green Party"


def test_where_two_people_are_given_the_word_neither_says_i():
    text = RELEASE + '\n\n"That is untrue," minister Ole Brandt said. I have my doubts.'

    assert principal(text) is None


def test_a_text_whose_issuer_is_told_has_no_principal():
    text = RELEASE + "\n\nI have written to the minister."

    assert principal(text, title="Cabinet must act on Comoros: Nabukeera") is None
    asked = "Minister Ruth Low said no.\n\nQ: Why?\n\nA: We know why.\n\nQ: Who?\n\nA: I ask."
    assert principal(asked) is None
    assert principal(asked.replace("Q: ", "").replace("A: ", "")) == "Ruth Low"
