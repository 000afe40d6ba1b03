"""A folder to put templates into."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mine"
    (made / "addons").mkdir(parents=True)
    return made


@pytest.fixture
def write(folder: Path) -> Write:
    """Writes a template, or an add-on, whose body is given; name and summary are put in front."""

    def into(name: str, body: str = "", *, addon: bool = False, where: Path = folder) -> Path:
        path = where / ("addons" if addon else ".") / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        kind = "kind: addon\n" if addon else ""
        path.write_text(f"name: {name}\nsummary: about {name}\n{kind}{dedent(body)}", encoding="utf-8")
        return path

    return into
