"""Everything that is read off a document to decide who speaks, before any head looks at it.

```
Analysis | quotations | phrases of every sentence | cast of figures | state names by their role
```
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from labels.actors import STATE_KINDS, ActorRegister, Kind, Mention
from model import source_words as lexicon
from model.analysis import TOKEN, Analysis
from model.cast import Cast, Figure, key
from model.issuer import HEARD, announced, one_voice
from model.phrases import Phrase, phrases_of
from model.quotes import Quoted, quoted_sentences
from model.tokens import DATELINE, Token, tokens_of

PLACES = STATE_KINDS | {Kind.TERRITORY, Kind.ORGANISATION}
LONGEST_ROLE = 5  # words of the longest state or organisation's name looked up
MOST_PHRASES_READ = 6  # of one figure: later ones repeat the first


@dataclass(frozen=True, slots=True)
class Sources:
    """What a document holds about its sources.

    Attributes:
        analysis: the document's sentences and words.
        quoted: how each sentence is quoted.
        tokens: each sentence's tokens outside quotations.
        phrases: each sentence's phrases that may name a source.
        cast: who is who among the phrases.
        issuer: index of the figure whose statement the whole document is, or None.
        roles: role of each state's or organisation's name, by its words in lower case.
        style: a token for how many figures are given the word.
    """

    analysis: Analysis
    quoted: tuple[Quoted, ...]
    tokens: tuple[tuple[Token, ...], ...]
    phrases: tuple[tuple[Phrase, ...], ...]
    cast: Cast
    issuer: int | None
    roles: dict[tuple[str, ...], str]
    style: str


def read_sources(analysis: Analysis) -> Sources:
    """Read one document."""
    text = analysis.document.text
    places = _places(analysis)
    quoted = quoted_sentences(text, analysis.sentences)
    tokens, phrases = [], []
    for i, (sentence, words) in enumerate(zip(analysis.sentences, analysis.words, strict=True)):
        dateline = DATELINE.match(text, sentence.start, sentence.end)
        listed = [(word.text, word.start, word.end) for word in words]
        after = dateline.end() if dateline else 0
        tokens.append(tuple(tokens_of(listed, quoted[i], after=after)))
        phrases.append(
            tuple(_no_state(p, places.roles) for p in phrases_of(i, tokens[-1], places.words))
        )
    issued = announced(analysis.document)
    cast = Cast([*([[issued]] if issued else []), *phrases])
    issuer = 0 if issued else one_voice(analysis.document, phrases, tokens, cast)
    return Sources(
        analysis=analysis,
        quoted=quoted,
        tokens=tuple(tokens),
        phrases=tuple(phrases),
        cast=cast,
        issuer=issuer,
        roles=places.roles,
        style=_style(phrases, cast),
    )


def _style(phrases: Sequence[Sequence[Phrase]], cast: Cast) -> str:
    """Return how many figures are given the word in an article: one in a press release."""
    heard = {
        cast.of[key(phrase)]
        for sentence in phrases
        for phrase in sentence
        if phrase.kind != "pronoun" and HEARD & set(phrase.cues)
    }
    return f"heard={min(len(heard), 4)}"


@dataclass(frozen=True, slots=True)
class _Places:
    roles: dict[tuple[str, ...], str]
    words: frozenset[str]


def _places(analysis: Analysis) -> _Places:
    """Return the role of every state's and organisation's name, and where they stand."""
    named = [*chain.from_iterable(analysis.mentions), *analysis.headline]
    return _Places(
        roles={
            tuple(w.lower().replace("’", "'") for w in TOKEN.findall(m.form)): role_of(m, analysis.host)
            for m in named
        },
        words=frozenset(w.lower() for m in named if m.kind in PLACES for w in m.form.split()),
    )


def _no_state(phrase: Phrase, roles: dict[tuple[str, ...], str]) -> Phrase:
    """Return the phrase as no person where its name is a state's or an organisation's."""
    if phrase.kind != "person" or tuple(w.lower() for w in phrase.name) not in roles:
        return phrase
    cues = tuple(
        cue.replace("person", "named") if cue.startswith("k") else cue for cue in phrase.cues
    )
    return replace(phrase, kind="named", name=(), cues=cues)


def role_of(mention: Mention, host: str | None) -> str:
    """Return a token for what a name stands for: the host, another state, an organisation."""
    if mention.kind is Kind.GROUP:
        return "GROUP"
    if mention.kind in STATE_KINDS or mention.kind is Kind.TERRITORY:
        whose = "HOST" if mention.id == host else "FOREIGN"
        return f"{whose}.{mention.kind.name}"
    return "AGENCY" if mention.kind is Kind.AGENCY else "IGO"


def masked(words: tuple[str, ...], roles: dict[tuple[str, ...], str]) -> Iterator[str]:
    """Yield words in lower case with the names of states and organisations replaced by roles."""
    at = 0
    while at < len(words):
        for n in range(min(LONGEST_ROLE, len(words) - at), 0, -1):
            piece = words[at : at + n]
            role = roles.get(piece) or roles.get((*piece[:-1], piece[-1].removesuffix("'s")))
            if role:
                yield role
                at += n
                break
        else:
            yield _alone(words[at])
            at += 1


@lru_cache(maxsize=20_000)
def _alone(word: str) -> str:
    """Return a token for one word that no name around it explains.

    A register reads "French" before a capital as a surname; in a description it is an adjective.
    """
    bare = word.removesuffix("'s")
    if bare in lexicon.ARMED_GROUPS:
        return "GROUP"
    found = ActorRegister.shipped().find(bare.capitalize()) if len(bare) > 4 else ()
    adjective = len(found) == 1 and found[0].kind is Kind.ADJECTIVE and found[0].end == len(bare)
    return "FOREIGN.ADJECTIVE" if adjective else word


def who(figure: Figure, roles: dict[tuple[str, ...], str], *, issuer: bool = False) -> list[str]:
    """Return tokens that tell who a figure is: its descriptions, without a person's own name."""
    own = {w.lower().removesuffix("'s") for phrase in figure.phrases for w in phrase.name}
    out = [f"kind={figure.kind}", f"gender={figure.gender or '-'}"]
    out += ["issuer"] if issuer else []
    seen: set[tuple[str, ...]] = set()
    for phrase in figure.phrases[:MOST_PHRASES_READ]:
        kept = tuple(w for w in phrase.about if w.removesuffix("'s") not in own)
        if kept in seen or not kept:
            continue
        seen.add(kept)
        tokens = list(masked(kept, roles))
        out += [*tokens, *_media(phrase)]
        if phrase.head not in own:
            head = next(masked((phrase.head,), roles))
            out += [
                f"head={head}",
                *(f"{t.split('.')[0]}+{head}" for t in tokens if t[:1].isupper()),
            ]
    return out


def _media(phrase: Phrase) -> list[str]:
    """Return a token for a newspaper, an agency or a station, told apart by whom it belongs to."""
    words = [word.removesuffix("'s") for word in phrase.about]
    about = " ".join(words)
    named = lexicon.MEDIA & set(words) or any(name in about for name in lexicon.MEDIA_NAMES)
    if not named and not {"media", "television", "radio"} & set(words[-3:]):
        return []
    return ["MEDIA.STATE" if lexicon.STATE_MEDIA & set(words) else "MEDIA"]
