"""The conda engine's installation: an explicit list, and what conda made of it."""

from __future__ import annotations

import dataclasses
import json
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from conda_installs import WEB, Listener, cache, cached, failure, install, installs
from fake_conda import FakeConda, record
from filelock import FileLock

from envctl.engines.conda import CondaEngine
from envctl.engines.interface import InstallRequest
from envctl.model.packages import CondaPackage, Solution
from envctl.prefixes.root import Root
from envctl.progress import Task, Unit


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache")


@pytest.fixture
def conda(tmp_path: Path) -> FakeConda:
    conda = FakeConda(tmp_path / "bin")
    installs(conda, WEB)
    return conda


def test_conda_gets_the_very_archives_with_their_hashes(root: Root, conda: FakeConda) -> None:
    prefix, _ = install(root, conda, WEB)
    assert conda.explicit == f"@EXPLICIT\n{WEB.url}#{'a' * 64}\n"
    call = conda.call("create")
    assert {"--json", "--yes", "--quiet", "--no-default-packages"} <= set(call.arguments)
    assert Path(call.value("--prefix")).parent == prefix
    assert call.environ["CONDA_REGISTER_ENVS"] == "false"
    assert (call.environ["CONDA_SAFETY_CHECKS"], call.environ["CONDA_EXTRA_SAFETY_CHECKS"]) == (
        "enabled",
        "false",
    )
    assert not Path(call.value("--file")).exists()


def test_its_cache_is_checked_whole_where_that_is_asked(root: Root, conda: FakeConda) -> None:
    install(root, conda, WEB, verify_cache=True)
    assert conda.call("create").environ["CONDA_EXTRA_SAFETY_CHECKS"] == "true"


def test_conda_is_given_a_folder_of_its_own_since_it_deletes_what_stands_there(
    root: Root, conda: FakeConda
) -> None:
    prefix = root.data / "my env"
    prefix.mkdir(parents=True)
    (prefix / "mine.txt").touch()
    solution = Solution(platform="linux-64", channels=(), virtual_packages=(), packages=(WEB,))
    request = InstallRequest(solution=solution, prefix=prefix, final=root.data / "en")
    CondaEngine(root, conda.conda).install(request, Listener())
    assert sorted(path.name for path in prefix.iterdir()) == ["conda-meta", "mine.txt"]
    assert " " not in Path(conda.call("create").value("--prefix")).name


def test_files_of_a_pure_python_package_are_noted_where_they_are(root: Root, conda: FakeConda) -> None:
    files = {
        "lib/python3.12/site-packages/web/a.py": "site-packages/web/a.py",
        "bin/web-tool": "python-scripts/web-tool",
        "etc/web.conf": "etc/web.conf",
        "lib/python3.12/site-packages/web/__pycache__/a.pyc": None,
    }
    paths = [{"_path": path, "path_type": "hardlink"} for path in files.values() if path]
    noted = {**record("web"), "noarch": "python", "files": list(files), "paths_data": {"paths": paths}}
    noted_as = {"conda-meta/web-1.0-0.json": json.dumps(noted)}
    conda.answer("create", files=noted_as, fetched=cached(WEB))
    prefix, _ = install(root, conda, WEB)
    written = json.loads((prefix / "conda-meta" / "web-1.0-0.json").read_text())
    assert [entry["_path"] for entry in written["paths_data"]["paths"]] == [
        "lib/python3.12/site-packages/web/a.py",
        "bin/web-tool",
        "etc/web.conf",
    ]


def test_sizes_are_known_of_what_is_cached(root: Root, conda: FakeConda) -> None:
    solution = Solution(platform="linux-64", channels=(), virtual_packages=(), packages=(WEB,))
    engine = CondaEngine(root, conda.conda)
    before = engine.sizes(solution, Listener())
    assert (before.download_bytes, before.disk_bytes, before.unknown) == (100, 0, 1)
    cache(conda, WEB)
    after = engine.sizes(solution, Listener())
    assert (after.download_bytes, after.disk_bytes, after.unknown) == (0, 7, 0)


def test_records_get_what_the_channel_says_and_nothing_counts_as_asked_for(
    root: Root, conda: FakeConda
) -> None:
    prefix, _ = install(root, conda, WEB)
    written = json.loads((prefix / "conda-meta" / "web-1.0-0.json").read_text())
    assert written["depends"] == ["json-lib >=2"]
    assert "requested_spec" not in written
    assert (prefix / "conda-meta" / "history").read_text() == ""


OTHER = dataclasses.replace(WEB, name="other")
NEWER = dataclasses.replace(WEB, version="2.0")


@pytest.mark.parametrize(
    ("installed", "reason"),
    [
        ([], "web is missing"),
        ([WEB, OTHER], "other is too many"),
        ([NEWER], "web 2.0 0 instead of 1.0 0"),
        ([WEB, NEWER], "one package is there twice"),
    ],
)
def test_other_packages_than_the_solution_s_are_no_success(
    root: Root, conda: FakeConda, installed: list[CondaPackage], reason: str
) -> None:
    installs(conda, *installed)
    error = failure(root, conda, WEB)
    assert error.code == "install-failed"
    assert reason in (error.cause or "")


def test_cached_packages_are_not_fetched_again(root: Root, conda: FakeConda) -> None:
    cache(conda, WEB)
    install(root, conda, WEB)
    assert [call.arguments[0] for call in conda.calls] == ["info", "create"]


def test_a_place_that_conda_cannot_write_is_told(root: Root, conda: FakeConda) -> None:
    said = json.dumps({"exception_name": "CondaError", "message": "Unable to create prefix directory '/x'."})
    conda.answer("create", stdout=said, returncode=1, fetched=cached(WEB))
    assert failure(root, conda, WEB).code == "unwritable"


def test_two_installations_take_turns_since_conda_does_not_lock_its_cache(
    root: Root, conda: FakeConda
) -> None:
    root.cache.mkdir(parents=True)
    other = FileLock(root.cache / "conda.lock")
    other.acquire()

    class Waiting(Listener):
        def task(self, label: str, *, unit: Unit, total: int | None = None) -> AbstractContextManager[Task]:
            if label.startswith("waiting"):
                assert not (conda.directory / "explicit.txt").exists()
                other.release()
            return super().task(label, unit=unit, total=total)

    prefix = root.data / "env"
    prefix.mkdir()
    solution = Solution(platform="linux-64", channels=(), virtual_packages=(), packages=(WEB,))
    request = InstallRequest(solution=solution, prefix=prefix, final=root.data / "en")
    CondaEngine(root, conda.conda).install(request, Waiting())
    assert not other.is_locked
    assert conda.explicit.startswith("@EXPLICIT")


def test_an_empty_solution_needs_no_conda(root: Root, conda: FakeConda) -> None:
    prefix, _ = install(root, conda)
    assert [path.name for path in prefix.iterdir()] == ["conda-meta"]
    assert [call.arguments[0] for call in conda.calls] == ["info"]


def test_the_cache_is_conda_s_own_but_below_envctl_root_where_that_is_set(
    root: Root, conda: FakeConda
) -> None:
    def pkgs_dirs(**environ: str) -> str | None:
        engine = CondaEngine(root, conda.conda, {"PATH": "/usr/bin:/bin", **environ})
        engine.machine(None)
        return conda.call("info").environ.get("CONDA_PKGS_DIRS")

    assert pkgs_dirs() is None
    assert pkgs_dirs(ENVCTL_ROOT=str(root.data)) == str(root.cache / "conda-pkgs")
    assert pkgs_dirs(ENVCTL_ROOT=str(root.data), CONDA_PKGS_DIRS="/mine") == "/mine"
