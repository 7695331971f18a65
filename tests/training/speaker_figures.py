"""Figures of attribution on held-out files of the labelled set."""

from collections.abc import Sequence

from labels.labelled_set import shipped
from model.analysis import analyse
from model.speakers import same_source, tag_speakers
from training.fit_speakers import fit_speaker_heads


def folds(held_out: Sequence[str]) -> tuple[float, float]:
    """Return accuracy of types and of names, each file judged by heads fitted on all the others."""
    documents = shipped().documents
    types = [0, 0]
    names = [0, 0]
    for origin in held_out:
        fitted = [d for d in documents if d.origin != origin]
        heads = fit_speaker_heads(
            [analyse(d.document, d.sentences) for d in fitted], fitted, seed=0
        )
        for coded in (d for d in documents if d.origin == origin):
            said = tag_speakers([analyse(coded.document, coded.sentences)], heads)[0]
            for coding, tag in zip(coded.codings, said, strict=True):
                types[0] += coding.speaker_type == tag.type
                types[1] += 1
                if coding.speaker is not None:
                    names[0] += same_source(coding.speaker, tag.name or "")
                    names[1] += 1
    return types[0] / types[1], names[0] / names[1]
