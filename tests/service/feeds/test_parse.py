"""Feeds of every kind become entries; what is new is decided by their keys."""

import json

import pytest
from hypothesis import given, strategies as st

from service.feeds import opml
from service.feeds.decide import new_entries, next_attempt, next_poll, wants_article
from service.feeds.parse import Entry, NotAFeed, paragraphs, parse
from tests.site import atom, rss
from tests.times import T0, after

URL = "https://n.example/feed"


def test_rss_atom_and_json_feed_say_the_same():
    item = ("https://n.example/1", "A &amp; B", "<p>One.</p><p>Two.</p>")
    as_json = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News",
        "items": [
            {
                "id": "https://n.example/1",
                "url": "/1",
                "title": "A &amp; B",
                "content_html": item[2],
                "date_published": "2026-03-02T08:00:00Z",
            }
        ],
    }

    read = [
        parse(rss("News", item).encode(), url=URL, content_type="application/rss+xml"),
        parse(atom("News", item).encode(), url=URL),
        parse(json.dumps(as_json).encode(), url=URL),
    ]

    for feed in read:
        assert feed.title == "News"
        [entry] = feed.entries
        assert entry.published is not None
        assert entry.published[:16] == "2026-03-02T08:00"
        assert (entry.key, entry.url) == ("https://n.example/1", "https://n.example/1")
        assert (entry.title, entry.text) == ("A & B", "One.\n\nTwo.")


def test_an_entry_without_id_is_known_by_its_words():
    body = {
        "version": "https://jsonfeed.org/version/1",
        "items": [
            {"content_text": "Only < words.\n\nTwo."},
            {"id": 7, "summary": "x\0", "url": "javascript:alert(1)"},
            {},
            3,
        ],
    }

    first, second = parse(json.dumps(body).encode(), url=URL).entries

    assert len(first.key) == 64
    assert first.text == "Only < words.\n\nTwo."
    assert (second.key, second.url, second.text) == ("7", None, "x\ufffd")
    assert Entry.from_json(first.to_json()) == first


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>Not found</body></html>", b"{", b'{"a": 1}', b"\x00\xff", b"/etc/passwd"],
)
def test_what_is_no_feed_is_told(body: bytes):
    with pytest.raises(NotAFeed, match="not a feed"):
        parse(body, url=URL)


def test_a_feed_cut_off_in_the_middle_gives_what_it_has():
    whole = rss("News", ("https://n.example/1", "One", "Text."), ("https://n.example/2", "T", "x"))

    feed = parse(whole[: whole.index("<title>T")].encode(), url=URL)

    assert feed.entries[0].title == "One"


@given(st.text())
def test_any_fragment_becomes_stripped_paragraphs(body: str):
    text = paragraphs(body)

    assert text == text.strip()
    assert "\n\n\n" not in text
    text.encode()


def entry(key: str, text: str = "", url: str | None = None) -> Entry:
    return Entry(key, url, None, None, text)


def test_only_entries_that_were_not_seen_are_new_and_each_once():
    listed = [entry("a"), entry("b"), entry("a"), entry("c")]

    assert [e.key for e in new_entries(listed, {"b"})] == ["a", "c"]


def test_failures_double_the_wait_up_to_a_day_and_servers_are_heeded():
    def wait(failures: int, **more: float) -> float:
        turn = next_poll(T0, interval_s=900, failures=failures, **more)
        return (turn - T0).total_seconds()

    assert wait(0) == 900
    assert wait(1) == 1_800
    assert wait(3) == 7_200
    assert wait(99) == 86_400
    assert wait(1, retry_after_s=7_000) == 7_000
    assert wait(1, retry_after_s=1e9) == 86_400
    assert 855 <= wait(0, spread=0) < wait(0, spread=1) <= 945


def test_a_week_long_interval_is_not_cut_to_a_day():
    assert next_poll(T0, interval_s=7 * 86_400, failures=0) == after(days=7)


def test_articles_are_tried_again_after_longer_and_longer_waits():
    waits = [next_attempt(T0, attempts=n) for n in (1, 2, 3)]

    assert waits == [after(minutes=1), after(minutes=4), after(minutes=16)]


def test_only_a_summary_with_a_url_wants_its_article():
    assert wants_article(entry("a", "short", "https://n.example/a"))
    assert not wants_article(entry("a", "short"))
    assert not wants_article(entry("a", "long " * 200, "https://n.example/a"))


def test_a_list_of_feeds_is_read_as_it_was_written():
    feeds = [
        {"url": "https://n.example/a?b=1&c=2", "title": "A <b>", "publisher": None},
        {"url": "https://n.example/x", "title": None, "publisher": None},
    ]

    read = opml.read(opml.write(feeds))

    assert read == [
        {"url": "https://n.example/a?b=1&c=2", "title": "A <b>"},
        {"url": "https://n.example/x", "title": "https://n.example/x"},
    ]


@pytest.mark.parametrize(
    "data", [b"", b"<opml>", b"<rss/>", b'<!DOCTYPE x [<!ENTITY a "b">]><opml/>', b"\x00"]
)
def test_what_is_no_opml_is_refused(data: bytes):
    with pytest.raises(opml.NotOpml, match="not OPML"):
        opml.read(data)
