"""A labelled set becomes a tagger."""

from collections.abc import Callable, Sequence

from threadpoolctl import threadpool_limits

from labels.errors import StancewireError
from labels.labelled_set import CodedDocument, LabelledSet
from model.analysis import Analysis, analyse
from model.heads import Head
from model.mentions import tag_actors
from model.speakers import tag_speakers
from model.tagger import Tagger
from training.fit_actors import fit_actors
from training.fit_speakers import fit_speaker_heads
from training.fit_stance import fit_stance_heads, noisy_speakers

Progress = Callable[[str], None]


class CannotFit(StancewireError):
    """A labelled set that holds too little to learn from.

    Attributes:
        n_sentences: coded sentences in the set.
        reason: what the fitting stumbled over.
    """

    def __init__(self, n_sentences: int, reason: str) -> None:
        self.n_sentences = n_sentences
        self.reason = reason
        super().__init__(
            f"{n_sentences} coded sentences are not enough to fit on ({reason}); code more "
            "documents, in which every label stands and words come again"
        )


def fit(labelled: LabelledSet, *, seed: int = 0, progress: Progress = lambda step: None) -> Tagger:
    """Fit every head on the whole labelled set.

    ```
    codings | speaker heads | actor heads | stance rows (noisy speakers, held-out actors)
            | stance head | calibration on held-out documents | Tagger
    ```

    Raises:
        CannotFit: too few documents, a label that never stands, a view without a single term.
    """
    try:
        # Sparse products gain nothing from more threads of BLAS, which spin meanwhile: 142 s of
        # processor time became 55 s. And the sums are those of every other machine.
        with threadpool_limits(limits=1, user_api="blas"):
            return _fit(labelled, seed=seed, progress=progress)
    except ValueError as error:  # scikit-learn's word for all of these
        raise CannotFit(labelled.n_sentences, str(error).splitlines()[0]) from error


def _fit(labelled: LabelledSet, *, seed: int, progress: Progress) -> Tagger:
    analyses = analysed(labelled.documents)
    heads: dict[str, Head] = {}
    progress("speakers")
    if labelled.scheme.speaker_types:
        heads |= fit_speaker_heads(analyses, labelled.documents, seed=seed)
    actors = tag_actors(analyses, (), heads)  # none, where the scheme codes no actors
    if labelled.scheme.has_actors:
        progress("actors")
        fitted = fit_actors(analyses, labelled.documents, seed=seed)
        heads |= fitted.heads
        actors = fitted.held_out
    progress("stance")
    speakers = (
        noisy_speakers(labelled.documents, seed=seed)
        if labelled.scheme.speaker_types
        else tag_speakers(analyses, heads)
    )
    stance = fit_stance_heads(
        analyses, speakers, actors, labelled.documents, seed=seed, scheme=labelled.scheme
    )
    heads |= stance.heads
    return Tagger(heads, scheme=labelled.scheme, abstain_below=stance.abstain_below)


def analysed(documents: Sequence[CodedDocument]) -> list[Analysis]:
    """Analyse coded documents, keeping the cuts at which people coded them."""
    return [analyse(coded.document, coded.sentences) for coded in documents]
