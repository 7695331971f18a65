"""What feeds bring is kept once, whatever fails or is killed in between."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from model.tagger import Tagger
from service.extract import extract
from service.feeds.address import open_client
from service.feeds.fetch import Fetcher, Politeness
from service.feeds.parse import parse
from service.feeds.poll import Poller
from service.intake import MAX_CHARS
from service.settings import Settings
from service.store import Store, documents, feeds
from service.store.schema import documents as stored, feed_entries
from service.watching import add_all, feed_values, poll_once
from tests.site import Site, page, rss
from tests.times import T0

LONG = " ".join(["The union must send troops to keep the peace, the envoy said."] * 12)


class Desk:
    """A poller whose clock is set by hand."""

    def __init__(self, store: Store, tagger: Tagger, *, allow_private: bool = True) -> None:
        self.store, self.tagger, self.now = store, tagger, T0
        self.allow_private = allow_private

    def add(self, url: str, **fields: str) -> int:
        with self.store.write() as connection:
            values = feed_values(url, Settings(), **fields)  # type: ignore[arg-type]
            return int(feeds.add(connection, values, now=self.now)["id"])

    def round(self) -> int:
        """Poll and read once; return how many entries were new."""

        async def go() -> int:
            async with open_client(allow_private=self.allow_private, timeout_s=5) as client:
                poller = Poller(
                    self.store,
                    lambda: self.tagger,
                    Fetcher(client, Politeness(pause_s=0)),
                    clock=self.clock,
                    chance=lambda: 0.5,
                )
                new = await poller.poll_due()
                while await poller.read_waiting():
                    pass
                return new

        return asyncio.run(go())

    def clock(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def feed(self, number: int) -> feeds.Row:
        with self.store.read() as connection:
            return feeds.find(connection, number)

    def kept(self) -> list[sa.RowMapping]:
        with self.store.read() as connection:
            return [r._mapping for r in connection.execute(sa.select(stored).order_by(stored.c.id))]

    def states(self) -> list[str]:
        with self.store.read() as connection:
            query = sa.select(feed_entries.c.state).order_by(feed_entries.c.id)
            return list(connection.execute(query).scalars())


@pytest.fixture
def desk(store: Store, tagger: Tagger) -> Desk:
    return Desk(store, tagger)


def test_a_long_entry_is_kept_as_it_is_and_a_short_one_is_read_on_its_page(desk: Desk, site: Site):
    site.add("/short", page("Short", "The first paragraph. " * 9, "We oppose any troops. " * 9))
    items = (f"{site.url}/long", "Long", f"<p>{LONG}</p>"), (f"{site.url}/short", "Short", "Cut...")
    desk.add(site.add("/f", rss("Daily", *items)), host="CAF")

    assert desk.round() == 2

    long, short = desk.kept()
    assert (long["text"], long["publisher"], long["host"]) == (LONG, "Daily", "CAF")
    assert "We oppose any troops." in short["text"]
    assert "Sport" not in short["text"]
    assert (short["title"], short["published"][:10]) == ("Short", "2026-03-02")
    assert {long["version"], short["version"]} == {desk.tagger.version}
    assert desk.states() == [feeds.KEPT, feeds.KEPT]
    assert site.seen("/long") == []


def test_an_entry_as_long_as_a_book_is_not_kept_and_says_why(desk: Desk, site: Site):
    book = "We oppose any troops. " * (MAX_CHARS // 20)
    desk.add(site.add("/f", rss("Daily", (f"{site.url}/book", "Book", f"<p>{book}</p>"))))

    desk.round()

    assert desk.kept() == []
    assert desk.states() == [feeds.FAILED]
    with desk.store.read() as connection:
        told = connection.scalar(sa.select(feed_entries.c.error))
    assert told is not None
    assert "one document may have 500,000" in told


def test_a_second_poll_is_conditional_and_brings_only_what_is_new(desk: Desk, site: Site):
    first = (f"{site.url}/1", "One", LONG)
    number = desk.add(site.add("/f", rss("Daily", first), ETag='"1"'))
    desk.round()

    assert desk.round() == 0
    assert len(site.seen("/f")) == 1  # not due yet
    desk.later(hours=1)
    assert desk.round() == 0
    assert site.seen("/f")[1].headers["if-none-match"] == '"1"'
    site.add("/f", rss("Daily", (f"{site.url}/2", "Two", LONG + " More."), first), ETag='"2"')
    desk.later(hours=1)
    assert desk.round() == 1

    assert [d["title"] for d in desk.kept()] == ["One", "Two"]
    assert desk.feed(number)["etag"] == '"2"'


def test_a_feed_that_fails_waits_longer_and_says_why_until_it_works(desk: Desk, site: Site):
    number = desk.add(site.url + "/f")
    desk.round()
    broken = desk.feed(number)
    site.add("/f", "<html>not a feed</html>")
    desk.later(hours=1)
    desk.round()
    worse = desk.feed(number)
    site.add("/f", rss("Daily"))
    desk.later(hours=2)
    desk.round()
    well = desk.feed(number)

    assert (broken["failures"], broken["next_poll_at"]) == (1, T0 + timedelta(minutes=30))
    assert "404" in broken["last_error"]
    assert worse["failures"] == 2
    assert "not a feed" in worse["last_error"]
    assert (well["failures"], well["last_error"], well["title"]) == (0, None, "Daily")
    assert desk.feed(number)["last_success_at"] == desk.now


def test_a_page_that_is_away_is_tried_again_and_its_summary_kept_in_the_end(desk: Desk, site: Site):
    items = (f"{site.url}/1", "One", "A summary."), (f"{site.url}/2", "Two", "")
    desk.add(site.add("/f", rss("Daily", *items)))
    desk.round()

    assert desk.kept() == []
    assert desk.states() == [feeds.WAITING, feeds.WAITING]
    for _ in range(3):
        desk.later(minutes=20)
        desk.round()

    assert [d["text"] for d in desk.kept()] == ["A summary."]
    assert desk.states() == [feeds.KEPT, feeds.FAILED]
    assert len(site.seen("/1")) == 4


def test_the_same_article_in_two_feeds_is_kept_once(desk: Desk, site: Site):
    desk.add(site.add("/f", rss("One", (f"{site.url}/1?utm_source=f", "One", LONG))))
    desk.add(site.add("/g", rss("Two", (f"{site.url}/1?utm_source=g", "One", LONG))))
    desk.add(site.add("/h", rss("Three", (f"{site.url}/1", "One", LONG + " Changed."))))

    assert desk.round() == 3

    assert len(desk.kept()) == 1
    assert sorted(desk.states()) == [feeds.KEPT, feeds.KNOWN, feeds.KNOWN]


def test_a_bug_that_one_feed_or_article_meets_leaves_the_others_alone(
    desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
):
    def poisoned(data: bytes, **where: str) -> Any:
        if b"poison" in data:
            raise ZeroDivisionError("poison")
        return (parse if "content_type" in where else extract)(data, **where)

    monkeypatch.setattr("service.feeds.poll.parse", poisoned)
    monkeypatch.setattr("service.feeds.poll.extract", poisoned)
    bad = desk.add(site.add("/bad", rss("poison")))
    items = (f"{site.url}/1", "One", "A summary."), (f"{site.url}/2", "Two", LONG)
    site.add("/1", page("One", "poison"))
    good = desk.add(site.add("/good", rss("Daily", *items)))

    desk.round()

    assert (desk.feed(bad)["last_error"], desk.feed(good)["failures"]) == (
        "ZeroDivisionError: poison",
        0,
    )
    assert [d["title"] for d in desk.kept()] == ["Two"]
    assert desk.states() == [feeds.WAITING, feeds.KEPT]


def test_feeds_and_pages_at_private_addresses_are_refused(store: Store, tagger: Tagger, site: Site):
    desk = Desk(store, tagger, allow_private=False)
    number = desk.add(site.add("/f", rss("Daily", (f"{site.url}/1", "One", LONG))))

    desk.round()

    assert "not a public address" in desk.feed(number)["last_error"]
    assert site.requests == []


@pytest.mark.parametrize("killed", ["after the feed was written", "after the text was kept"])
def test_nothing_is_lost_when_the_poller_is_killed(
    desk: Desk, site: Site, killed: str, monkeypatch: pytest.MonkeyPatch
):
    desk.add(site.add("/f", rss("Daily", (f"{site.url}/1", "One", LONG)), ETag='"1"'))
    with monkeypatch.context() as patched:
        if killed == "after the feed was written":
            patched.setattr(Poller, "_keep", _killed)
        else:
            patched.setattr(feeds, "entry_done", _killed)
        with pytest.raises(KeyboardInterrupt):
            desk.round()
    assert desk.states() == [feeds.WAITING]

    desk.round()

    assert [d["version"] for d in desk.kept()] == [desk.tagger.version]
    assert desk.states()[0] in {feeds.KEPT, feeds.KNOWN}


def _killed(*args: object, **kwargs: object) -> None:
    raise KeyboardInterrupt


def test_two_pollers_never_fetch_the_same_feed_at_once(desk: Desk, site: Site):
    number = desk.add(site.url + "/f")
    with desk.store.write() as connection:
        until = T0 + timedelta(minutes=1)
        assert feeds.claim(connection, number, now=T0, until=until)
        assert not feeds.claim(connection, number, now=T0, until=until)


def test_feeds_are_added_once_and_removed_without_their_documents(desk: Desk, site: Site):
    number = desk.add(site.add("/f", rss("Daily", (f"{site.url}/1", "One", LONG))))
    desk.round()

    listed = [{"url": site.url + "/f"}, {"url": "gopher://x"}, {"url": site.url + "/g"}]
    assert add_all(desk.store, listed, Settings()) == (1, 2)
    with desk.store.write() as connection:
        feeds.remove(connection, number)
        with pytest.raises(feeds.FeedUnknown):
            feeds.remove(connection, number)

    assert [d["feed_id"] for d in desk.kept()] == [None]


def test_one_round_from_the_command_line(store: Store, site: Site, home: Path):
    settings = Settings(home=home, allow_private=True)
    add_all(store, [{"url": site.add("/f", rss("D", (f"{site.url}/1", "One", LONG)))}], settings)

    assert asyncio.run(poll_once(store, settings)) == 1
    with store.read() as connection:
        assert documents.waiting(connection, limit=1) == []
        assert feeds.next_moment(
            connection, now=T0, at_most=timedelta(seconds=5)
        ) == T0 + timedelta(seconds=5)
