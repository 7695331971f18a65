"""Who may do what: API keys with scopes, in front of everything.

Without any key the service is open, and listens on loopback only (`may_listen`). With the first key
everybody needs one: as `Authorization: Bearer KEY`, as `X-API-Key`, as the password of HTTP Basic, or in
the cookie that the sign-in page sets.
"""

import base64
import binascii
import hmac
import ipaddress
import math
import time
from collections.abc import Collection
from http.cookies import Morsel, SimpleCookie
from typing import Any
from urllib.parse import quote, urlsplit

import anyio
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope as AsgiScope, Send

from labels.errors import StancewireError
from service.keyring import Keyring
from service.limits import Limits
from service.problems import answer, problem
from service.store.keys import Scope

# Reachable without a key: probes, the hook that has a signature of its own, files of the pages.
OPEN = ("/livez", "/readyz", "/hooks/", "/static/", "/sign-in")

# Where the sign-in page puts a key: http-only, and never sent for another site.
COOKIE = "stancewire_key"

# (method or "*", prefix of the path, scope): the first that fits.
RULES: tuple[tuple[str, str, Scope], ...] = (
    ("GET", "/v1/alerts", Scope.ADMIN),  # addresses of people
    ("*", "/alerts", Scope.ADMIN),
    ("*", "/v1/judgements", Scope.LABEL),
    ("*", "/v1/queue", Scope.LABEL),
    ("POST", "/label-studio/predict", Scope.TAG),
    ("*", "/label-studio", Scope.LABEL),
    ("GET", "", Scope.READ),
    ("HEAD", "", Scope.READ),
    ("OPTIONS", "", Scope.READ),
    ("POST", "/v1/tag", Scope.TAG),
    ("POST", "/v1/documents", Scope.TAG),
    ("POST", "/v1/", Scope.ADMIN),
    ("POST", "/label", Scope.LABEL),
    ("POST", "/correct", Scope.LABEL),
    ("POST", "/agreement", Scope.LABEL),
    ("POST", "/models", Scope.ADMIN),
    ("POST", "/feeds", Scope.ADMIN),
    ("POST", "/", Scope.TAG),
)


class KeyNeeded(StancewireError):
    """No key, or one that opens nothing."""


class ScopeMissing(StancewireError):
    """A key that may not do this.

    Attributes:
        scope: what it lacks.
    """

    def __init__(self, name: str, scope: str) -> None:
        self.scope = scope
        super().__init__(f"the key {name!r} has no scope {scope!r}: make one that has")


class TooManyRequests(StancewireError):
    """A key over its limit.

    Attributes:
        wait_s: seconds until the next request may come.
    """

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__(f"too many requests: the next may come in {math.ceil(wait_s)} s")


class OtherSite(StancewireError):
    """A page of another site sends its visitor's browser to change something here."""


class OtherName(StancewireError):
    """A request to a service without keys, by a name that is not the machine's own.

    Any web page could have its own name resolve to loopback (DNS rebinding), and its visitor's
    browser would then take the service for a part of that page.

    Attributes:
        host: the name.
    """

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(
            f"without API keys the service answers to localhost only, not to {host!r}: "
            "make one first (stancewire keys create NAME --scope admin)"
        )


class OpenToAll(StancewireError):
    """The service would listen beyond loopback although there is no key."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(
            f"without API keys the service listens on loopback only, not on {host}: "
            "make one first (stancewire keys create NAME --scope admin)"
        )


def may_listen(host: str, *, has_keys: bool) -> None:
    """Refuse to listen to the world while everybody may do everything.

    Raises:
        OpenToAll: no keys, and `host` is not loopback.
    """
    if not has_keys and not _is_loopback(host):
        raise OpenToAll(host)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_own_name(host: str) -> bool:
    """Tell whether a Host header names this machine in a way that no web page could take over.

    >>> [is_own_name(h) for h in ("localhost:8000", "[::1]:8000", "10.0.0.7", "desk", "n.example")]
    [True, True, True, True, False]
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if "." not in name or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def needed(method: str, path: str) -> Scope | None:
    """Return the scope that a request needs; None if it needs no key.

    >>> needed("POST", "/v1/tag").value, needed("DELETE", "/v1/feeds/1").value, needed("GET", "/livez")
    ('tag', 'admin', None)
    """
    if path.startswith(OPEN):
        return None
    for verb, prefix, scope in RULES:
        if verb in {"*", method} and path.startswith(prefix):
            return scope
    return Scope.ADMIN


