"""Fetching is polite and limited, and reaches public addresses only."""

import asyncio
import contextlib
import gzip
import time

import pytest

from service.feeds.address import AddressRefused, is_public, open_client
from service.feeds.fetch import Fetched, Fetcher, FetchFailed, Politeness, retry_after, web_host
from tests.site import Site


def get(
    url: str, *, allow_private: bool = True, etag: str | None = None, **limits: float
) -> Fetched:
    async def go() -> Fetched:
        async with open_client(allow_private=allow_private, timeout_s=5) as client:
            fetcher = Fetcher(client, Politeness(pause_s=0), **limits)  # type: ignore[arg-type]
            return await fetcher.get(url, etag=etag)

    return asyncio.run(go())


def test_an_answer_comes_with_what_makes_the_next_request_conditional(site: Site):
    url = site.add("/f", "hello", ETag='"1"', Last_Modified="Mon, 02 Mar 2026 08:00:00 GMT")

    first = get(url)
    second = get(url, etag=first.etag)

    assert (first.body, first.etag) == (b"hello", '"1"')
    assert first.last_modified == "Mon, 02 Mar 2026 08:00:00 GMT"
    assert second.body is None


def test_redirects_are_followed_but_not_for_ever(site: Site):
    site.add("/b", "here")
    url = site.add("/a", "", status=301, Location="/b")
    loop = site.add("/loop", "", status=302, Location="/loop")

    assert get(url) == Fetched(site.url + "/b", b"here")
    with pytest.raises(FetchFailed, match="more than 5 redirects"):
        get(loop)


def test_a_private_address_is_refused_before_a_byte_is_sent(site: Site):
    url = site.add("/secret", "inside")

    for address in (url, url.replace("127.0.0.1", "localhost"), "http://[::1]:9/"):
        with pytest.raises(AddressRefused, match="not a public address"):
            get(address, allow_private=False)

    assert site.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_addresses_that_only_we_can_reach_are_not_public(address: str):
    assert not is_public(address)


def test_public_addresses_are_public():
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1::1")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://n.example/x", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("http://", "not a web address"),
        ("http://[broken", "not a URL"),
        ("http://n.example:x/", "not a URL"),
        ("http://nowhere.invalid/", "nowhere.invalid"),
        ("http://127.0.0.1:1/", "127"),
    ],
)
def test_what_cannot_be_fetched_is_told(url: str, reason: str):
    with pytest.raises(FetchFailed, match=reason):
        get(url)


def test_an_error_status_is_told_with_the_servers_wish(site: Site):
    url = site.add("/busy", "", status=503, Retry_After="120")

    with pytest.raises(FetchFailed) as failed:
        get(url)

    assert (failed.value.status, failed.value.retry_after_s) == (503, 120)


def test_long_answers_and_bombs_are_cut_off(site: Site):
    long = site.add("/long", b"x" * 200_000)
    bomb = site.add("/bomb", gzip.compress(b"0" * 5_000_000), Content_Encoding="gzip")

    for url in (long, bomb):
        with pytest.raises(FetchFailed, match="longer than 100,000 bytes"):
            get(url, max_bytes=100_000)


def test_a_slow_server_is_given_up():
    async def go() -> None:
        server = await asyncio.start_server(lambda r, w: asyncio.sleep(9), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with open_client(allow_private=True) as client:
            fetcher = Fetcher(client, Politeness(), time_limit_s=0.2)
            with (
                contextlib.closing(server),
                pytest.raises(FetchFailed, match=r"longer than 0\.2 s"),
            ):
                await fetcher.get(f"http://127.0.0.1:{port}/")

    asyncio.run(go())


def test_a_host_is_asked_one_thing_at_a_time_with_a_pause(site: Site):
    site.add("/a", "a")

    async def go() -> float:
        async with open_client(allow_private=True) as client:
            fetcher = Fetcher(client, Politeness(pause_s=0.1))
            start = time.monotonic()
            await asyncio.gather(*(fetcher.get(site.url + "/a") for _ in range(4)))
            return time.monotonic() - start

    assert asyncio.run(go()) >= 0.25


def test_retry_after_is_read_in_both_forms():
    assert retry_after("7") == 7
    assert retry_after("Mon, 02 Mar 2020 08:00:00 GMT") == 0
    assert retry_after("soon") is None
    assert retry_after(None) is None
    assert web_host("https://N.example/") == "n.example"
