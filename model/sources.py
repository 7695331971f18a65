"""Everything that is read off a document to decide who speaks, before any head looks at it.

```
Analysis | quotations | phrases of every sentence | cast of figures | state names by their role
```
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from labels.actors import STATE_KINDS, ActorRegister, Kind
from model.analysis import Analysis
from model.cast import Cast, key
from model.issuer import announced, one_voice, principal
from model.phrases import Phrase, phrases_of
from model.quotes import Quoted, quoted_sentences
from model.roles import Roles, role_of
from model.surroundings import states_of
from model.token_row import Tokens
from model.tokens import dateline_end, tokens_of
from model.turns import Turn, labels_of, turns_of, voices_of

PLACES = STATE_KINDS | {Kind.TERRITORY, Kind.ORGANISATION}


@dataclass(frozen=True, slots=True)
class Sources:
    """What a document holds about its sources.

    Attributes:
        analysis: the document's sentences and words.
        quoted: how each sentence is quoted.
        tokens: each sentence's tokens outside quotations.
        phrases: each sentence's phrases that may name a source.
        cast: who is who among the phrases.
        voices: index of the figure in whose voice each sentence stands: who issued the text, who answers in
            a transcript; None for the article's own voice.
        issuers: the figures among them.
        begins: sentences that begin a turn of a transcript.
        principal: the figure whose "I" the text may say, where no sentence stands in a figure's voice; or None.
        roles: of the states' and organisations' names.
        style: a token for how many figures are given the word.
        states: tokens for the states that it is about, see `model.surroundings`.
        publisher: role of the state or organisation in the publisher's name; "" for none.
    """

    analysis: Analysis
    quoted: tuple[Quoted, ...]
    tokens: tuple[Tokens, ...]
    phrases: tuple[tuple[Phrase, ...], ...]
    cast: Cast
    voices: tuple[int | None, ...]
    issuers: frozenset[int]
    begins: frozenset[int]
    principal: int | None
    roles: Roles
    style: str
    states: tuple[str, ...]
    publisher: str


def read_sources(analysis: Analysis) -> Sources:
    """Read one document."""
    text = analysis.document.text
    named = [*chain.from_iterable(analysis.mentions), *analysis.headline]
    roles = Roles(named, analysis.host)
    forms = {m.form for m in named if m.kind in PLACES}
    places = frozenset(word.lower() for form in forms for word in form.split())
    quoted = quoted_sentences(text, analysis.sentences)
    turns = turns_of(text, analysis.sentences)
    labels = labels_of(turns)
    begins = {turn.first: turn.after for turn in turns if turn}
    tokens, phrases = [], []
    for i, (sentence, words) in enumerate(zip(analysis.sentences, analysis.words, strict=True)):
        after = begins.get(i, dateline_end(text, sentence))
        tokens.append(tokens_of(words, quoted[i], after=after))
        phrases.append(tuple(_no_state(p, roles) for p in phrases_of(i, tokens[-1], places)))
    issued = announced(analysis.document, transcript=bool(begins))
    labelled = [(labels[i], *found) if i in labels else found for i, found in enumerate(phrases)]
    cast = Cast([*([[issued]] if issued else []), *labelled])
    voices = _voices(analysis, turns, labels, phrases, tokens, cast, issued=issued is not None)
    issuers = frozenset(voice for voice in voices if voice is not None)
    anonymous = not issuers and not begins
    return Sources(
        analysis=analysis,
        quoted=quoted,
        tokens=tuple(tokens),
        phrases=tuple(phrases),
        cast=cast,
        voices=voices,
        issuers=issuers,
        begins=frozenset(begins),
        principal=principal(phrases, tokens, cast) if anonymous else None,
        roles=roles,
        style=_style(phrases, cast),
        states=states_of(analysis),
        publisher=_publisher(analysis),
    )


def _voices(
    analysis: Analysis,
    turns: Sequence[Turn | None],
    labels: Mapping[int, Phrase],
    phrases: Sequence[Sequence[Phrase]],
    tokens: Sequence[Tokens],
    cast: Cast,
    *,
    issued: bool,
) -> tuple[int | None, ...]:
    """Return in whose voice each sentence stands."""
    if any(turns):
        return voices_of(turns, labels, phrases, tokens, cast, 0 if issued else None)
    issuer = 0 if issued else one_voice(analysis.document, phrases, tokens, cast)
    return (issuer,) * len(phrases)


def _style(phrases: Sequence[Sequence[Phrase]], cast: Cast) -> str:
    """Return how many figures are given the word in an article: one in a press release."""
    heard = {
        cast.of[key(phrase)]
        for sentence in phrases
        for phrase in sentence
        if phrase.kind != "pronoun" and phrase.heard
    }
    return f"heard={min(len(heard), 4)}"


def _publisher(analysis: Analysis) -> str:
    """Return the role of the state or organisation that a publisher's name names ("UK Foreign Office")."""
    named = ActorRegister.shipped().find(analysis.document.publisher or "")
    return role_of(named[0], analysis.host) if named else ""


def _no_state(phrase: Phrase, roles: Roles) -> Phrase:
    """Return the phrase as no person where its name is a state's or an organisation's."""
    if phrase.kind != "person" or tuple(w.lower() for w in phrase.name) not in roles:
        return phrase
    cues = tuple(
        cue.replace("person", "named") if cue.startswith("k") else cue for cue in phrase.cues
    )
    return replace(phrase, kind="named", name=(), cues=cues)
