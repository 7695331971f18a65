"""Documents in, tags out: the one path that HTTP, feeds, archives and evaluation all take."""

from collections.abc import Mapping, Sequence
from itertools import chain, islice, repeat

from labels.document import Document
from labels.scheme import CODEBOOK, Scheme
from model.analysis import Analysis, analyse
from model.batches import batches
from model.collector import collector_paused
from model.explanation import explained
from model.heads import Array, Head
from model.mentions import tag_actors
from model.reading import read
from model.speakers import tag_speakers
from model.stance import STANCE, stance_scores, stance_tag
from model.tag import StanceTag, Tag, TaggedDocument
from model.views import stance_rows

# Documents that are read before any head looks: enough that a head's fixed costs don't count, and few
# enough that what was read of them stays small; of long articles fewer.
BATCH = 64
CHARACTERS = 300_000


class Tagger:
    """The fitted heads of one version.

    Attributes:
        version: id of the version, written into every output.
        heads: fitted heads by name.
        scheme: the label names.
        abstain_below: stance scores under this probability abstain.
    """

    def __init__(
        self,
        heads: Mapping[str, Head],
        *,
        version: str = "unsaved",
        scheme: Scheme = CODEBOOK,
        abstain_below: float = 0.0,
    ) -> None:
        self.heads = dict(heads)
        self.version = version
        self.scheme = scheme
        self.abstain_below = abstain_below

    def tag(self, documents: Sequence[Document], *, explain: bool = False) -> list[TaggedDocument]:
        """Tag documents, each on its own: `tag([a, b]) == tag([a]) + tag([b])`.

        ```
        documents | analyse | tag_speakers | tag_actors | stance_rows | stance head | Tag
        ```

        Speakers and actors come first: the stance head reads them.

        Args:
            documents: in any order; the answer keeps it.
            explain: add each head's exact additive evidence to every tag (slow).
        """
        tagged: list[TaggedDocument] = []
        for some in batches(documents, most=BATCH, most_characters=CHARACTERS):
            with collector_paused():
                tagged += self._tag_batch(list(map(analyse, some)), explain=explain)
        return tagged

    def tag_analyses(
        self, analyses: Sequence[Analysis], *, explain: bool = False
    ) -> list[TaggedDocument]:
        """Tag documents that are cut into sentences already (coded ones keep their own cuts)."""
        tagged: list[TaggedDocument] = []
        for first in range(0, len(analyses), BATCH):
            with collector_paused():
                tagged += self._tag_batch(analyses[first : first + BATCH], explain=explain)
        return tagged

    def _tag_batch(self, analyses: Sequence[Analysis], *, explain: bool) -> list[TaggedDocument]:
        speakers = tag_speakers(analyses, self.heads)
        readings = [read(analysis) for analysis in analyses]
        actors = tag_actors(analyses, readings, self.heads)
        rows = list(map(stance_rows, readings, speakers, actors))
        scores = iter(
            stance_scores(list(chain.from_iterable(rows)), self.heads, self.scheme.neutral)
        )
        tagged = []
        for analysis, spoken, meant, asked in zip(analyses, speakers, actors, rows, strict=True):
            stances = (self._stance(probabilities) for probabilities in islice(scores, len(asked)))
            told = spoken if self.scheme.speaker_types else repeat(None)
            tags = tuple(map(Tag, analysis.sentences, stances, told, meant))
            if explain:
                tags = explained(analysis, tags, asked, self.heads)
            tagged.append(
                TaggedDocument(analysis.document, self.version, self.scheme.version, tags)
            )
        return tagged

    def _stance(self, probabilities: Array) -> StanceTag:
        return stance_tag(probabilities, self.heads[STANCE], abstain_below=self.abstain_below)
