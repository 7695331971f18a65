"""Whose intervention a sentence talks about."""

from collections.abc import Mapping, Sequence

from model.analysis import Analysis
from model.heads import Head, HeadConfig
from model.tag import ActorTag

CONFIGS: tuple[HeadConfig, ...] = ()


def tag_actors(
    analyses: Sequence[Analysis], heads: Mapping[str, Head]
) -> list[tuple[tuple[ActorTag, ...], ...]]:
    """Say for every sentence of every document which outside actors' intervention it talks about."""
    return [tuple(() for _ in analysis.sentences) for analysis in analyses]
