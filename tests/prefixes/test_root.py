"""Where environments and packages live: ENVCTL_ROOT, conda's configured folders, or the user's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from envctl.errors import InputError
from envctl.prefixes.root import Root, find_root


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A user without any configuration."""
    return {"HOME": str(tmp_path), "PATH": ""}


def test_envctl_root_wins_over_what_is_configured(environ: dict[str, str], tmp_path: Path) -> None:
    root = find_root({**environ, "ENVCTL_ROOT": str(tmp_path / "root"), "CONDA_ENVS_PATH": str(tmp_path)})
    assert root == Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache")
    assert root.environments == tmp_path / "root" / "envs"
    assert root.packages == tmp_path / "root" / "cache" / "pkgs"


def test_without_a_configuration_the_folders_are_the_users_own(environ: dict[str, str]) -> None:
    root = find_root(environ)
    assert root.environments == Path(os.environ["XDG_DATA_HOME"], "envctl", "envs")
    assert root.generations == Path(os.environ["XDG_DATA_HOME"], "envctl", "generations")
    assert root.packages == Path(os.environ["XDG_CACHE_HOME"], "envctl", "pkgs")


def test_environments_go_to_condas_folder_with_their_generations_beside(
    environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / ".condarc").write_text("envs_dirs: [~/envs]\n")
    root = find_root(environ)
    assert root.environments == tmp_path / "envs"
    assert root.generations == tmp_path / "envs" / ".envctl"
    assert root.locks == Path(os.environ["XDG_DATA_HOME"], "envctl", "locks")


def test_packages_go_to_a_folder_of_their_own_in_condas_cache(
    environ: dict[str, str], tmp_path: Path
) -> None:
    root = find_root({**environ, "CONDA_PKGS_DIRS": "~/pkgs"})
    assert root.packages == tmp_path / "pkgs" / "envctl"
    assert root.repodata == Path(os.environ["XDG_CACHE_HOME"], "envctl", "repodata")


def test_the_first_folder_that_can_be_written_or_made_is_taken_and_none_is_made(
    environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    folders = [tmp_path / "file" / "envs", tmp_path / "not" / "yet", tmp_path]
    root = find_root({**environ, "CONDA_ENVS_PATH": os.pathsep.join(map(str, folders))})
    assert root.environments == tmp_path / "not" / "yet"
    assert not root.environments.exists()


def test_a_folder_below_what_may_not_be_looked_into_cannot_be_written(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_arguments: object, **_named: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "exists", refused)  # root may look anywhere
    (tmp_path / "file").touch()
    environ["CONDA_ENVS_PATH"] = f"{tmp_path}/file/envs:{tmp_path}/envs"
    assert find_root(environ).envs_dir == tmp_path / "envs"


def test_where_none_can_be_written_the_users_own_folders_serve(
    environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    broken = str(tmp_path / "file" / "x")
    root = find_root({**environ, "CONDA_ENVS_PATH": broken, "CONDA_PKGS_DIRS": broken})
    assert root == find_root(environ)


def test_a_configuration_that_cannot_be_read_is_an_error_and_envctl_root_needs_none(
    environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / ".condarc").write_text("envs_dirs: /one\n")
    with pytest.raises(InputError, match=r"\.condarc:1: envs_dirs is '/one', not a list"):
        find_root(environ)
    assert find_root({**environ, "ENVCTL_ROOT": str(tmp_path)}).data == tmp_path
