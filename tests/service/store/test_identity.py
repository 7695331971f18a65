"""What tells that two documents, or two speakers, are one."""

import pytest
from hypothesis import given, strategies as st

from service.store.identity import content_hash, dated, moment, speaker_key, url_key
from tests.times import T0


@given(st.text(alphabet=" \n\tab.", min_size=1))
def test_the_hash_of_a_text_does_not_hang_on_white_space(text: str):
    assert content_hash(text) == content_hash(f"\n{text}  ".replace(" ", "\n "))


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://n.example/a?b=1&utm_medium=x#y", "n.example/a?b=1"),
        ("http://N.example:8080/", "n.example:8080"),
        ("https://n.example:443/a/", "n.example/a"),
        ("mailto:x@n.example", None),
        ("http://[broken", None),
        ("", None),
        (None, None),
    ],
)
def test_urls_are_compared_without_what_does_not_name_the_article(url, key):
    assert url_key(url) == key


def test_a_document_is_dated_by_its_publication_unless_that_cannot_be():
    assert dated("2026-02-01T01:00:00+02:00", received=T0) == moment("2026-01-31T23:00")
    assert dated("last week", received=T0) == T0
    assert dated("2031-01-01", received=T0) == T0
    assert dated(None, received=T0) == T0
    assert moment("0001-01-01T00:00:00+23:59") is None


def test_a_name_is_folded_for_comparison():
    assert speaker_key("The  Foreign\nMinistry") == "foreign ministry"
    assert speaker_key(None) is None
