"""One polite GET: conditional, limited in time, size and redirects, one at a time for a host."""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import httpx

from labels.errors import StancewireError
from service.feeds.address import AddressRefused

MAX_REDIRECTS = 5
MAX_BYTES = 10_000_000
TIME_LIMIT_S = 45.0
REDIRECTS = {301, 302, 303, 307, 308}


class FetchFailed(StancewireError):
    """A URL that could not be read.

    Attributes:
        url: the URL that was asked for.
        reason: what went wrong.
        status: HTTP status, or None without an answer.
        retry_after_s: seconds after which the server wants to be asked again, or None.
    """

    def __init__(
        self,
        url: str,
        reason: str,
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        self.url = url
        self.reason = reason
        self.status = status
        self.retry_after_s = retry_after_s
        super().__init__(f"{url}: {reason}")


class NotWebAddress(FetchFailed):
    """A URL that can't be one of a feed, an article or a webhook."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer.

    Attributes:
        url: where it came from, after redirects.
        body: decoded bytes; None where nothing changed (304).
        content_type: as the server says, or "".
        etag: to be sent back next time, or None.
        last_modified: likewise.
    """

    url: str
    body: bytes | None
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None


class Politeness:
    """Lets one request at a time go to a host, and leaves a pause between two."""

    def __init__(self, *, pause_s: float = 1.0) -> None:
        self.pause_s = pause_s
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free_at: dict[str, float] = {}

    def lock(self, host: str) -> asyncio.Lock:
        """Return the lock of a host; hold it during a request."""
        return self._locks[host]

    async def wait(self, host: str) -> None:
        """Wait until the pause after the last request is over."""
        left = self._free_at.get(host, 0.0) - time.monotonic()
        if left > 0:
            await asyncio.sleep(left)

    def done(self, host: str) -> None:
        """Start the pause."""
        self._free_at[host] = time.monotonic() + self.pause_s


class Fetcher:
    """Fetches URLs that users gave.

    Attributes:
        client: opened by `open_client`, which refuses private addresses.
        politeness: shared by all requests of the process.
        max_bytes: longest answer, decoded.
        time_limit_s: for the whole fetch, with its redirects.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        politeness: Politeness,
        *,
        max_bytes: int = MAX_BYTES,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        self.client = client
        self.politeness = politeness
        self.max_bytes = max_bytes
        self.time_limit_s = time_limit_s

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """Fetch a URL, following redirects.

        Raises:
            FetchFailed: no answer, an error status, too long, too slow, too many redirects, or not
                a web address.
            AddressRefused: a private address.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        asked = url
        try:
            async with asyncio.timeout(self.time_limit_s):
                for _ in range(MAX_REDIRECTS + 1):
                    answer = await self._once(asked, headers)
                    if isinstance(answer, Fetched):
                        return answer
                    asked = urljoin(asked, answer)
        except TimeoutError as error:
            raise FetchFailed(url, f"took longer than {self.time_limit_s:g} s") from error
        except AddressRefused:
            raise
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise FetchFailed(url, reason) from error
        raise FetchFailed(url, f"more than {MAX_REDIRECTS} redirects")

    async def _once(self, url: str, headers: dict[str, str]) -> Fetched | str:
        host = web_host(url)
        async with self.politeness.lock(host):
            await self.politeness.wait(host)
            try:
                async with self.client.stream("GET", url, headers=headers) as response:
                    return await self._read(url, response)
            except httpx.InvalidURL as error:
                raise FetchFailed(url, f"not a URL: {error}") from error
            finally:
                self.politeness.done(host)

    async def _read(self, url: str, response: httpx.Response) -> Fetched | str:
        status, headers = response.status_code, response.headers
        if status == 304:
            return Fetched(url, None)
        if status in REDIRECTS and headers.get("location"):
            return str(headers["location"])
        if status != 200:
            raise FetchFailed(
                url,
                f"the server answers {status}",
                status=status,
                retry_after_s=retry_after(headers.get("retry-after")),
            )
        parts, length = [], 0
        async for part in response.aiter_bytes(65_536):
            length += len(part)
            if length > self.max_bytes:
                raise FetchFailed(url, f"longer than {self.max_bytes:,} bytes", status=status)
            parts.append(part)
        return Fetched(
            url,
            b"".join(parts),
            headers.get("content-type", ""),
            headers.get("etag"),
            headers.get("last-modified"),
        )


def web_host(url: str) -> str:
    """Return the host of a web address.

    Raises:
        NotWebAddress: another scheme, or no host.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise NotWebAddress(url, f"not a URL: {error}") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise NotWebAddress(url, "not a web address (http:// or https://)")
    return host


def retry_after(value: str | None) -> float | None:
    """Read a Retry-After header, in seconds from now; None where it can't be read."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
