"""The cue lexicon: forms, longest matches, and the shipped file."""

import re
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from model.cues import noun_forms, parse, shipped, verb_forms


def found(sentence: str) -> list[tuple[str, str]]:
    return [(cue.name, cue.form) for cue in shipped().find(sentence.split())]


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("withdraw", {"withdraw", "withdraws", "withdrew", "withdrawn", "withdrawing"}),
        ("oppose", {"oppose", "opposes", "opposed", "opposing"}),
        ("ban", {"ban", "bans", "banned", "banning"}),
        ("occupy", {"occupy", "occupies", "occupied", "occupying"}),
        ("stay", {"stay", "stays", "stayed", "staying"}),
        ("agree", {"agree", "agrees", "agreed", "agreeing"}),
        ("get", {"get", "gets", "got", "gotten", "getting"}),
    ],
)
def test_a_verb_is_found_in_every_form(verb: str, forms: set[str]) -> None:
    assert set(verb_forms(verb)) == forms


def test_nouns_have_their_plural() -> None:
    assert set(noun_forms("embargo")) == {"embargo", "embargoes"}
    assert set(noun_forms("woman")) == {"woman", "women"}


def test_the_longest_phrase_wins_and_every_class_of_a_term_is_told() -> None:
    lexicon = parse(["A\tv\tcall\town", "B\tv\tcall for\town", "C\tn\tcall\town"])
    assert [(c.name, c.first, c.last) for c in lexicon.find(["they", "called", "for", "it"])] == [
        ("B", 1, 3)
    ]
    assert [c.name for c in lexicon.find(["the", "call"])] == ["A", "C"]


def test_to_refuse_and_to_send_are_told_apart_by_class_and_form() -> None:
    assert ("REJECT", "d") in found("the cabinet ruled out a deployment")
    assert ("SEND", "b") in found("to send a battalion")
    assert ("SEND", "d") in found("they sent a battalion")


def test_a_line_that_breaks_the_format_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse(["A\ta\tone\town", "A\tx\ttwo\town"])


def test_every_line_of_the_shipped_file_names_its_source() -> None:
    text = (resources.files("model") / "data" / "cues.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, _, terms, source = line.split("\t")
        assert re.fullmatch("[A-Z]+", name)
        assert source.strip()
        assert all(term == term.strip().lower() and term for term in terms.split(" | ")), line


@given(st.lists(st.sampled_from(["no", "troops", "call", "for", "on", "the", "ruled", "out", ""])))
def test_cues_stand_in_order_inside_the_sentence_and_never_overlap(words: list[str]) -> None:
    places = sorted({(cue.first, cue.last) for cue in shipped().find(words)})
    assert all(0 <= first < last <= len(words) for first, last in places)
    assert all(a[1] <= b[0] for a, b in pairwise(places))
