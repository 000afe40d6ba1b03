"""A user's home with configuration files in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from envctl.configuration.read import read
from envctl.model.configuration import Configuration


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The user's home, empty yet."""
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def configure(home: Path) -> Callable[[str, str], Path]:
    """Write one file below the home."""

    def write(name: str, text: str) -> Path:
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    return write


@pytest.fixture
def configured(home: Path) -> Callable[..., Configuration]:
    """What is configured for that user, with the variables given."""

    def call(**variables: str) -> Configuration:
        return read({"HOME": str(home), "PATH": "", **variables})

    return call
