"""What can be chosen of an export: formats, sentences, networks.

Apart from what they do, because the command line knows all of them before it imports anything.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

DEFAULT_PASSWORD = "stancewire"  # noqa: S105 - told in docs/formats.md, meant to be changed in DNA


class Format(StrEnum):
    """A form in which an export is written."""

    CSV = "csv"
    PARQUET = "parquet"
    JSONL = "jsonl"
    DNA = "dna"
    EVENT_LIST = "event-list"
    GRAPHML = "graphml"
    GEXF = "gexf"
    EDGES = "edges"
    DL = "dl"
    LABEL_STUDIO = "label-studio"
    DOCCANO = "doccano"
    PRODIGY = "prodigy"
    CODING_SHEET = "coding-sheet"


class NetworkKind(StrEnum):
    """What the nodes are and what an edge says."""

    TWO_MODE = "two-mode"
    CONGRUENCE = "congruence"
    CONFLICT = "conflict"
    SUBTRACT = "subtract"


class Qualifier(StrEnum):
    """How two stances on the same actor are compared in one-mode networks.

    `stance_num`: by their distance (favor 1, conditional 0, against -1), an integer in DNA.
    `stance`: the same label or not, a short text in DNA; there, what only one of two speakers said
    counts as conflict.
    """

    STANCE_NUM = "stance_num"
    STANCE = "stance"


class Normalisation(StrEnum):
    """What an edge of a one-mode network is divided by; see `service.exports.networks`."""

    NO = "no"
    AVERAGE = "average"
    JACCARD = "jaccard"
    COSINE = "cosine"


class Duplicates(StrEnum):
    """Within what the same speaker, actor and stance count once."""

    INCLUDE = "include"
    DOCUMENT = "document"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ACROSS_RANGE = "acrossrange"


class Unit(StrEnum):
    """A calendar unit; weeks go from Monday to Sunday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which sentences are exported.

    Attributes:
        neutral: also those that take no position.
        sure: without those whose version abstains.
        min_confidence: without those below it, in [0, 1].
        since: without what was published before this day (UTC), or on an unknown day.
        until: without what was published after it, or on an unknown day.
    """

    neutral: bool = False
    sure: bool = False
    min_confidence: float = 0.0
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """How statements become a network.

    Attributes:
        kind: two modes, or how speakers are linked.
        qualifier: how stances are compared in one mode.
        normalisation: what edges are divided by in one mode.
        duplicates: within what repetitions count once.
        copies: count every copy of a text.
        window: unit by which windows move; None for one network over the whole time.
        window_size: units that a window spans.
        min_ties: leave out speakers with fewer ties.
    """

    kind: NetworkKind = NetworkKind.TWO_MODE
    qualifier: Qualifier = Qualifier.STANCE_NUM
    normalisation: Normalisation = Normalisation.NO
    duplicates: Duplicates = Duplicates.INCLUDE
    copies: bool = False
    window: Unit | None = None
    window_size: int = 1
    min_ties: int = 1


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that can be chosen beside the format.

    Attributes:
        selection: which sentences.
        network: how networks are made.
        documents: files of articles, for the formats that show the text.
        per_actor: tables have one row a statement and actor.
        bom: CSV begins with a byte order mark.
        password: of the coders in a `.dna` file.
    """

    selection: Selection = field(default_factory=Selection)
    network: NetworkOptions = field(default_factory=NetworkOptions)
    documents: tuple[Path, ...] = ()
    per_actor: bool = False
    bom: bool = False
    password: str = DEFAULT_PASSWORD
