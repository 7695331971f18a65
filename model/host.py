"""The state in conflict: whose territory an article is about."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from labels.actors import Kind, Mention

# Weights were set by hand on the labelled set's host fields; the figures stand in the tests.
WEIGHTS = {
    Kind.NAME: 1.0,
    Kind.ADJECTIVE: 0.7,
    Kind.PEOPLE: 0.8,
    Kind.CAPITAL: 0.6,
    Kind.TERRITORY: 1.2,
    Kind.GROUP: 1.5,
    Kind.METONYM: 0.2,
    Kind.FORCE: 0.2,
}
PLACED = 1.5  # "in Somalia", "northern Mali", "Yemeni rebels", "the Libyan crisis"
SENT = -1.0  # "Kenyan troops", "U.S. officials": more often a guest than the place
MISSION = 1.5  # a mission's own place
IN_TITLE = 3.0
# States that send far more often than they are sent to.
POWERS = frozenset({"USA", "RUS", "GBR", "FRA", "CHN"})
POWER = 0.6

BEFORE = re.compile(
    r"\b(?:in|inside|into|within|across|throughout|over|northern|southern|eastern|western|central"
    r"|north|south|east|west|war-torn|neighbouring|neighboring|on)\s(?:the\s)?$",
    re.IGNORECASE,
)
AFTER_PLACED = re.compile(
    r"(?:'s|’s|s'|s’)?[\s-](?:\w+\s)?(?:rebel|government|conflict|crisis|civil|war|insurg|junta"
    r"|opposition|capital|peace|ceasefire|people|civilian|coup|regime|transition|fight|militia"
    r"|separatist|unrest|violence|bloodshed|refugee|territory|soil|sovereignty|independence"
    r"|parliament|constitution|warring|faction|self-defence|warlord|provisional|interim)",
    re.IGNORECASE,
)
AFTER_SENT = re.compile(
    r"(?:'s|’s)?[\s-](?:\w+\s)?(?:troop|soldier|peacekeep|contingent|marine|warship|warplane|jet"
    r"|foreign\sminist|foreign\ssecretary|diplomat|embassy|ambassador|envoy|official|led\b"
    r"|intervention|airstrike|air\sstrike|paratroop|battalion|adviser|trainer)",
    re.IGNORECASE,
)


def find_host(
    title: str,
    in_title: Sequence[Mention],
    text: str,
    in_text: Sequence[Mention],
    places: Mapping[str, str],
) -> str | None:
    """Return the alpha-3 code of the state that an article treats as the place of the conflict.

    Every mention of a state votes: more where words around it make it the place, less where they
    make it a guest and more in the title.

    Args:
        title: the headline; "" where there is none.
        in_title: its mentions, in order.
        text: the article.
        in_text: its mentions, in order.
        places: state in which each mission form works.

    Returns:
        None where no state is mentioned.
    """
    votes: dict[str, float] = defaultdict(float)
    for words, mentions, factor in ((title, in_title, IN_TITLE), (text, in_text, 1.0)):
        for mention in mentions:
            if mention.kind == Kind.MISSION:
                if place := places.get(mention.form):
                    votes[place] += MISSION * factor
            elif mention.kind in WEIGHTS:
                votes[mention.id] += _vote(words, mention) * factor
    for power in POWERS.intersection(votes):
        votes[power] *= POWER
    # Ties go to the one met first, so that the answer doesn't hang on hashing.
    return max(votes, key=lambda id: votes[id], default=None)


def _vote(text: str, mention: Mention) -> float:
    vote = WEIGHTS[mention.kind]
    if BEFORE.search(text, max(0, mention.start - 16), mention.start):
        vote += PLACED
    after = text[mention.end : mention.end + 40]
    if AFTER_PLACED.match(after):
        vote += PLACED
    elif AFTER_SENT.match(after):
        vote += SENT
    return vote
