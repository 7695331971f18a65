"""The names of the formats of files with codings: all that the command line needs to know of them."""

from enum import StrEnum


class Format(StrEnum):
    """A file with codings."""

    AUTO = "auto"
    JSONL = "jsonl"
    JUDGEMENTS = "judgements"
    CSV = "csv"
    LABEL_STUDIO = "label-studio"
    DOCCANO = "doccano"
    PRODIGY = "prodigy"
