"""Toy documents, readable where they are used."""

import re

from labels.document import Document, Sentence
from labels.labelled_set import CodedDocument
from labels.scheme import Coding
from model.analysis import analyse
from model.sources import Sources, read_sources

CODE = re.compile(r"\[([^|\]]+)\|([^|\]]+)\|([^|\]]+)\|([^|\]]+)\] (\S.*)")


def article(text: str, *, id: str = "toy-1", **fields: str) -> Document:
    """An article from indented lines; an empty line ends a paragraph."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    joined = "\n\n".join(" ".join(line.strip() for line in p.splitlines()) for p in paragraphs)
    return Document(id=id, text=joined, **fields)


def read(text: str, **fields: str) -> Sources:
    """What an article holds about its sources."""
    return read_sources(analyse(article(text, **fields)))


def coded(text: str, *, id: str = "toy-1", origin: str = "toy", **fields: str) -> CodedDocument:
    """A coded article: one `[stance|speaker_type|speaker or -|actors or -] Sentence.` a line."""
    body, sentences, codings = "", [], []
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
        for i, line in enumerate(paragraph.splitlines()):
            match = CODE.fullmatch(line.strip())
            assert match, line
            stance, kind, who, actors, sentence = match.groups()
            if body:
                body += " " if i else "\n\n"
            sentences.append(Sentence(len(body), len(body) + len(sentence), number))
            body += sentence
            listed = () if actors == "-" else tuple(sorted(actors.split(",")))
            codings.append(Coding(stance, kind, None if who == "-" else who, listed))
    document = Document(id=id, text=body, **fields)
    return CodedDocument(document, tuple(sentences), tuple(codings), origin)
