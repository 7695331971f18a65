"""What went wrong on the way to a feed, an article or a receiver, for who is no network engineer."""

import re
from http import HTTPStatus

STATUS = re.compile(r"(?:the server|the receiver) answers (\d{3})")
SAYINGS = (
    (r"Name or service not known|No address associated|getaddrinfo|nodename nor servname",
     "No computer has this name. Look for a slip in the address."),
    (r"Connection refused|All connection attempts failed",
     "Nobody listens at this address. The server may be down."),
    (r"took longer than|ReadTimeout|ConnectTimeout|TimeoutError|timed out",
     "The server took too long. Try again later."),
    (r"CERTIFICATE_VERIFY_FAILED|certificate",
     "The server's certificate can't be trusted, so nothing was read."),
    (r"not a public address",
     "The address lies inside a private network, which the service doesn't call."),
    (r"not a web address", "This is no web address: it must begin with http:// or https://."),
    (r"not a feed|no feed",
     "There is something at this address, but no RSS, Atom or JSON feed. "
     "Look on the outlet's page for its feed's address."),
    (r"no article text", "The page was read, but no article was found in it. Paste its text."),
    (r"redirects", "The server sends us round in circles."),
    (r"no mail server", "E-mail needs a mail server: set STANCEWIRE_SMTP_URL."),
)  # fmt: skip


def of_status(status: int) -> str:
    """Say what an HTTP status means for who waits for an answer.

    >>> of_status(404)
    'There is nothing at this address (404).'
    """
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return f"The server lets us not in ({status})."
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return f"There is nothing at this address ({status})."
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "The server asks us to come less often (429)."
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"The server is in trouble ({status}). Try again later."
    return f"The server answers {status}, which we don't understand."


def in_plain_words(error: object) -> str:
    """Return what an error means, and the error itself behind it.

    >>> in_plain_words("https://n.example/rss: the server answers 503")
    'The server is in trouble (503). Try again later. (https://n.example/rss: the server answers 503)'
    """
    told = str(error)
    status = STATUS.search(told)
    if status:
        return f"{of_status(int(status[1]))} ({told})"
    for pattern, saying in SAYINGS:
        if re.search(pattern, told, re.I):
            return f"{saying} ({told})"
    return told