_NO_COOKIE: Morsel[str] = Morsel()


def given_key(headers: Headers) -> str | None:
    """Return the key of a request, by whichever way it came."""
    if "x-api-key" in headers:
        return headers["x-api-key"]
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        try:
            decoded = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return decoded.partition(":")[2]
    if "cookie" not in headers:
        return None
    return SimpleCookie(headers["cookie"]).get(COOKIE, _NO_COOKIE).value or None


class Gate:
    """Lets a request in, or answers 401, 403, 429 or 503 itself."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        keyring: Keyring,
        limits: Limits,
        per_minute: int,
        label_studio_secret: str | None = None,
        origins: Collection[str] = (),
    ) -> None:
        self.app = app
        self.origins = frozenset(origins)
        self.label_studio_secret = label_studio_secret
        self.keyring = keyring
        self.limits = limits
        self.per_minute = per_minute

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self._check(scope)
        except StancewireError as error:
            await _refusal(error, scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _check(self, scope: AsgiScope) -> None:
        method, path, headers = scope["method"], scope["path"], Headers(scope=scope)
        wanted = needed(method, path)
        if wanted is None or knows_secret(path, self.label_studio_secret):
            return
        if method not in {"GET", "HEAD", "OPTIONS"}:
            _same_site(headers, self.origins)
        key = given_key(headers)
        known = self.keyring.remembered(key)
        if known is None:
            known = await anyio.to_thread.run_sync(self.keyring.look_up, key)
        closed, who = known
        if not closed:
            host = headers.get("host", "")
            if not is_own_name(host):
                raise OtherName(host)
            return
        if who is None:
            raise KeyNeeded("send an API key: Authorization: Bearer sw_...")
        wait_s = self.limits.take(who.id, per_minute=who.per_minute or self.per_minute)
        if wait_s:
            raise TooManyRequests(wait_s)
        if not who.may(wanted):
            raise ScopeMissing(who.name, wanted)
        scope.setdefault("state", {})["key"] = who


def knows_secret(path: str, secret: str | None) -> bool:
    """Say whether a path holds Label Studio's secret, which stands for the key that it can't send.

    >>> knows_secret("/label-studio/hush/webhook", "hush"), knows_secret("/label-studio/x", None)
    (True, False)
    """
    _, _, rest = path.partition("/label-studio/")
    given = rest.partition("/")[0]
    return (
        secret is not None
        and path.startswith("/label-studio/")
        and hmac.compare_digest(given.encode(), secret.encode())
    )


def _same_site(headers: Headers, origins: frozenset[str]) -> None:
    # Browsers say where a request comes from; other clients don't, and carry no visitor's rights.
    foreign = headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}
    if foreign and not {"*", headers.get("origin")} & origins:
        raise OtherSite("a page of another site may not change anything here")


def _refusal(error: StancewireError, scope: AsgiScope) -> Response:
    """Answer with problem details; a reader of pages is led to where the key can be given."""
    is_page = "text/html" in Headers(scope=scope).get("accept", "")
    if isinstance(error, KeyNeeded) and is_page and scope["method"] == "GET":
        query = scope["query_string"].decode("latin-1")
        following = scope["path"] + (f"?{query}" if query else "")
        return RedirectResponse("/sign-in?next=" + quote(following), status_code=303)
    return answer(Request(scope), problem(error), _headers(error))


def _headers(error: StancewireError) -> dict[str, str]:
    if isinstance(error, KeyNeeded):
        return {"WWW-Authenticate": 'Basic realm="stancewire", charset="UTF-8"'}
    if isinstance(error, TooManyRequests):
        return {"Retry-After": str(math.ceil(error.wait_s))}
    return {}


def install(app: Any) -> None:
    """Put the gate in front of an application that has `state.settings` and `state.store`."""
    app.add_middleware(
        Gate,
        keyring=Keyring(app.state.store.get),
        limits=Limits(time.monotonic),
        per_minute=app.state.settings.requests_per_minute,
        label_studio_secret=app.state.settings.label_studio_secret,
        origins=app.state.settings.cors_origins,
    )
