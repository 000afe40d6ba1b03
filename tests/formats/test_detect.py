"""A file's format, from its content."""

from pathlib import Path

import pytest

from envctl.formats.detect import detect

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "environments"
FOLDERS = {
    "env": "environment-yaml",
    "conda-lock": "conda-lock-v1",
    "pixi-lock": "pixi-lock",
    "explicit": "explicit",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: a\ndependencies: [python]\n", "environment-yaml"),
        ("# platform: linux-64\n@EXPLICIT\nhttps://host/a-1-0.conda\n", "explicit"),
        ("version: 1\nmetadata:\n  channels: []\npackage: []\n", "conda-lock-v1"),
        ("version: 6\nenvironments:\n  default: {}\npackages: []\n", "pixi-lock"),
        ("", "environment-yaml"),
    ],
)
def test_a_format_is_told_from_its_own_marks(text: str, expected: str) -> None:
    assert detect(text) == expected


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real files is not in a clone")
@pytest.mark.parametrize("folder", FOLDERS)
def test_real_files_are_what_their_collection_says(folder: str) -> None:
    wrong = [
        file.name
        for file in (REAL / folder).iterdir()
        if detect(file.read_bytes().decode("utf-8", "replace")) != FOLDERS[folder]
    ]
    assert wrong == []
