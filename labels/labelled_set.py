"""Documents whose sentences people have coded: reading, checking, hashing."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from labels.copies import near_copies
from labels.document import Document, Sentence
from labels.errors import InvalidCoding, InvalidDocument, InvalidLabelledSet
from labels.scheme import CODEBOOK, Coding, Scheme

BOM = b"\xef\xbb\xbf"
PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class CodedDocument:
    """A document with one coding a sentence.

    Attributes:
        document: the article.
        sentences: where the coded sentences stand, ordered and disjoint.
        codings: what they say, parallel to `sentences`.
        origin: name of the file that it came from, without its ending; folds keep it together.
    """

    document: Document
    sentences: tuple[Sentence, ...]
    codings: tuple[Coding, ...]
    origin: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the document as one line of a labelled file holds it."""
        coded = [
            {"start": sentence.start, "end": sentence.end, **coding.to_json()}
            for sentence, coding in zip(self.sentences, self.codings, strict=True)
        ]
        return {**self.document.to_json(), "sentences": coded}


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Coded documents under one scheme.

    Attributes:
        documents: in the order of the files.
        scheme: the label names that the codings use.
        sha256: of the canonical JSON of all documents; names the data in a version's manifest.
    """

    documents: tuple[CodedDocument, ...]
    scheme: Scheme
    sha256: str

    @classmethod
    def of(cls, documents: Iterable[CodedDocument], scheme: Scheme = CODEBOOK) -> "LabelledSet":
        """Put checked documents together and hash them."""
        kept = tuple(documents)
        digest = hashlib.sha256()
        for coded in kept:
            line = json.dumps(coded.to_json(), ensure_ascii=False, sort_keys=True)
            digest.update(line.encode() + b"\n")
        return cls(kept, scheme, digest.hexdigest())

    @property
    def n_sentences(self) -> int:
        """Number of coded sentences."""
        return sum(len(coded.sentences) for coded in self.documents)


def shipped() -> LabelledSet:
    """Return the labelled set that comes with stancewire."""
    folder = resources.files("labels") / "data" / "labelled"
    with resources.as_file(folder) as path:
        files = sorted(path.glob("*.jsonl"), key=lambda file: (len(file.name), file.name))
        return read(files, allow_copies=True)  # it has none: a test looks, once for all


def read(
    paths: Sequence[Path], scheme: Scheme = CODEBOOK, *, allow_copies: bool = False
) -> LabelledSet:
    """Read and check labelled files, one coded document a line.

    Args:
        paths: files in JSON Lines, UTF-8.
        scheme: that the codings must keep to.
        allow_copies: take documents that nearly repeat another one (`labels.copies`), too.

    Raises:
        InvalidLabelledSet: naming file, line and field of the first fault: no JSON, offsets, values,
            an id that stands twice, a near-copy of another document.
    """
    seen: dict[str, str] = {}
    places: list[tuple[str, int]] = []
    documents = []
    for path in paths:
        for number, coded in _lines(path, scheme):
            key = coded.document.id
            if key in seen:
                raise InvalidLabelledSet(
                    str(path), number, "id", f"{key!r} stands already at {seen[key]}"
                )
            seen[key] = f"{path}:{number}"
            places.append((str(path), number))
            documents.append(coded)
    if not allow_copies:
        _refuse_copies(documents, places)
    return LabelledSet.of(documents, scheme)


def _refuse_copies(documents: Sequence[CodedDocument], places: Sequence[tuple[str, int]]) -> None:
    for copy in near_copies(coded.document.text for coded in documents):
        path, line = places[copy.place]
        of = documents[copy.of].document.id
        raise InvalidLabelledSet(
            path, line, "text",
            f"nearly repeats {of!r} at {places[copy.of][0]}:{places[copy.of][1]} "
            f"({copy.shared:.0%} of their word triples); keep one of them",
        )  # fmt: skip


def _lines(path: Path, scheme: Scheme) -> Iterator[tuple[int, CodedDocument]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidLabelledSet(str(path), 0, "file", reason) from error
    # Lines end at line feeds alone: JSON strings may hold U+2028 and its kin as they are.
    for number, line in enumerate(content.removeprefix(BOM).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, parse(json.loads(line), scheme, origin=path.stem)
        except UnicodeDecodeError as error:
            reason = f"byte {error.start} is not UTF-8"
            raise InvalidLabelledSet(str(path), number, "line", reason) from error
        except (ValueError, RecursionError) as error:
            raise InvalidLabelledSet(str(path), number, "line", f"not JSON: {error}") from error
        except (InvalidDocument, InvalidCoding) as error:
            field = error.field or "line"
            raise InvalidLabelledSet(str(path), number, field, error.reason) from error


def parse(raw: object, scheme: Scheme = CODEBOOK, *, origin: str = "") -> CodedDocument:
    """Read one coded document object and check its offsets and codings.

    Raises:
        InvalidDocument: the document itself is malformed.
        InvalidCoding: a sentence's offsets or values are; the field names its place.
    """
    document = Document.from_json(raw)
    assert isinstance(raw, dict)
    listed = raw.get("sentences")
    if not isinstance(listed, list):
        raise InvalidCoding("must be a list", field="sentences")
    sentences, codings, last = [], [], 0
    paragraph, text = 0, document.text
    for i, item in enumerate(listed):
        where = f"sentences[{i}]"
        if not isinstance(item, dict):
            raise InvalidCoding("must be an object", field=where)
        start, end = item.get("start"), item.get("end")
        if type(start) is not int or type(end) is not int:
            raise InvalidCoding("start and end must be whole numbers", field=where)
        if not last <= start < end <= len(text):
            raise InvalidCoding(
                f"[{start}, {end}) overlaps the sentence before or leaves the text", field=where
            )
        if text[start:end] != text[start:end].strip():
            raise InvalidCoding(f"[{start}, {end}) has white space at its ends", field=where)
        paragraph += len(PARAGRAPH.findall(text, last, start))
        try:
            coding = Coding.from_json(item)
            coding.check(scheme)
        except InvalidCoding as error:
            raise InvalidCoding(error.reason, field=f"{where}.{error.field}") from error
        sentences.append(Sentence(start, end, paragraph))
        codings.append(coding)
        last = end
    return CodedDocument(document, tuple(sentences), tuple(codings), origin)
