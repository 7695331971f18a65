"""What is computed from counts, and how sure it is: figures with 95% bootstrap intervals.

All figures lie in [0, 1]. The reference is ../shared/eval/evaluate.py, and a test compares both:

- `stance_macro_f1`: mean F1 of the scheme's stances; `stance_f_avg`: of favor and against (SemEval-2016
  task 6: of the stances that are not neutral, where a scheme names others); `relevant_f1`: F1 of
  taking any stance; `stance_accuracy`; `stance_ece`: expected calibration error of the winning
  label's score, 10 bins of equal width (lower is better); `stance_f1.LABEL`.
- `speaker_type_acc`; `speaker_type_macro_f1`: over the types that people coded;
  `speaker_type_f1.TYPE`; `speaker_name_acc`: among sentences whose coded speaker has a name, and
  apart for sentences that name their source (`_in_sentence`) and that don't (`_carried`).
- `actors_micro_f1`: over (sentence, actor) pairs. `statement_f1`: over whole statements: sentences
  with a stance, right in stance, speaker type and the set of actors.
- `abstain_rate`: share of sentences on which the tagger abstains.
"""

import numpy as np

from labels.agreement import Interval
from labels.scheme import Stance
from training.counts import Array, Counts


def figures_of(counts: Counts) -> dict[str, Array]:
    """Return every figure of every row of counts, of shape (n_rows,); NaN where undefined."""
    scheme = counts.scheme
    neutral = scheme.stances.index(scheme.neutral)
    by_stance = _f1_by_label(counts.stance)
    n = counts.stance.sum(axis=(1, 2))
    polar = [i for i, label in enumerate(scheme.stances) if label in (Stance.FAVOR, Stance.AGAINST)]
    if len(polar) != 2:
        polar = [i for i in range(len(scheme.stances)) if i != neutral]
    neither = counts.stance[:, neutral, neutral]
    coded, said = n - counts.stance[:, neutral].sum(1), n - counts.stance[:, :, neutral].sum(1)
    both = n + neither - counts.stance[:, neutral].sum(1) - counts.stance[:, :, neutral].sum(1)
    scores, right, scored = counts.bins[..., 0], counts.bins[..., 1], counts.bins[..., 2]
    found = {
        "stance_macro_f1": by_stance.mean(axis=1),
        "stance_f_avg": by_stance[:, polar].mean(axis=1),
        "relevant_f1": _f1(both, said - both, coded - both),
        "stance_accuracy": _share(np.trace(counts.stance, axis1=1, axis2=2), n),
        "stance_ece": _share(np.abs(scores - right).sum(axis=1), scored.sum(axis=1)),
    }
    found |= {f"stance_f1.{label}": by_stance[:, i] for i, label in enumerate(scheme.stances)}
    if scheme.speaker_types:
        found |= _speaker_figures(counts)
    if scheme.has_actors:
        found["actors_micro_f1"] = _f1(*np.moveaxis(counts.actors, -1, 0))
    found["statement_f1"] = _f1(*np.moveaxis(counts.statements, -1, 0))
    found["abstain_rate"] = _share(counts.abstained, n)
    return found


def _speaker_figures(counts: Counts) -> dict[str, Array]:
    by_type = _f1_by_label(counts.speaker)
    is_coded = counts.speaker.sum(axis=2) > 0
    names, types = counts.names, counts.types
    found = {
        "speaker_type_acc": _share(
            np.trace(counts.speaker, axis1=1, axis2=2), counts.speaker.sum(axis=(1, 2))
        ),
        "speaker_type_macro_f1": _share((by_type * is_coded).sum(axis=1), is_coded.sum(axis=1)),
        "speaker_name_acc": _share(names[:, :, 0].sum(axis=1), names[:, :, 1].sum(axis=1)),
    }
    for what, counted in (("name", names), ("type", types)):
        for i, where in enumerate(("in_sentence", "carried")):
            found[f"speaker_{what}_acc_{where}"] = _share(counted[:, i, 0], counted[:, i, 1])
    labels = counts.scheme.speaker_types
    return found | {f"speaker_type_f1.{label}": by_type[:, i] for i, label in enumerate(labels)}


def _f1(right: Array, too_many: Array, missing: Array) -> Array:
    """Return 2 tp / (2 tp + fp + fn); 0 where nothing was right, as in the reference."""
    whole = 2 * right + too_many + missing
    return np.divide(2 * right, whole, out=np.zeros_like(whole), where=right > 0)


def _f1_by_label(confusion: Array) -> Array:
    """Return F1 of shape (n_rows, n_labels) of matrices of shape (n_rows, coded, said)."""
    right = np.diagonal(confusion, axis1=1, axis2=2)
    return _f1(right, confusion.sum(axis=1) - right, confusion.sum(axis=2) - right)


def _share(part: Array, whole: Array) -> Array:
    """Return part / whole; NaN where there is nothing to share."""
    whole = np.asarray(whole, dtype=np.float64)
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0)


def total(counts: Counts) -> Counts:
    """Return the sum over all documents, as counts of one row."""
    return counts.weighted(np.ones((1, len(counts.stance))))


def resampled(n: int, *, n_boot: int, seed: int) -> Array:
    """Draw documents with replacement: how often each is drawn, of shape (n_boot, n)."""
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=n_boot)
    return drawn.astype(np.float64)


def with_intervals(counts: Counts, *, n_boot: int, seed: int) -> dict[str, Interval]:
    """Return every figure of all documents together, with its 95% bootstrap interval."""
    point = figures_of(total(counts))
    weights = resampled(len(counts.stance), n_boot=n_boot, seed=seed)
    samples = figures_of(counts.weighted(weights))
    return {
        name: Interval(or_none(value[0]), *ends(samples[name])) for name, value in point.items()
    }


def ends(samples: Array) -> tuple[float | None, float | None]:
    """Return the 2.5th and the 97.5th percentile of the samples that are defined."""
    defined = samples[~np.isnan(samples)]
    if not defined.size:
        return None, None
    low, high = np.percentile(defined, [2.5, 97.5])
    return float(low), float(high)


def or_none(value: float) -> float | None:
    """Return a figure as JSON knows it: None where it is undefined."""
    return None if np.isnan(value) else float(value)
