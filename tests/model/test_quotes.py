"""Quotations: where they stand, and how sentences stand to them."""

import re

from hypothesis import given, strategies as st

from model.quotes import MARK, quotations, quoted_sentences
from model.segment import segment


def spans(text: str) -> list[str]:
    return [text[a:b] for a, b, _ in quotations(text, 0, len(text))]


def quoted(text: str):
    return quoted_sentences(text, segment(text))


def test_plain_curly_and_angular_marks_quote():
    assert spans('He said "go" and “stay” and «wait».') == ['"go"', "“stay”", "«wait»"]


def test_single_marks_quote_where_they_are_no_apostrophes():
    assert spans("The rebels' chief said: 'Don't come.' They didn't.") == ["'Don't come.'"]
    assert spans("‘Go home,’ it’s said.") == ["‘Go home,’"]


def test_a_quotation_that_no_mark_closes_runs_to_the_end_of_its_paragraph():
    text = '"We wait. Nobody comes.'

    assert quotations(text, 0, len(text)) == [(0, len(text), False)]


def test_a_closing_mark_alone_opens_nothing():
    assert spans('they came," she said. He left.') == []
    assert spans("they came,” she said.") == []


def test_a_sentence_knows_that_its_quotation_began_before_it_and_goes_on():
    first, second, third = quoted('"We wait. Nobody comes. Go home," she said.')

    assert (first.open_before, first.open_after, first.share) == (False, True, 1.0)
    assert (second.open_before, second.open_after) == (True, True)
    assert (third.open_before, third.open_after) == (True, False)
    assert 0.3 < third.share < 0.9


def test_a_list_inside_a_quotation_is_quoted_until_the_mark_that_closes_it():
    said = quoted('She said:\n\n"We need three things.\n\nmen;\n\nmoney;\n\nand time."\n\nHe left.')

    assert [round(q.share) for q in said] == [0, 1, 1, 1, 1, 0]


def test_a_quotation_left_open_does_not_reach_over_one_that_opens_anew():
    said = quoted('"We wait.\n\nThe hall was empty.\n\n"We go," she said.')

    assert [round(q.share, 1) for q in said] == [1.0, 0.0, 0.4]


@given(st.text(alphabet="ab .,\n\"'“”‘’«»", max_size=80))
def test_quotations_are_ordered_disjoint_and_inside_their_sentences(text):
    sentences = segment(text)
    for sentence, found in zip(sentences, quoted_sentences(text, sentences), strict=True):
        last = sentence.start
        for start, end in found.spans:
            assert last <= start < end <= sentence.end
            last = end
        assert 0.0 <= found.share <= 1.0


# As one would write it: a double mark, a single one before a word, a single one behind a word.
PLAIN = re.compile(r"[\"“”„«»]|(?<!\w)['‘](?=[\w(\[])|(?<=[\w.,!?;…])['’](?!\w)")


@given(st.text("\"“”„«»'‘’ab1 .,!(\n[é…", max_size=16), st.integers(0, 8))
def test_marks_are_those_of_the_plain_pattern(text: str, start: int):
    found = [match.span() for match in MARK.finditer(text, start)]

    assert found == [match.span() for match in PLAIN.finditer(text, start)]
