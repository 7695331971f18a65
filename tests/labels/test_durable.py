"""A file is written as a whole or not at all."""

from pathlib import Path

import pytest

from labels.durable import replacing, replacing_path, replacing_text


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert path.read_bytes() == b"old"
    with replacing(path) as file:
        file.write(b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert path.read_bytes() == b"new"


def test_a_writer_that_opens_the_file_itself_replaces_it_too(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 240 + ".csv")  # a name with no room for an ending

    with replacing_text(path, encoding="utf-16") as file:
        file.write("one\r\n")
    assert path.read_bytes().decode("utf-16") == "one\r\n"
    with replacing_path(path) as unfinished:
        unfinished.write_bytes(b"two")
        assert path.read_bytes() != b"two"

    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]
