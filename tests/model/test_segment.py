"""Segmentation: sentences of news prose, paragraphs, and hostile text."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from model.abbreviations import Kind, kind_of
from model.segment import paragraphs, segment
from tests.model.segment_cases import CASES, cut


def pieces(text: str) -> list[str]:
    return [text[s.start : s.end] for s in segment(text)]


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_a_tricky_paragraph_is_cut_where_a_reader_cuts_it(case):
    text, sentences = cut(case)

    assert pieces(text) == sentences


def test_coded_articles_are_cut_as_their_coders_cut_them(small_set):
    wanted = found = right = 0
    for coded in small_set.documents:
        gold = {(s.start, s.end) for s in coded.sentences}
        said = {(s.start, s.end) for s in segment(coded.document.text)}
        wanted, found, right = wanted + len(gold), found + len(said), right + len(gold & said)

    assert 2 * right / (wanted + found) > 0.99


def test_a_blank_line_ends_a_paragraph_and_numbers_the_next():
    text = "One line. Two.\n\nThree\n \t\nFour"

    assert [s.paragraph for s in segment(text)] == [0, 0, 1, 2]


def test_a_line_a_paragraph_is_seen_where_lines_end_sentences():
    text = 'The talks failed.\n"We go," he said.\nA witness wrote:\nThey went.'

    assert [s.paragraph for s in segment(text)] == [0, 1, 2, 3]


def test_lines_wrapped_at_a_width_are_one_paragraph_until_a_short_line_ends_it():
    text = (
        "The council met on Friday to decide whether the force should\n"
        "stay in the country beyond the end of the year, and put\n"
        "the vote off.\n"
        "The envoys of the three guarantor states left at once and in\n"
        "silence, although the chair had asked them to stay\n"
        "- item one\n"
        "- item two"
    )

    assert [s.paragraph for s in segment(text)] == [0, 1, 2, 3]
    assert text[slice(*paragraphs(text)[0])].endswith("off.")


def test_headings_and_list_items_without_a_full_stop_stand_alone():
    text = "DEMANDS\n\n1. Send troops. Now.\n\n2. Pay them\n\n(a) in full"

    assert pieces(text) == ["DEMANDS", "1. Send troops.", "Now.", "2. Pay them", "(a) in full"]


def test_windows_and_unicode_line_breaks_count_as_line_breaks():
    text = "One\r\n\r\nTwo.\u2029Three.\x0cFour."

    assert [s.paragraph for s in segment(text)] == [0, 1, 2, 3]


def test_scripts_without_spaces_or_capitals_are_cut_at_their_stops():
    assert pieces("他们来了。没有人说话！") == ["他们来了。", "没有人说话！"]
    assert pieces("متى يصلون؟ لا أحد يعلم.") == ["متى يصلون؟", "لا أحد يعلم."]


@pytest.mark.parametrize("text", ["", " \n\t ", "\n" * 50, "\u2029"])
def test_nothing_visible_makes_no_sentence(text):
    assert segment(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "word " * 200_000,
        "x" * 1_000_000,
        '"' * 1_000_000,
        "." * 1_000_000,
        '."' * 500_000,
        ". " * 500_000,
        "A. " * 333_000,
        " \n" * 500_000,
        "\n" + " " * 1_000_000 + "x",
        "a.\n" * 333_000,
        "?\" Aa Bb " * 100_000,
        "\u201c" * 500_000 + ". \u201c" * 100_000,
    ],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_a_million_hostile_characters_take_linear_time(text):
    began = time.perf_counter()
    sentences = segment(text)
    took = time.perf_counter() - began

    assert took < 40.0  # quadratic time would be hours
    assert all(a.end <= b.start for a, b in pairwise(sentences))


PROSE = st.lists(
    st.sampled_from(
        ["The", "army", "U.S.", "Gen.", "5", "p.m.", ".", "...", "?", "!", '"', "”", "“", "'", ")",
         "(", "[...]", "No.", "al-X", " ", " ", " ", "\n", "\n\n", "\t", "\r\n", "…", "。", "-", "é"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@given(st.one_of(PROSE, st.text(max_size=200)))
def test_sentences_are_ordered_disjoint_stripped_and_cover_all_that_is_visible(text):
    sentences = segment(text)

    last = 0
    for sentence in sentences:
        assert last <= sentence.start < sentence.end
        piece = text[sentence.start : sentence.end]
        assert piece == piece.strip()
        assert not text[last : sentence.start].strip()
        last = sentence.end
    assert not text[last:].strip()
    numbers = [s.paragraph for s in sentences]
    assert numbers == sorted(numbers)


def test_a_word_that_is_no_abbreviation_has_no_kind():
    assert kind_of("army") is None
    assert kind_of("Gen") is Kind.TITLE
    assert kind_of("U.S") is Kind.EITHER
