"""Noun phrases that may be sources, and who is who among them."""

import pytest

from model.candidates import relays
from model.cast import Cast
from model.phrases import Phrase
from tests.builders import read


def phrase(text: str, wanted: str) -> Phrase:
    found = [p for p in read(text).phrases[0] if p.text == wanted]
    assert found, [p.text for p in read(text).phrases[0]]
    return found[0]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Ruth Nabukeera said the force should stay.", "Ruth Nabukeera"),
        ("Uganda's defence minister, Ruth Nabukeera, said it should stay.", "Ruth Nabukeera"),
        ("Information Minister Ruth Nabukeera said it should stay.", "Ruth Nabukeera"),
        ("Minister of Information Ruth Nabukeera said it should stay.", "Ruth Nabukeera"),
        ("Uganda's minister of Defence and Veterans, Ruth Low, said it should stay.", "Ruth Low"),
        ("Minister of Trade and Industry Ruth Low said it should stay.", "Ruth Low"),
        ("The minister of Defence and Ruth Low said it should stay.", "Ruth Low"),
        ("The prime minister of Canada and Ruth Low said it should stay.", "Ruth Low"),
        ("The Ministry of Defence and President Ruth Low said it should stay.", "Ruth Low"),
        ("Minister of Water and Sanitation Ruth Low said it should stay.", "Ruth Low"),
        ("Deputy Foreign Minister Ruth Low said it should stay.", "Ruth Low"),
        ("The Chief Cabinet Secretary, Ms Ruth Low, said it should stay.", "Ruth Low"),
        ("The minister of defence and Senator Ruth Low said it should stay.", "Ruth Low"),
        ("Brig. Gen. R. K. Nabukeera said it should stay.", "R K Nabukeera"),
        ("Ruth Nabukeera, a spokeswoman for the army, said it should stay.", "Ruth Nabukeera"),
        ("The Herald's Ruth Nabukeera said it should stay.", "Ruth Nabukeera"),
        ("Colonel Idris al-Barqawi said it should stay.", "Idris al-Barqawi"),
        ("Sheikh Omar Sheikh Barre said it should stay.", "Omar Sheikh Barre"),
        ("Former ambassador to the United Nations Ruth Low said it should stay.", "Ruth Low"),
        ("Ruth Low, envoy for the lakes said it should stay.", "Ruth Low"),
        ("A farmer, Ruth van der Merwe, said it should stay.", "Ruth van der Merwe"),
    ],
)
def test_a_person_is_named_without_title_and_office(sentence, name):
    assert phrase(sentence, name).kind == "person"
    assert "g=SPEECH" in phrase(sentence, name).cues


def test_behind_a_description_a_title_and_a_plain_noun_are_no_name():
    sentence = "A farmer, General Babacar soldiers, said it should stay."

    assert all(p.kind != "person" for p in read(sentence).phrases[0])


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("The Danish foreign ministry said it would send men.", "the Danish foreign ministry"),
        ("Residents of Moroni said the port was shut.", "residents of Moroni"),
        (
            "A spokesman for the Movement for Unity said no.",
            "a spokesman for the Movement for Unity",
        ),
        (
            "The Committee to Defend Reporters reports ten deaths.",
            "the Committee to Defend Reporters",
        ),
        ("The ministry of Trade and Industry said no.", "the ministry of Trade and Industry"),
        ("The minister of Trade and Industry said no.", "the minister of Trade and Industry"),
        ("Danish political and church leaders said no.", "Danish political and church leaders"),
        ("Shopkeepers said prices had doubled.", "shopkeepers"),
    ],
)
def test_bodies_and_groups_are_named_in_full(sentence, text):
    assert phrase(sentence, text).kind != "person"
    assert "g=SPEECH" in phrase(sentence, text).cues


def test_an_inverted_verb_behind_a_quotation_is_a_cue():
    assert "inverted" in phrase('"We go home," said Ruth Nabukeera.', "Ruth Nabukeera").cues


def test_according_to_is_a_cue():
    assert "according" in phrase("Ten died, according to the army.", "the army").cues


def test_a_sentence_with_a_dash_is_no_dateline():
    assert phrase("U.N. envoy Ruth Low said Kenya must act \u2014 now.", "Ruth Low").heard


def test_behind_a_name_i_is_a_pronoun_and_behind_what_is_numbered_a_number():
    assert phrase("In Canada I said that it rained.", "I").kind == "pronoun"
    assert not [p for p in read("World War I ended.").phrases[0] if p.kind == "pronoun"]


def test_a_dateline_is_no_source():
    texts = [p.text for p in read("NAIROBI, Dec. 5 (Agency) - The army left.").phrases[0]]

    assert texts == ["the army"]


def test_who_owns_a_statement_is_a_source_of_its_own():
    owner = phrase("A statement from Burkina's bishops criticised the vote.", "Burkina's bishops")

    assert "owner" in owner.cues
    assert "owner" in phrase("Ankara's request was refused.", "Ankara").cues


