"""What a document says of who its sources are: descriptions with states' names masked by role.

```
figure | its phrases, and those that stand for it | masked words | marks
```
"""

from collections.abc import Iterator, Sequence

from model import source_words as lexicon
from model.cast import Figure
from model.phrases import Phrase
from model.rows import Row, View
from model.source_marks import (
    NOT_OF_A_STATE,
    OFFICIAL,
    aimed,
    current,
    marks,
    media_in,
    role_in,
    sorts_in,
)
from model.sources import Sources
from model.surroundings import states_around

MOST_PHRASES_READ = 6  # of one figure: later ones repeat the first


def describe(sources: Sources, at: int, resolved: Sequence[Phrase], said: Sequence[str]) -> Row:
    """Return the type head's row for one figure.

    Args:
        sources: of the document.
        at: the figure's index in the cast.
        resolved: phrases that name another figure, and stand for this one ("the thinktank").
        said: masked words of what it said.
    """
    figure = sources.cast.figures[at]
    issuer = at in sources.issuers
    own = {w.lower().removesuffix("'s") for phrase in figure.phrases for w in phrase.name}
    told = current(list(_descriptions(sources, figure, resolved, own)))
    medium = any("MEDIA" in words for _, words in told) and figure.kind != "person"
    if not medium and not any(role_in(words) for _, words in told):
        told += _borrowed(sources, figure, told)
    out = [f"kind={figure.kind}", f"gender={figure.gender or '-'}"]
    out += ["issuer"] if issuer else []
    for head, words in told:
        out += words
        if head:
            out.append(f"head={head}")
            out += [f"{t.split('.')[0]}+{head}" for t in words if t[:1].isupper()]
    plain = [[w.removesuffix("'s") for w in words] for _, words in told]
    seen = [f"kind={figure.kind}", *(["issuer"] if issuer else []), *marks(plain)]
    around: list[str] = []
    if _may_be_an_official(plain):
        around = [*sources.states, *states_around(sources.analysis, figure.first)]
    return {
        "who": View(tuple(out)),
        "marks": View(tuple(seen)),
        "said": View(tuple(said)),
        "around": View(tuple(around)),
    }


def _may_be_an_official(plain: Sequence[Sequence[str]]) -> bool:
    """Say whether descriptions fit an official, and leave open of which state or organisation.

    Whoever is not described at all may be one too.
    """
    sorts = {sort for words in plain for sort in sorts_in(words)}
    fits = not sorts or (OFFICIAL & sorts and not NOT_OF_A_STATE & sorts)
    return bool(fits) and not any(role_in(words) for words in plain)


def _descriptions(
    sources: Sources, figure: Figure, resolved: Sequence[Phrase], own: set[str]
) -> Iterator[tuple[str, list[str]]]:
    """Yield head and masked words of each different description of a figure, its own name left out."""
    seen: set[tuple[str, ...]] = set()
    for phrase in (*figure.phrases[:MOST_PHRASES_READ], *resolved[:MOST_PHRASES_READ]):
        kept = tuple(w for w in phrase.about if w.removesuffix("'s") not in own)
        if kept in seen or not kept:
            continue
        seen.add(kept)
        medium = media_in(phrase.about)
        if medium and figure.kind != "person":
            state = role_in(sources.roles.masked(kept))[:1] if "." in medium else []
            yield medium, [*(f"{role}.NAME" for role in state), medium]
            return
        words = aimed([*sources.roles.masked(kept), *([medium] if medium else [])])
        head = "" if phrase.head in own else sources.roles.masked((phrase.head,))[0]
        yield head, words


def _borrowed(
    sources: Sources, figure: Figure, told: Sequence[tuple[str, list[str]]]
) -> list[tuple[str, list[str]]]:
    """Return what tells whose an official is where no description does.

    "The agency's spokeswoman": the agency named last before her; else the publisher, where it is a
    government or an organisation.
    """
    words = {w.removesuffix("'s") for _, listed in told for w in listed}
    first = figure.first
    if first is not None and (bodies := words & lexicon.BODY_WORDS):
        whose = _body_before(sources, first, bodies, figure)
        if whose is not None:
            return [("", sources.roles.masked(phrase.about)) for phrase in whose.phrases[:2]]
    if sources.publisher and OFFICIAL & sorts_in(words):
        return [("", [sources.publisher])]
    return []


def _body_before(sources: Sources, phrase: Phrase, bodies: set[str], own: Figure) -> Figure | None:
    """Return the last figure before a phrase that one of the words for bodies can mean."""
    for number in range(phrase.sentence, max(-1, phrase.sentence - 6), -1):
        for other in reversed(sources.phrases[number]):
            if other.start >= phrase.start or other.kind == "pronoun":
                continue
            found = sources.cast.named(other)
            if found is not own and found.kind != "person" and bodies & (found.heads | found.known):
                return found
    return None
