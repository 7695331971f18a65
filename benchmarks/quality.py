"""The stance heads beside their peers, trained on the same sentences and scored on the same articles.

    python benchmarks/quality.py ../shared/eval/dev.jsonl [--ablate] [--curve] [--peers fasttext minilm]

fastText and MiniLM run in environments of their own (`make bench-peers`), and it says so where they
are not there. Sentences are those that people coded, so that no segmentation is scored here.
"""

import argparse
import dataclasses
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from benchmarks import peers
from labels.labelled_set import CodedDocument, read, shipped
from labels.scheme import CODEBOOK
from model.cues import shipped as lexicon
from model.heads import Array, Head
from model.mentions import tag_actors
from model.reading import read as noticed
from model.speakers import tag_speakers
from model.stance import ABOUT_CONFIG, CONFIG, STANCE, VIEWS, stance_scores
from training.fit import analysed
from training.fit_actors import fit_actors
from training.fit_speakers import fit_speaker_heads
from training.fit_stance import fit_stance_heads, fit_uncalibrated, noisy_speakers, stance_data

Texts = Sequence[str]
Peer = Callable[[Texts, Sequence[str], Texts], Sequence[str]]
LABELS = ("favor", "against", "conditional", "none")


def sentences(documents: Sequence[CodedDocument]) -> list[str]:
    return [d.document.text[s.start : s.end] for d in documents for s in d.sentences]


def stances(documents: Sequence[CodedDocument]) -> list[str]:
    return [c.stance for d in documents for c in d.codings]


def f1(coded: Sequence[str], said: Sequence[str], kept: set[str]) -> float:
    pairs = [(a in kept, b in kept, a == b) for a, b in zip(coded, said, strict=True)]
    hits = sum(a and b and (same or len(kept) > 1) for a, b, same in pairs)
    return 2 * hits / max(sum(a for a, _, _ in pairs) + sum(b for _, b, _ in pairs), 1)


def figures(coded: Sequence[str], said: Sequence[str]) -> tuple[list[float], list[float]]:
    """Macro F1, F1 of favor and against, F1 of taking a stance; and the F1 of each of `LABELS`."""
    each = {label: f1(coded, said, {label}) for label in LABELS}
    relevant = f1(coded, said, set(LABELS) - {CODEBOOK.neutral})
    favg = (each["favor"] + each["against"]) / 2
    return [sum(each.values()) / 4, favg, relevant], list(each.values())


def decided(head: Head, scores: Array) -> list[str]:
    return [head.classes[i] for i in head.calibration.decide(scores)]


def line(name: str, coded: Sequence[str], said: Sequence[str], seconds: float) -> str:
    (macro, favg, relevant), each = figures(coded, said)
    shown = " ".join(f"{value:.2f}" for value in each)
    return f"| {name} | {macro:.3f} | {favg:.3f} | {relevant:.3f} | {shown} | {seconds:.0f} s |"


def majority(train: Texts, targets: Sequence[str], test: Texts) -> list[str]:
    return ["none"] * len(test)


def keywords(train: Texts, targets: Sequence[str], test: Texts) -> list[str]:
    """A force and a word of asking or refusing in one sentence."""
    said = []
    for text in test:
        found = {cue.name for cue in lexicon().find(text.lower().rstrip(".").split())}
        if not found & {"TROOPS", "STRIKE", "INTERV"}:
            said.append("none")
        elif "COND" in found:
            said.append("conditional")
        elif found & {"REJECT", "CONDEMN", "LEAVE", "SOVER"}:
            said.append("against")
        else:
            said.append("favor" if found & {"CALL", "OFFER", "SUPPORT", "APPROVE"} else "none")
    return said


def regression() -> LogisticRegression:
    return LogisticRegression(C=3.0, class_weight="balanced", max_iter=500)


def word_vectors() -> TfidfVectorizer:
    return TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)


def words(train: Texts, targets: Sequence[str], test: Texts) -> Sequence[str]:
    return list(make_pipeline(word_vectors(), regression()).fit(train, targets).predict(test))


def characters(train: Texts, targets: Sequence[str], test: Texts) -> Sequence[str]:
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True)
    both = make_union(word_vectors(), grams)
    return list(make_pipeline(both, regression()).fit(train, targets).predict(test))


