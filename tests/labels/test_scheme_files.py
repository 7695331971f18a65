"""Schemes of others: read from a file, each fault named."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from labels.errors import InvalidScheme
from labels.scheme import CODEBOOK, Scheme

TWEETS = """
version = "tweets-1"
stances = ["FAVOR", "AGAINST", "NONE"]
neutral = "NONE"
"""
NAMES = st.lists(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), min_size=2, unique=True)


def test_a_toml_file_names_labels_and_leaves_the_rest_out(tmp_path: Path) -> None:
    (tmp_path / "tweets.toml").write_text(TWEETS)

    scheme = Scheme.from_file(tmp_path / "tweets.toml")

    assert scheme == Scheme("tweets-1", ("FAVOR", "AGAINST", "NONE"), "NONE")


def test_the_codebook_comes_back_from_its_json(tmp_path: Path) -> None:
    (tmp_path / "codebook.json").write_text(json.dumps(CODEBOOK.to_json()))

    assert Scheme.from_file(tmp_path / "codebook.json") == CODEBOOK


@given(NAMES, st.lists(st.from_regex(r"[a-z]{1,9}", fullmatch=True), unique=True))
def test_any_sound_scheme_comes_back_from_its_json(stances: list[str], types: list[str]) -> None:
    narrator = types[0] if types else None
    scheme = Scheme(
        "1", tuple(stances), stances[-1], tuple(types), narrator, has_actors=len(types) > 2
    )

    assert Scheme.from_json(json.loads(json.dumps(scheme.to_json()))) == scheme


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"version": ""}, "version"),
        ({"version": 1.3}, "version"),
        ({"stances": "favor"}, "stances"),
        ({"stances": ["favor"]}, "stances"),
        ({"stances": ["favor", "favor", "none"]}, "stances"),
        ({"stances": ["in favor", "none"]}, "stances"),
        ({"stances": ["", "none"]}, "stances"),
        ({"stances": [1, 2]}, "stances"),
        ({"neutral": "neutral"}, "neutral"),
        ({"neutral": None}, "neutral"),
        ({"speaker_types": {"author": 1}}, "speaker_types"),
        ({"narrator": "nobody"}, "narrator"),
        ({"has_actors": "yes"}, "has_actors"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_fault_is_named_by_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidScheme) as fault:
        Scheme.from_json(CODEBOOK.to_json() | change)

    assert fault.value.field == field


@pytest.mark.parametrize("raw", [None, [], "scheme", 3])
def test_only_an_object_is_a_scheme(raw: object) -> None:
    with pytest.raises(InvalidScheme, match="must be an object"):
        Scheme.from_json(raw)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.toml", b"stances = ["), ("a.json", b"{"), ("a.toml", b"\xff"), ("a.json", b"{}")],
)
def test_a_file_that_holds_no_scheme_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(InvalidScheme, match=name):
        Scheme.from_file(tmp_path / name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidScheme, match="No such file"):
        Scheme.from_file(tmp_path / "none.toml")
