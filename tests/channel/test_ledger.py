"""The record of what was built."""

from __future__ import annotations

from pathlib import Path

import pytest

from envctl.channel import ledger
from envctl.channel.ledger import ChannelPackage


@pytest.fixture
def package(tmp_path: Path) -> ChannelPackage:
    (tmp_path / "noarch").mkdir()
    (tmp_path / "noarch/greet-1.0-py_0.conda").write_bytes(b"12345")
    return ChannelPackage(
        name="greet",
        version="1.0",
        build="py_0",
        subdir="noarch",
        file_name="greet-1.0-py_0.conda",
        size_bytes=5,
    )


def test_what_was_noted_is_read_again(tmp_path: Path, package: ChannelPackage) -> None:
    book = ledger.read(tmp_path)
    book.add("k", package)
    book.requests["r"] = ["k"]
    book.write()
    again = ledger.read(tmp_path)
    assert again.answer("r") == (package,)
    assert again.indexed is False


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"packages": {"k": {}}, "requests": {}, "indexed": true}']
)
def test_a_record_that_cannot_be_read_is_an_empty_one(tmp_path: Path, content: str) -> None:
    (tmp_path / ".envctl").mkdir()
    (tmp_path / ".envctl/built.json").write_text(content)
    assert ledger.read(tmp_path).packages == {}


@pytest.mark.parametrize("damage", [b"1234", None])
def test_a_package_that_is_gone_or_cut_short_does_not_count(
    tmp_path: Path, package: ChannelPackage, damage: bytes | None
) -> None:
    book = ledger.read(tmp_path)
    book.add("k", package)
    book.requests["r"] = ["k"]
    path = tmp_path / package.path
    path.unlink()
    if damage:
        path.write_bytes(damage)
    assert (book.has("k"), book.answer("r")) == (None, None)


def test_a_package_that_replaces_another_of_its_file_name_takes_its_entry(
    tmp_path: Path, package: ChannelPackage
) -> None:
    book = ledger.read(tmp_path)
    book.add("old", package)
    book.add("new", package)
    assert (book.has("old"), book.has("new")) == (None, package)


def test_a_key_tells_every_input_from_every_other() -> None:
    assert ledger.key("a", ["b"]) == ledger.key("a", ["b"])
    assert ledger.key("a", ["b"]) != ledger.key("a", "b") != ledger.key("ab")
