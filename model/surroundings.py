"""Which states are named around a source: they tell whose official it is where no description does.

```
"OTTAWA - Ann Low, the critic for defence, said" | names before and behind it, in title and opening | tokens
```
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from labels.actors import Mention
from model.cast import Figure
from model.roles import role_of
from model.sources import Sources

REACH = 2  # sentences before the first that names the source
OPENING = 2  # sentences in which a text says whose affairs it tells of
MOST_STATES = 4
QUARTERS = 4  # steps in which the host's share of the names of states is told
STATES = frozenset(["HOST", "FOREIGN"])


def states_around(sources: Sources, figure: Figure) -> Iterator[str]:
    """Yield tokens for the names of states and organisations near the first phrase that names a figure."""
    mentions, host = sources.analysis.mentions, sources.analysis.host
    first = next((phrase for phrase in figure.phrases if phrase.start >= 0), None)
    here, start, end = (first.sentence, first.start, first.end) if first else (0, 0, 0)
    places = {
        "before": [m for m in reversed(mentions[here]) if m.end <= start],
        "behind": [m for m in mentions[here] if m.start >= end],
        "earlier": [
            m for found in mentions[max(0, here - REACH) : here][::-1] for m in reversed(found)
        ],
        "opening": list(chain.from_iterable(mentions[:OPENING])),
    }
    yield from (f"title={role}" for role in dict.fromkeys(_roles(sources.analysis.headline, host)))
    yield from (f"{name}={next(_roles(there, host), '-')}" for name, there in places.items())
    named = [m for m in chain.from_iterable(mentions) if role_of(m, host).split(".")[0] in STATES]
    if named:
        counts = Counter(m.id for m in named)
        (most, _), *_ = counts.most_common(1)
        yield f"most={'HOST' if most == host else 'FOREIGN'}"
        yield f"host={QUARTERS * counts[host or ''] // len(named)}"
        yield f"foreign={min(MOST_STATES, len(counts.keys() - {host}))}"


def _roles(mentions: Sequence[Mention], host: str | None) -> Iterator[str]:
    return (role_of(mention, host).split(".")[0] for mention in mentions)