def elsewhere(name: str) -> Peer:
    """Return a peer that answers in an environment of its own."""
    return lambda train, targets, test: peers.ask(name, train, targets, test).stances


PEERS: dict[str, Peer] = {
    "majority class": majority,
    "keyword rules": keywords,
    "TF-IDF words + LR": words,
    "TF-IDF words and characters + LR": characters,
}
OPTIONAL: dict[str, Peer] = {name: elsewhere(name) for name in ("fasttext", "minilm")}


class Ours:
    """The stance heads, with speakers and actors said as at tagging."""

    def __init__(self, fitted: Sequence[CodedDocument], tested: Sequence[CodedDocument]) -> None:
        analyses, unseen = analysed(fitted), analysed(tested)
        actors = fit_actors(analyses, fitted, seed=0)
        heads = {**fit_speaker_heads(analyses, fitted, seed=0), **actors.heads}
        speakers = noisy_speakers(fitted, seed=0)
        self.data = stance_data(analyses, speakers, actors.held_out, fitted)
        meant = tag_actors(unseen, [noticed(analysis) for analysis in unseen], heads)
        self.tested = stance_data(unseen, tag_speakers(unseen, heads), meant, tested)
        self.learnt = analyses, speakers, actors.held_out, fitted

    def tag(self, heads: Mapping[str, Head]) -> list[str]:
        return decided(heads[STANCE], stance_scores(self.tested.rows, heads, CODEBOOK.neutral))

    def refitted(self, chosen: Sequence[bool], drop: str = "") -> list[str]:
        """Fit again on some sentences, or without one view; not calibrated, most probable label."""
        views = tuple(view for view in VIEWS if view.name != drop)
        configs = (
            dataclasses.replace(ABOUT_CONFIG, views=views),
            dataclasses.replace(CONFIG, views=views),
        )
        return self.tag(fit_uncalibrated(self.data, np.asarray(chosen), configs, 0))


def samples(documents: Sequence[CodedDocument]) -> Iterator[list[bool]]:
    """Ever larger random samples of whole documents: about 250, 500, ... sentences, then all."""
    order = list(range(len(documents)))
    Random(0).shuffle(order)  # noqa: S311 - samples documents, guards nothing
    for wanted in (250, 500, 1000, 2000, 4000, 10**9):
        taken, n = set(), 0
        for i in order:
            if n < wanted:
                taken.add(i)
                n += len(documents[i].sentences)
        yield [i in taken for i, d in enumerate(documents) for _ in d.sentences]


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("coded", type=Path)
    cli.add_argument("--ablate", action="store_true", help="take each view away in turn")
    cli.add_argument("--curve", action="store_true", help="fit on ever more documents")
    cli.add_argument("--peers", nargs="*", default=[], choices=list(OPTIONAL))
    args = cli.parse_args()
    fitted, tested = shipped().documents, read([args.coded]).documents
    coded = stances(tested)
    print("| system | macro F1 | F avg | relevant F1 | favor against conditional none | time |")
    print("| --- | --- | --- | --- | --- | --- |")
    wanted = PEERS | {name: OPTIONAL[name] for name in args.peers}
    for name, peer in wanted.items():
        start = time.perf_counter()
        try:
            said = peer(sentences(fitted), stances(fitted), sentences(tested))
        except peers.NoAnswer as error:
            print(f"| {name} | {error} | | | | |")
            continue
        print(line(name, coded, said, time.perf_counter() - start), flush=True)
    start = time.perf_counter()
    system = Ours(fitted, tested)
    said = system.tag(fit_stance_heads(*system.learnt, seed=0).heads)
    print(line("stancewire", coded, said, time.perf_counter() - start), flush=True)
    everything = [True] * len(system.data.rows)
    print(line("stancewire, not calibrated", coded, system.refitted(everything), 0), flush=True)
    for view in VIEWS if args.ablate else ():
        said = system.refitted(everything, view.name)
        print(line(f"without {view.name}", coded, said, 0), flush=True)
    for chosen in samples(fitted) if args.curve else ():
        print(line(f"{sum(chosen):,} sentences", coded, system.refitted(chosen), 0), flush=True)


if __name__ == "__main__":
    main()
