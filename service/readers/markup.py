"""Text out of pieces of HTML that hold nothing but an article: feed entries, table cells."""

import re

import lxml.etree
import lxml.html

from service.readers.plain import paragraphs

BLOCKS = frozenset(
    re.split(
        r"\s", "p div br li ul ol h1 h2 h3 h4 h5 h6 blockquote tr table section article hr pre"
    )
)


def text_of(fragment: str) -> str:
    """Return the text of a piece of HTML (a feed's entry), one paragraph a block element."""
    if "<" not in fragment and "&" not in fragment:
        return paragraphs(fragment)
    try:
        root = lxml.html.fragment_fromstring(fragment, create_parent="div")
    except (lxml.etree.ParserError, ValueError):
        return ""
    pieces: list[str] = []
    _collect(root, pieces)
    return paragraphs("".join(pieces))


def _collect(root: lxml.html.HtmlElement, pieces: list[str]) -> None:
    """Append text and, at the edges of blocks, line ends; iterative, for pages nest deeply."""
    for event, element in lxml.etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            pieces.append(_inline(element.tail))
            continue
        edge = "\n" if element.tag in BLOCKS else ""
        if event == "start":
            pieces.append(edge)
            if element.tag not in {"script", "style"}:
                pieces.append(_inline(element.text))
        else:
            pieces.append(edge)
            if element is not root:
                pieces.append(_inline(element.tail))


def _inline(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
