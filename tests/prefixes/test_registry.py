"""conda's list of environments."""

from pathlib import Path

import pytest

from envctl.prefixes.registry import register, registered, registry_file, unregister


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_a_prefix_is_added_once(home: Path) -> None:
    register(Path("/opt/a"))
    register(Path("/opt/b"))
    register(Path("/opt/a"))
    assert (home / ".conda" / "environments.txt").read_text() == "/opt/a\n/opt/b\n"


def test_taking_one_out_leaves_the_others_as_they_were() -> None:
    registry_file().parent.mkdir()
    registry_file().write_text("/opt/a\n  /opt/b  \n\n/opt/c\n")
    unregister(Path("/opt/a"))
    assert registry_file().read_text() == "  /opt/b  \n\n/opt/c\n"


def test_no_file_means_no_environments() -> None:
    unregister(Path("/opt/a"))
    assert registered() == ()
    assert not registry_file().exists()


def test_conda_settings_may_forbid_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDA_REGISTER_ENVS", "false")
    register(Path("/opt/a"))
    assert registered() == ()


def test_a_last_line_without_an_end_is_not_run_into() -> None:
    registry_file().parent.mkdir()
    registry_file().write_text("/opt/a")
    register(Path("/opt/b"))
    assert registry_file().read_text() == "/opt/a\n/opt/b\n"
