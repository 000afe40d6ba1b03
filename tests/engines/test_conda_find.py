"""Which conda is the user's, and whether it can be driven."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fake_conda import FakeConda

from envctl.engines.conda import CondaEngine
from envctl.engines.conda_environ import conda_environ
from envctl.engines.conda_find import find_conda, named_in_vain
from envctl.engines.interface import SolveRequest
from envctl.engines.registry import find_engine
from envctl.errors import AbsentError
from envctl.model.configuration import Configuration
from envctl.prefixes.root import Root
from envctl.progress import SilentReporter


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


def environ(home: Path, *folders: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(home), "PATH": os.pathsep.join(map(str, folders)), **more}


def test_the_one_that_conda_exe_names_comes_before_the_one_on_path(home: Path, tmp_path: Path) -> None:
    named = FakeConda(tmp_path / "named", version="25.11.1")
    on_path = FakeConda(tmp_path / "path", version="24.11.3")
    given = environ(home, on_path.directory, CONDA_EXE=str(named.executable))
    assert find_conda(given) == named.conda
    assert find_conda({**given, "CONDA_EXE": "/nowhere/conda"}) == on_path.conda


@pytest.mark.parametrize("place", ["miniforge3/bin", "miniconda3/condabin", "anaconda3/bin"])
def test_one_that_is_on_no_path_is_found_where_its_installer_puts_it(home: Path, place: str) -> None:
    conda = FakeConda(home / place)
    assert find_conda(environ(home)) == conda.conda


def test_what_is_no_conda_or_does_not_answer_is_passed_over(home: Path, tmp_path: Path) -> None:
    other = FakeConda(tmp_path / "other")
    other.answer("--version", stdout="micromamba 2.3.0\n")
    broken = FakeConda(tmp_path / "broken")
    broken.answer("--version", stderr="ModuleNotFoundError: No module named 'conda'\n", returncode=1)
    good = FakeConda(home / "miniconda3" / "bin", version="23.11.0")
    assert find_conda(environ(home, broken.directory, CONDA_EXE=str(other.executable))) == good.conda


@pytest.mark.parametrize("version", ["4.12.0", "22.9.0", "23.10.0"])
def test_an_older_one_is_refused_with_its_version(home: Path, tmp_path: Path, version: str) -> None:
    conda = FakeConda(tmp_path / "bin", version=version)
    with pytest.raises(AbsentError) as caught:
        find_conda(environ(home, conda.directory))
    assert caught.value.code == "old-conda"
    assert caught.value.message == f"conda {version} is too old"
    assert str(conda.executable) in (caught.value.cause or "")


@pytest.mark.parametrize("version", ["23.11.0", "24.9.2", "26.7.1", "26.11.0.dev3+g1a2b3c4", "27.1.0"])
def test_one_from_23_11_on_is_taken(home: Path, tmp_path: Path, version: str) -> None:
    conda = FakeConda(tmp_path / "bin", version=version)
    found = find_conda(environ(home, conda.directory))
    assert found.version == version
    assert found.is_newer == version.startswith("27")


def test_none_is_told_with_the_way_around(home: Path) -> None:
    with pytest.raises(AbsentError) as caught:
        find_conda(environ(home))
    assert caught.value.code == "no-conda"
    assert "--engine rattler" in (caught.value.hint or "")
    with pytest.raises(AbsentError, match="there is no conda") as caught:
        find_conda(environ(home, CONDA_EXE="/nowhere/conda"))
    assert caught.value.cause == (
        "sought by CONDA_EXE, which is /nowhere/conda, on PATH, and in the folders that its installers use"
    )


def test_what_conda_exe_names_in_vain_is_known(home: Path, tmp_path: Path) -> None:
    conda = FakeConda(tmp_path / "bin")
    for named, vain in (("", None), (str(conda.executable), None), ("/nowhere/conda", "/nowhere/conda")):
        given = environ(home, conda.directory, CONDA_EXE=named)
        assert named_in_vain(given, find_conda(given)) == vain


def test_the_engine_of_that_name_drives_it(home: Path, tmp_path: Path) -> None:
    conda = FakeConda(tmp_path / "bin")
    root = Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache")
    engine = find_engine(root, name="conda", environ=environ(home, conda.directory))
    assert isinstance(engine, CondaEngine)
    assert (engine.name, engine.version) == ("conda", "26.7.1")
    assert find_engine(root, name="auto").name == "rattler"


def test_one_newer_than_the_tested_is_used_with_a_warning(home: Path, tmp_path: Path) -> None:
    class Listener(SilentReporter):
        heard: list[str] = []  # noqa: RUF012

        def warn(self, text: str) -> None:
            self.heard.append(text)

    conda = FakeConda(tmp_path / "bin", version="27.1.0")
    conda.answer_json("create", {"success": True, "actions": {}})
    root = Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache")
    engine = find_engine(root, name="conda", environ=environ(home, conda.directory))
    engine.solve((SolveRequest(specs=(), channels=("chan",)),), Listener())
    assert Listener.heard == ["conda 27.1.0 is newer than what envctl is tested with"]


def test_settings_reach_conda_and_what_would_change_its_answers_does_not() -> None:
    settings = {
        "CONDA_SOLVER": "libmamba",
        "CONDARC": "/x/.condarc",
        "HTTPS_PROXY": "http://p",
        "PATH": "/bin",
    }
    confusing = {
        "CONDA_ALWAYS_YES": "0",
        "CONDA_DRY_RUN": "true",
        "CONDA_JSON": "false",
        "CONDA_SUBDIR": "osx-64",
        "CONDA_EXE": "/other/conda",
        "PYTHONPATH": "/mine",
        "PYTHONHOME": "/mine",
        "BASH_ENV": "/mine/rc",
        "_CE_M": "-m",
    }
    given = conda_environ({**settings, **confusing})
    assert settings.items() <= given.items()
    assert not confusing.keys() & given.keys()
    assert given["CONDA_REGISTER_ENVS"] == "false"


def test_channels_are_strict_where_nothing_else_is_configured(tmp_path: Path) -> None:
    def priority(configuration: Configuration | None) -> str | None:
        engine = CondaEngine(root, conda.conda, {"PATH": "/usr/bin:/bin"}, configuration)
        engine.machine(None)
        return conda.call("info").environ.get("CONDA_CHANNEL_PRIORITY")

    conda = FakeConda(tmp_path / "bin")
    root = Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache")
    assert priority(Configuration()) == "strict"
    assert priority(Configuration(channel_priority="flexible")) is None
    assert priority(None) is None