def test_the_subject_before_a_relative_clause_keeps_its_verb():
    found = phrase("The lawmaker who asked for a vote said he would wait.", "the lawmaker")

    assert {"relative", "v=say"} <= set(found.cues)


def test_of_two_joined_sources_the_first_has_the_verb():
    found = phrase("Witnesses and officials said ten had died.", "witnesses")

    assert {"conjoined", "v=say"} <= set(found.cues)


def test_the_state_itself_is_never_a_person():
    assert phrase("Saudi Arabia said it would wait.", "Saudi Arabia").kind == "named"


def figures(text: str, **fields: str) -> dict[str, set[str]]:
    cast: Cast = read(text, **fields).cast
    return {figure.name: {p.text for p in figure.phrases} for figure in cast.figures}


def test_a_surname_is_the_person_named_in_full():
    text = "Defence Minister Ruth Nabukeera spoke. Nabukeera said no. Ms. Nabukeera left."

    assert figures(text)["Ruth Nabukeera"] == {"Ruth Nabukeera", "Nabukeera"}


def test_the_full_name_counts_though_it_comes_later():
    text = "Nabukeera said no. General Ruth Nabukeera left."

    assert figures(text)["Ruth Nabukeera"] == {"Nabukeera", "Ruth Nabukeera"}


def test_an_acronym_in_brackets_is_the_body_before_it():
    text = "The Lake Basin Forum (LBF) met. The LBF said no."

    assert figures(text)["the Lake Basin Forum"] == {"the Lake Basin Forum", "LBF", "the LBF"}


def test_a_source_told_before_it_is_named_is_one_with_the_name():
    text = 'A top official said the talks had failed.\n\n"They are over," said adviser Ruth Low.'

    assert figures(text)["Ruth Low"] == {"a top official", "Ruth Low"}


def test_a_statement_by_someone_is_that_ones_from_head_to_foot():
    sources = read("We welcome the vote.", title="Statement by President Ruth Low on the vote")

    (voice,) = sources.voices
    assert voice is not None
    assert sources.cast.figures[voice].name == "Ruth Low"


def test_pronouns_stand_for_the_last_speaker_that_fits():
    text = "Mr. Adama Barro spoke. Ms. Ruth Low spoke. The army spoke."
    cast = read(text).cast
    named = {figure.name: at for at, figure in enumerate(cast.figures)}
    spoken = [named["Adama Barro"], named["Ruth Low"], named["the army"]]

    assert cast.pronoun("he", spoken, 3) == named["Adama Barro"]
    assert cast.pronoun("she", spoken, 3) == named["Ruth Low"]
    assert cast.pronoun("it", spoken, 3) == named["the army"]
    assert cast.pronoun("it", [], 3) == named["the army"]
    assert cast.pronoun("it", [], 9) is None


def test_a_description_stands_for_the_last_speaker_whom_it_fits():
    sources = read("Danish Defence Minister Ruth Low said no. The army left. The minister smiled.")
    spoken = [at for at, f in enumerate(sources.cast.figures) if f.name == "Ruth Low"]
    minister = next(p for p in sources.phrases[2] if p.text == "the minister")

    assert sources.cast.description(minister, spoken) == spoken[0]


def test_the_statement_is_the_last_speakers():
    sources = read("The Danish army issued an order. The statement said no more.")
    spoken = [at for at, f in enumerate(sources.cast.figures) if f.name == "the Danish army"]
    act = next(p for p in sources.phrases[1] if p.text == "the statement")

    assert sources.cast.description(act, spoken) == spoken[0]
    assert sources.cast.figures[sources.cast.description(act, [])].name == "the statement"


@pytest.mark.parametrize(
    ("sentence", "text", "cue"),
    [
        ("The panel is now considering a force.", "the panel", "v=consider"),
        ("Danish lawmakers, though, openly rejected it.", "Danish lawmakers", "g=POSITION"),
        ("Talks will go on, the envoy said on Friday.", "the envoy", "tail-comma"),
        ("According to the Moroni Herald, it failed.", "the Moroni Herald", "according"),
    ],
)
def test_cues_tell_what_a_phrase_does(sentence, text, cue):
    assert cue in phrase(sentence, text).cues


@pytest.mark.parametrize("sentence", ["Speaking in Lima, he left.", "Asked about it, he left."])
def test_a_verb_that_opens_a_sentence_names_nobody(sentence):
    assert all(p.kind == "pronoun" or p.text == "Lima" for p in read(sentence).phrases[0])


def test_a_medium_relays_what_another_source_of_its_sentence_does():
    told = "Paris plans to go, Reuters news agency reported."
    phrases = read(told).phrases[0]
    medium = next(k for k, p in enumerate(phrases) if "media" in p.cues)

    assert relays(phrases, medium)
    assert not relays(read("Reuters news agency reported that rain fell.").phrases[0], 0)
