"""Who speaks in each sentence, and of which type.

```
Sources | candidates of each sentence | candidate head | decode in order | figure of each sentence
        | description of each figure | type head | SpeakerTag
```

A candidate is the article's own voice, the last source carried on, the next sentence's source, the
principal of a release, or a phrase of the sentence. All are scored in one batch; who a pronoun or
"carried on" stands for depends on what was decided before, so a walk through the sentences, linear in
their number, adds the scores up by figure and takes the best.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from model import source_words as lexicon
from model.analysis import Analysis
from model.candidates import AUTHOR, GAPS, PRINCIPAL, candidate_rows, keys_of, relays
from model.cast import content, key
from model.descriptions import describe
from model.heads import Head, HeadConfig, ViewConfig
from model.phrases import Phrase
from model.rows import Row
from model.sources import Sources, read_sources
from model.tag import SpeakerTag

SPEAKER_TYPE = "speaker_type"
CANDIDATE = "speaker_candidate"
CHOSEN, PASSED = "chosen", "passed"
CANDIDATE_CONFIG = HeadConfig(
    CANDIDATE,
    (
        ViewConfig("cues", min_df=2, weight=2.0),
        ViewConfig("words", ngrams=(1, 2), min_df=3, sublinear=True),
    ),
    C=1.0,
    balanced=False,
    contrast=0.3,
    levelling=0.3,
)
TYPE_CONFIG = HeadConfig(
    SPEAKER_TYPE,
    (
        ViewConfig("marks", presence=True, weight=0.5),
        ViewConfig("who", ngrams=(1, 2), sublinear=True, weight=2.0),
        ViewConfig("said", min_df=2, sublinear=True, weight=0.7),
        ViewConfig("around", presence=True, weight=0.2),
    ),
    C=4.0,
    balanced=False,
    levelling=0.3,  # and no contrast, which cost types of few figures (docs/quality.md)
)
CONFIGS = (CANDIDATE_CONFIG, TYPE_CONFIG)
RELAYED = 0.3  # of the score of a medium that relays what another source does
UNHEARD = 0.5  # of a score, in a text of one voice
WHOLLY = 0.9  # part of a sentence's characters that makes it a quotation
QUOTED_AUTHOR = 0.1  # an article quotes itself hardly ever; the labelled set has no case of it
SAID_SENTENCES = 2  # of a figure, read for its type


@dataclass(slots=True)
class Claim:
    """That a figure speaks in a sentence.

    Attributes:
        figure: index in the cast; None for the article's own voice.
        score: how much speaks for it; those of one figure add up.
        name: of the candidate.
        phrase: that says so, if one does.
    """

    figure: int | None
    score: float
    name: str
    phrase: Phrase | None = None


@dataclass(slots=True)
class Decided:
    """Who speaks in one sentence.

    Attributes:
        figure: index in the cast; None for the article's own voice.
        phrase: the phrase of this sentence that says so, or None where the source is carried.
        candidate: name of the phrase's candidate; without a phrase, of the one that says so most surely. That a
            quotation goes on is a rule's claim: its candidate stands for it.
        author_score: probability that the article itself speaks, in [0, 1].
    """

    figure: int | None
    phrase: Phrase | None
    candidate: str
    author_score: float


def tag_speakers(
    analyses: Sequence[Analysis], heads: Mapping[str, Head]
) -> list[tuple[SpeakerTag, ...]]:
    """Say for every sentence of every document who speaks."""
    if CANDIDATE not in heads:  # a scheme that codes no speakers
        return [tuple(SpeakerTag(AUTHOR, 1.0) for _ in a.sentences) for a in analyses]
    read = [read_sources(analysis) for analysis in analyses]
    decided = decide(read, heads[CANDIDATE])
    head = heads[SPEAKER_TYPE]
    keys, rows = [], []
    for number, (sources, said) in enumerate(zip(read, decided, strict=True)):
        for figure, row in figure_rows(sources, [d.figure for d in said]).items():
            keys.append((number, figure))
            rows.append(row)
    types = dict(zip(keys, head.predict_proba(rows).tolist(), strict=True))
    return [
        tuple(_tag(number, sources, d, types, head.classes) for d in said)
        for number, (sources, said) in enumerate(zip(read, decided, strict=True))
    ]


def _tag(
    number: int,
    sources: Sources,
    decided: Decided,
    types: Mapping[tuple[int, int], Sequence[float]],
    classes: Sequence[str],
) -> SpeakerTag:
    if decided.figure is None:
        return SpeakerTag(type=AUTHOR, score=decided.author_score)
    scores = types[number, decided.figure]
    best = scores.index(max(scores))
    figure = sources.cast.figures[decided.figure]
    phrase = decided.phrase or figure.first
    return SpeakerTag(
        type=classes[best],
        score=scores[best] * (1.0 - decided.author_score),
        name=figure.name,
        start=phrase.start if phrase else None,
        end=phrase.end if phrase else None,
        carried=decided.phrase is None,
    )


def decide(read: Sequence[Sources], head: Head) -> list[list[Decided]]:
    """Choose the speaker of every sentence, document by document."""
    rows = [row for sources in read for _, row in candidate_rows(sources)]
    which = head.classes.index(CHOSEN)
    scores = iter(head.predict_proba(rows)[:, which].tolist())
    return [_decide_one(sources, scores) for sources in read]


def _decide_one(sources: Sources, scores: Iterator[float]) -> list[Decided]:
    n = len(sources.quoted)
    own = [dict(zip(keys_of(sources, i), scores, strict=False)) for i in range(n)]
    ahead = _ahead(sources, own)
    blocks = block_quotations(sources)
    walk = Walk(sources)
    out: list[Decided] = []
    for i in range(n):
        walk.enter(i)
        claims = [
            *walk.silent_claims(i, own[i], in_block=blocks[i]),
            *walk.claims(i, own[i], ahead[i]),
        ]
        found: dict[int | None, float] = {}
        for claim in claims:
            found[claim.figure] = found.get(claim.figure, 0.0) + claim.score
        chosen = max(found, key=lambda figure: found[figure])
        theirs = [claim for claim in claims if claim.figure == chosen]
        named = [claim for claim in theirs if claim.phrase is not None]
        told = max(named or theirs, key=lambda claim: claim.score)
        walk.say(chosen)
        author = found.get(None, 0.0) / (sum(found.values()) or 1.0)
        out.append(Decided(chosen, told.phrase, told.name, author))
    return out


def block_quotations(sources: Sources) -> list[bool]:
    """Say of each sentence whether "the minister said:" before it gives it the word without marks.

    Such a quotation lasts for its paragraph, and to the end where nobody is given the word any more.
    """
    text, sentences = sources.analysis.document.text, sources.analysis.sentences
    speech = [
        any(p.heard and p.head not in lexicon.OURSELVES for p in phrases)
        for phrases in sources.phrases
    ]
    last = max((i for i, heard in enumerate(speech) if heard), default=-1)
    out = [False] * len(sentences)
    since = -1
    for i, sentence in enumerate(sentences):
        if (
            i
            and text[sentences[i - 1].end - 1] == ":"
            and speech[i - 1]
            and not sources.quoted[i].share
        ):
            since = i
        if since >= 0 and (speech[i] or sources.quoted[i].share):
            since = -1
        if since >= 0:
            goes_on = sentence.paragraph == sentences[since].paragraph or last < since
            out[i] = goes_on
            since = since if goes_on else -1
    return out


def _ahead(sources: Sources, own: Sequence[Mapping[str, float]]) -> list[int | None]:
    """Return for each sentence the figure that the next one names, seen through open quotations.

    Only within the paragraph, or while a quotation is open: an article names its source at the end of
    a paragraph at the latest.
    """
    n = len(own)
    out: list[int | None] = [None] * n
    for i in range(n - 2, -1, -1):
        here, there = sources.analysis.sentences[i], sources.analysis.sentences[i + 1]
        if here.paragraph != there.paragraph and not sources.quoted[i].open_after and i:
            continue
        if i + 1 in sources.begins:
            continue
        named = [
            (own[i + 1][f"phrase|{k}"], sources.cast.of[key(phrase)])
            for k, phrase in enumerate(sources.phrases[i + 1])
            if phrase.kind != "pronoun" and phrase.heard
        ]
        value, figure = max(named, default=(0.0, None), key=lambda pair: pair[0])
        out[i] = figure if value > own[i + 1]["next"] else out[i + 1]
    return out


class Walk:
    """The state of a walk through one document's sentences: who has spoken so far.

    Attributes:
        spoken: figures in the order in which they spoke.
        carried: the last of them, if nobody's turn ended since.
        gap: sentences of the article's own voice since then.
        before: who spoke in the sentence before: "author" or "source".
    """

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.spoken: list[int] = []
        self.carried: int | None = None
        self.gap = 0
        self.before = AUTHOR

    @property
    def own_voice(self) -> str:
        """Name of the candidate that is the article's own voice here."""
        return f"{AUTHOR}|{self.before}"

    @property
    def carry(self) -> str:
        """Name of the candidate that is the last source carried on to here."""
        return f"carry|{min(self.gap, GAPS[-1])}"

    def enter(self, i: int) -> None:
        """Come to sentence `i`: a turn of a transcript carries no source over from another one."""
        if i in self.sources.begins:
            self.carried, self.gap, self.before = None, 0, AUTHOR

    def say(self, figure: int | None) -> None:
        """Take note of who speaks in the next sentence."""
        self.before = AUTHOR if figure is None else "source"
        self.gap = self.gap + 1 if figure is None else 0
        if figure is not None:
            self.spoken.append(figure)
            self.carried = figure

    def silent_claims(
        self, i: int, scores: Mapping[str, float], *, in_block: bool
    ) -> Iterator[Claim]:
        """Yield what is claimed where nothing in sentence `i` says who speaks.

        The text's own voice, which is the issuer's where it has one; and a source whose quotation goes on.
        """
        quoted = self.sources.quoted[i]
        wholly = quoted.share > WHOLLY
        factor = QUOTED_AUTHOR if wholly or in_block else 1.0
        yield Claim(self.sources.voices[i], scores[self.own_voice] * factor, self.own_voice)
        if self.gap == 0 and self.carried is not None:
            if quoted.open_before and wholly:
                yield Claim(self.carried, 1.0, self.carry)
            elif in_block:
                yield Claim(self.carried, 0.5, self.carry)

    def claims(self, i: int, scores: Mapping[str, float], ahead: int | None) -> Iterator[Claim]:
        """Yield what the candidates of sentence `i`, but for the article's own voice, claim."""
        if self.carried is not None:
            yield Claim(self.carried, scores[self.carry], self.carry)
        if ahead is not None:
            yield Claim(ahead, scores["next"], "next")
        if self.sources.principal is not None:
            yield Claim(self.sources.principal, scores[PRINCIPAL], PRINCIPAL)
        for k, phrase in enumerate(self.sources.phrases[i]):
            figure = self.figure_of(phrase)
            if figure is not None:
                factor = RELAYED if relays(self.sources.phrases[i], k) else 1.0
                factor *= self._given_the_word(phrase, figure)
                name = f"phrase|{k}"
                yield Claim(figure, scores[name] * factor, name, phrase)

    def _given_the_word(self, phrase: Phrase, figure: int) -> float:
        """In a text of one voice, whoever is not given the word hardly speaks beside whose it is."""
        voice = self.sources.voices[phrase.sentence]
        alone = voice is None or figure == voice or phrase.heard
        return 1.0 if alone else UNHEARD

    def figure_of(self, phrase: Phrase) -> int | None:
        """Return whom a phrase stands for, given who has spoken; None where nobody fits."""
        cast = self.sources.cast
        if phrase.kind == "pronoun":
            if phrase.head in lexicon.OURSELVES:
                voice = self.sources.voices[phrase.sentence]
                return self.sources.principal if voice is None else voice
            return cast.pronoun(phrase.head, self.spoken, phrase.sentence)
        return cast.description(phrase, self.spoken)


