"""Measure sentence splitters: our tricky cases, coded articles, speed.

    python benchmarks/segmentation.py [CODED.jsonl ...]

Scores model.segment and whichever of sentencex, blingfire and pysbd can be imported (they are no
dependencies; put them into an environment of their own). Without arguments the shipped labelled set
gives the articles. F1 is over cuts inside a text: the places where one sentence ends and another begins.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from labels.labelled_set import shipped
from model.segment import segment
from tests.model.segment_cases import CASES, cut

Splitter = Callable[[str], list[str]]
Coded = list[tuple[str, list[str]]]


def own(text: str) -> list[str]:
    return [text[s.start : s.end] for s in segment(text)]


def peers() -> Iterator[tuple[str, Splitter]]:
    yield "model.segment", own
    try:
        import sentencex

        yield "sentencex", lambda text: list(sentencex.segment("en", text))
    except ImportError:
        pass
    try:
        import blingfire

        yield (
            "blingfire",
            lambda text: [
                piece
                for paragraph in text.split("\n")
                for piece in blingfire.text_to_sentences(paragraph).split("\n")
            ],
        )
    except ImportError:
        pass
    try:
        import pysbd

        yield "pysbd", pysbd.Segmenter(language="en", clean=False).segment
    except ImportError:
        pass


def ends(sentences: list[str]) -> set[int]:
    """Return how many visible characters stand before each inner cut."""
    total, found = 0, set()
    for sentence in sentences:
        total += len("".join(sentence.split()))
        found.add(total)
    return found - {total, 0}


def f1(splitter: Splitter, coded: Coded) -> tuple[float, int]:
    right = said = wanted = pieces = 0
    for text, sentences in coded:
        found = splitter(text)
        pieces += sum(bool(piece.strip()) for piece in found)
        gold, mine = ends(sentences), ends(found)
        right, said, wanted = right + len(gold & mine), said + len(mine), wanted + len(gold)
    return 2 * right / (said + wanted), pieces


def coded_file(path: Path) -> Coded:
    documents = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        (d["text"], [d["text"][s["start"] : s["end"]] for s in d["sentences"]]) for d in documents
    ]


def main() -> None:
    sets: dict[str, Coded] = {"tricky cases": [cut(case) for case in CASES]}
    sets["labelled set"] = [
        (c.document.text, [c.document.text[s.start : s.end] for s in c.sentences])
        for c in shipped().documents
    ]
    sets |= {Path(name).stem: coded_file(Path(name)) for name in sys.argv[1:]}
    body = "\n\n".join(text for text, _ in sets["labelled set"])[:300_000]
    for name, splitter in peers():
        figures = []
        for title, coded in sets.items():
            score, pieces = f1(splitter, coded)
            figures.append(f"{title}: F1 {score:.3f}, {pieces} of {sum(len(s) for _, s in coded)}")
        began = time.perf_counter()
        splitter(body)
        speed = len(body) / 1e6 / (time.perf_counter() - began)
        print(f"{name:14} {'; '.join(figures)}; {speed:.1f} MB/s")


if __name__ == "__main__":
    main()
