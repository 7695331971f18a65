"""The names of states and organisations in a document, each with a token for what it stands for.

```
"troops of the Danish army" | masked | "troops", "of", "the", "FOREIGN.ADJECTIVE", "army"
```
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from labels.actors import STATE_KINDS, ActorRegister, Kind, Mention
from model import source_words as lexicon
from model.analysis import TOKEN, lowered
from model.longest import Longest

LONGEST = 5  # words of the longest name that is looked up
Name = tuple[str, ...]


class Roles:
    """What each name stands for; names are words in lower case, apostrophes made plain."""

    def __init__(self, mentions: Iterable[Mention], host: str | None) -> None:
        self._of = {_words(m.form): role_of(m, host) for m in mentions}
        spelled = {(*name[:-1], name[-1] + "'s"): role for name, role in self._of.items()}
        self._spelled = spelled | self._of
        self._names = Longest(name for name in self._spelled if len(name) <= LONGEST)

    def __contains__(self, name: Name) -> bool:
        return name in self._of

    def masked(self, words: Sequence[str]) -> list[str]:
        """Return words in lower case with names replaced by roles; the longest name wins."""
        found: list[str] = []
        free = 0
        for start, end, name in self._names.find(words):
            found += map(_alone, words[free:start])
            found.append(self._spelled[name])
            free = end
        found += map(_alone, words[free:])
        return found


def role_of(mention: Mention, host: str | None) -> str:
    """Return a token for what a name stands for: the host, another state, an organisation."""
    if mention.kind is Kind.GROUP:
        return "GROUP"
    if mention.kind in STATE_KINDS or mention.kind is Kind.TERRITORY:
        whose = "HOST" if mention.id == host else "FOREIGN"
        return f"{whose}.{mention.kind.name}"
    return "AGENCY" if mention.kind is Kind.AGENCY else "IGO"


@lru_cache(maxsize=20_000)
def _words(form: str) -> Name:
    return tuple(map(lowered, TOKEN.findall(form)))


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
