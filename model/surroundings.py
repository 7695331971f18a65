"""Which states are named around a source: they tell whose official it is where no description does.

```
Analysis | names of states in title and opening, and how often | tokens of the document
"OTTAWA - Ann Low, the critic for defence, said" | names before and behind the source | tokens of the source
```
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from labels.actors import Mention
from model.analysis import Analysis
from model.phrases import Phrase
from model.roles import role_of

REACH = 2  # sentences before the first that names the source
OPENING = 2  # sentences in which a text says whose affairs it tells of
MOST_STATES = 4
QUARTERS = 4  # steps in which the host's share of the names of states is told
STATES = frozenset(["HOST", "FOREIGN"])


def states_of(analysis: Analysis) -> tuple[str, ...]:
    """Return tokens for the states and organisations that a document is about."""
    mentions, host = analysis.mentions, analysis.host
    opening = next(_roles(chain.from_iterable(mentions[:OPENING]), host), "-")
    tokens = [f"title={role}" for role in dict.fromkeys(_roles(analysis.headline, host))]
    tokens.append(f"opening={opening}")
    every = list(chain.from_iterable(mentions))
    roles = _roles(every, host)
    counts = Counter(m.id for m, role in zip(every, roles, strict=True) if role in STATES)
    if counts:
        [(most, _)] = counts.most_common(1)
        tokens.append(f"most={'HOST' if most == host else 'FOREIGN'}")
        tokens.append(f"host={QUARTERS * counts[host or ''] // counts.total()}")
        tokens.append(f"foreign={min(MOST_STATES, len(counts.keys() - {host}))}")
    return tuple(tokens)


def states_around(analysis: Analysis, first: Phrase | None) -> Iterator[str]:
    """Yield tokens for the names of states and organisations near a source.

    Args:
        analysis: of the document.
        first: the first phrase of a sentence that names the source; None where only the headline does.
    """
    mentions, host = analysis.mentions, analysis.host
    here, start, end = (first.sentence, first.start, first.end) if first else (0, 0, 0)
    earlier = mentions[max(0, here - REACH) : here]
    places: dict[str, Iterable[Mention]] = {
        "before": [m for m in reversed(mentions[here]) if m.end <= start],
        "behind": [m for m in mentions[here] if m.start >= end],
        "earlier": [m for found in reversed(earlier) for m in reversed(found)],
    }
    yield from (f"{name}={next(_roles(there, host), '-')}" for name, there in places.items())


def _roles(mentions: Iterable[Mention], host: str | None) -> Iterator[str]:
    return (role_of(mention, host).split(".")[0] for mention in mentions)
