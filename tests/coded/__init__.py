"""Coded articles that tests fit on, apart from the shipped set: that one may change, their outcomes must not.

w8, w12, w13 and w14 are plain prose composed with codes in mind, thirty articles a file.
"""

from functools import cache
from pathlib import Path

from labels.labelled_set import CodedDocument, read


@cache
def coded_file(name: str) -> tuple[CodedDocument, ...]:
    """Return the articles of one file of this folder."""
    return read([Path(__file__).with_name(f"{name}.jsonl")]).documents
