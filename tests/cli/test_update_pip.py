"""An update of an environment with a pip section, which is planned and kept like the conda packages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_wheel import make_wheel

from envctl import proc

pytestmark = pytest.mark.channel
Ask = Callable[..., Path]


@pytest.fixture
def ask(tmp_path: Path, local_channel: Any) -> Ask:
    """Write an environment file with these lines in its pip section."""
    for version in ("1.0", "2.0"):
        make_wheel(tmp_path / "wheels", "greet", version, files={"greet.py": f"VERSION = '{version}'\n"})
    make_wheel(tmp_path / "wheels", "other")

    def write(*lines: str) -> Path:
        pip = "".join(f"  - {line}\n" for line in ("--no-index", "--find-links ./wheels", *lines))
        file = tmp_path / "asked.yml"
        file.write_text(
            f"name: web\nchannels: ['{local_channel.url}']\ndependencies:\n- python\n- pip\n- pip:\n{pip}"
        )
        return file

    return write


@pytest.fixture
def web(envctl: Any, ask: Ask, root: Path) -> Path:
    assert envctl("create", "-f", ask("greet<2")).code == 0
    return root / "envs" / "web"


def says(prefix: Path, expression: str) -> str:
    return proc.run([prefix / "bin" / "python", "-c", f"import greet; print({expression})"]).stdout.strip()


def test_a_section_that_brings_the_same_changes_nothing(envctl: Any, web: Path, ask: Ask) -> None:
    result = envctl("update", "web", ask("greet<2"))
    assert result.code == 0
    assert "nothing was changed" in result.err
    assert web.readlink().name == "1"


def test_what_still_fits_stays_and_what_does_not_moves(envctl: Any, web: Path, ask: Ask) -> None:
    assert envctl("update", "web", ask("greet", "other")).code == 0
    assert says(web, "greet.VERSION") == "1.0"
    assert envctl("update", "web", ask("greet>=2", "other")).code == 0
    assert says(web, "greet.VERSION") == "2.0"
    assert envctl("check", "web", "--files").code == 0


def test_a_dry_run_shows_what_the_section_would_change(envctl: Any, web: Path, ask: Ask) -> None:
    result = envctl("update", "web", ask("greet>=2"), "--dry-run", "--json")
    (change,) = result.json["diff"]["changed"]
    assert (change["name"], change["manager"], change["kinds"]) == ("greet", "pip", ["upgrade"])
    assert says(web, "greet.VERSION") == "1.0"


def test_a_section_that_fails_leaves_everything_as_it_was(envctl: Any, web: Path, ask: Ask) -> None:
    result = envctl("update", "web", ask("greet>=3"), "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "pip-failed")
    assert says(web, "greet.VERSION") == "1.0"
    assert [entry.name for entry in web.resolve().parent.iterdir()] == ["1"]


def test_going_back_takes_the_pip_packages_along(envctl: Any, web: Path, ask: Ask) -> None:
    assert envctl("update", "web", ask("greet>=2", "other")).code == 0
    assert envctl("rollback", "web").code == 0
    assert says(web, "greet.VERSION, __import__('importlib.util').util.find_spec('other')") == "1.0 None"
    assert envctl("check", "web", "--files").code == 0


def test_sources_that_have_changed_are_built_anew(
    envctl: Any, web: Path, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    (project / "wheels").mkdir(parents=True)
    (project / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "greet"\nversion = "9"\n'
    )
    (project / "backend.py").write_text(
        "import shutil, sys\n"
        f"sys.path[:0] = {[str(Path(__file__).parent.parent / 'support'), *sys.path]!r}\n"
        "from pathlib import Path\n"
        "from tiny_wheel import make_wheel\n"
        "def build_wheel(folder, config_settings=None, metadata_directory=None):\n"
        "    return make_wheel(Path(folder), 'greet', '9',"
        " files={'greet.py': Path('said.py').read_text()}).name\n"
    )
    for said in ("first", "second"):
        (project / "said.py").write_text(f"SAID = {said!r}\n")
        assert envctl("update", "web", ask("./project")).code == 0
        assert says(web, "greet.SAID") == said
