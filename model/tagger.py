"""Documents in, tags out: the one path that HTTP, feeds, archives and evaluation all take."""

from collections.abc import Mapping, Sequence

from labels.document import Document
from labels.scheme import CODEBOOK, Scheme
from model.analysis import Analysis, analyse
from model.heads import Head, Row
from model.mentions import tag_actors
from model.speakers import tag_speakers
from model.stance import ABOUT, STANCE, YES, stance_rows, stance_scores, stance_tag
from model.tag import ActorTag, Evidence, SpeakerTag, Tag, TaggedDocument


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
        return self.tag_analyses([analyse(document) for document in documents], explain=explain)

    def tag_analyses(
        self, analyses: Sequence[Analysis], *, explain: bool = False
    ) -> list[TaggedDocument]:
        """Tag documents that are cut into sentences already (coded ones keep their own cuts)."""
        speakers = tag_speakers(analyses, self.heads)
        actors = tag_actors(analyses, self.heads)
        rows = [
            row
            for analysis, spoken, meant in zip(analyses, speakers, actors, strict=True)
            for row in stance_rows(analysis, spoken, meant)
        ]
        head = self.heads[STANCE]
        scores = iter(zip(rows, stance_scores(rows, self.heads, self.scheme.neutral), strict=True))
        tagged = []
        for analysis, spoken, meant in zip(analyses, speakers, actors, strict=True):
            tags = []
            for i, sentence in enumerate(analysis.sentences):
                row, probabilities = next(scores)
                stance = stance_tag(probabilities, head, abstain_below=self.abstain_below)
                tag = Tag(sentence, stance, spoken[i], tuple(meant[i]))
                tags.append(self._explained(tag, row, analysis, i) if explain else tag)
            tagged.append(
                TaggedDocument(analysis.document, self.version, self.scheme.version, tuple(tags))
            )
        return tagged

    def _explained(self, tag: Tag, row: Row, analysis: Analysis, index: int) -> Tag:
        evidence: list[Evidence] = self.heads[STANCE].explain(row, tag.stance.label)
        if ABOUT in self.heads:
            evidence += self.heads[ABOUT].explain(row, YES)
        return Tag(tag.sentence, tag.stance, tag.speaker, tag.proposed_actors, tuple(evidence))


__all__ = ["ActorTag", "SpeakerTag", "Tagger"]