def figure_rows(sources: Sources, speakers: Sequence[int | None]) -> dict[int, Row]:
    """Return one row for the type head for each figure that speaks; `speakers` is one a sentence."""
    said: dict[int, list[str]] = {}
    resolved: dict[int, list[Phrase]] = {}
    counts: dict[int, int] = {}
    walk = Walk(sources)
    for i, figure in enumerate(speakers):
        walk.enter(i)
        if figure is not None:
            counts[figure] = counts.get(figure, 0) + 1
            words = said.setdefault(figure, [])
            if counts[figure] <= SAID_SENTENCES:
                heard = [w.low for w in sources.analysis.words[i] if w.low[0].isalnum()]
                words += sources.roles.masked(heard)
            resolved.setdefault(figure, []).extend(
                phrase
                for phrase in sources.phrases[i]
                if phrase.kind == "group"
                and sources.cast.of[key(phrase)] != figure
                and walk.figure_of(phrase) == figure
            )
        walk.say(figure)
    return {
        figure: describe(sources, figure, resolved[figure], words) for figure, words in said.items()
    }


def same_source(name: str, other: str) -> bool:
    """Say whether one of two names holds all the other's words, articles and titles aside."""
    a, b = content(name) - lexicon.TITLES, content(other) - lexicon.TITLES
    return bool(a and b) and (a <= b or b <= a)
