"""Which files count, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from envctl.configuration.search_path import base_prefix, condarc_files, path_of

Configure = Callable[[str, str], Path]


def test_without_any_file_nothing_is_found(home: Path) -> None:
    assert condarc_files({"HOME": str(home)}) == ()


def test_the_files_of_a_home_go_from_the_weakest_to_the_strongest(home: Path, configure: Configure) -> None:
    names = [".config/conda/.condarc", ".conda/condarc", ".conda/condarc.d/a.yml", ".condarc"]
    written = [configure(name, "") for name in names]
    assert condarc_files({"HOME": str(home)}) == tuple(written)


def test_the_active_environments_file_is_stronger_and_the_named_one_the_strongest(
    home: Path, configure: Configure
) -> None:
    named = configure("mine.yaml", "")
    active = configure("env/.condarc", "")
    user = configure(".condarc", "")
    environ = {"HOME": str(home), "CONDA_PREFIX": str(home / "env"), "CONDARC": str(named)}
    assert condarc_files(environ) == (user, active, named)


def test_the_installation_of_conda_has_the_weakest_of_them(home: Path, configure: Configure) -> None:
    base = configure("miniforge/.condarc", "")
    xdg = configure("xdg/conda/condarc", "")
    user = configure(".condarc", "")
    environ = {"HOME": str(home), "CONDA_ROOT": str(base.parent), "XDG_CONFIG_HOME": str(home / "xdg")}
    assert condarc_files(environ) == (base, xdg, user)


def test_a_folder_of_files_is_read_in_the_order_of_their_names(home: Path, configure: Configure) -> None:
    last = configure(".conda/condarc.d/b.yaml", "")
    first = configure(".conda/condarc.d/a.yml", "")
    configure(".conda/condarc.d/notes.txt", "")
    configure(".conda/condarc.d/.condarc", "")
    assert condarc_files({"HOME": str(home)}) == (first, last)


def test_a_file_of_another_name_is_passed_over_as_conda_does(home: Path, configure: Configure) -> None:
    odd = configure("settings.conf", "")
    assert condarc_files({"HOME": str(home), "CONDARC": str(odd)}) == ()


def test_a_file_that_is_named_twice_is_read_once(home: Path, configure: Configure) -> None:
    user = configure(".condarc", "")
    assert condarc_files({"HOME": str(home), "CONDARC": "~/.condarc"}) == (user,)


def test_a_variable_that_is_not_set_names_no_folder(home: Path) -> None:
    assert condarc_files({"HOME": str(home), "CONDA_PREFIX": "", "CONDARC": "$NOWHERE/condarc"}) == ()


def test_the_installation_is_the_one_that_the_conda_in_use_belongs_to(
    home: Path, configure: Configure
) -> None:
    executable = configure("miniforge/bin/conda", "#!/bin/sh\n")
    executable.chmod(0o755)
    (home / "miniforge" / "conda-meta").mkdir()
    (home / "bin").mkdir()
    (home / "bin" / "conda").symlink_to(executable)
    assert base_prefix({"CONDA_EXE": str(executable)}) == home / "miniforge"
    assert base_prefix({"PATH": str(home / "bin")}) == home / "miniforge"
    assert base_prefix({"PATH": "", "MAMBA_ROOT_PREFIX": "/mamba"}) == Path("/mamba")
    assert base_prefix({"PATH": "/nowhere"}) is None


def test_a_conda_outside_an_installation_tells_none(home: Path, configure: Configure) -> None:
    executable = configure("bin/conda", "#!/bin/sh\n")
    executable.chmod(0o755)
    assert base_prefix({"CONDA_EXE": str(executable)}) is None


def test_a_path_has_its_home_and_its_variables_filled_in() -> None:
    environ = {"HOME": "/home/me", "DISK": "/data"}
    assert path_of("~/envs", environ) == Path("/home/me/envs")
    assert path_of("${DISK}/a/../envs", environ) == Path("/data/envs")
    assert path_of("~me.too/envs", environ) == Path.cwd() / "~me.too" / "envs"
