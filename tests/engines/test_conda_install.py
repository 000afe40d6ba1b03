"""The conda engine's installation: an explicit list that somebody checks, and what conda made of it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from fake_conda import FakeConda, record
from filelock import FileLock

from envctl import proc
from envctl.engines.conda import CondaEngine
from envctl.engines.conda_records import to_package
from envctl.engines.conda_scripts import no_link_scripts
from envctl.engines.interface import InstallRequest
from envctl.errors import EnvctlError
from envctl.model.packages import CondaPackage, Solution
from envctl.prefixes.root import Root
from envctl.progress import SilentReporter, Task, Unit

WEB = to_package(record("web", depends=["json-lib >=2"]), {})


class Listener(SilentReporter):
    def __init__(self) -> None:
        self.heard: list[str] = []

    def warn(self, text: str) -> None:
        self.heard.append(text)


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache")


@pytest.fixture
def conda(tmp_path: Path) -> FakeConda:
    conda = FakeConda(tmp_path / "bin")
    installs(conda, WEB)
    return conda


def installs(conda: FakeConda, *packages: CondaPackage, **more: str) -> None:
    """What conda leaves in the prefix from now on; of what the packages need it knows nothing."""
    files = {
        f"conda-meta/{package.name}-{package.version}-{package.build}.json": json.dumps(
            {**record(package.name, package.version), "requested_spec": "web==1.0", "depends": []}
        )
        for package in packages
    }
    conda.answer("create", files={"conda-meta/history": "==> now <==\n", **files, **more})


def install(root: Root, conda: FakeConda, *packages: CondaPackage, **options: Any) -> tuple[Path, Listener]:
    prefix = root.data / ".env.envctl-1a2b3c4d"
    prefix.mkdir(parents=True)
    solution = Solution(platform="linux-64", channels=(), virtual_packages=(), packages=packages)
    listener = Listener()
    request = InstallRequest(solution=solution, prefix=prefix, final=root.data / "env", **options)
    CondaEngine(root, conda.conda).install(request, listener)
    return prefix, listener


def failure(root: Root, conda: FakeConda, *packages: CondaPackage, **options: Any) -> EnvctlError:
    with pytest.raises(EnvctlError) as caught:
        install(root, conda, *packages, **options)
    return caught.value


def local(tmp_path: Path, **fields: Any) -> CondaPackage:
    """The package as an archive in a local channel."""
    archive = tmp_path / "chan" / "noarch" / WEB.file_name
    archive.parent.mkdir(parents=True, exist_ok=True)
    archive.write_bytes(b"archive")
    sha256 = hashlib.sha256(b"archive").hexdigest()
    return dataclasses.replace(WEB, url=archive.as_uri(), **{"sha256": sha256, "md5": None, **fields})


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


def test_an_older_conda_gets_the_hash_that_it_can_check(root: Root, tmp_path: Path) -> None:
    old = FakeConda(tmp_path / "old", version="24.7.1")
    installs(old, WEB)
    install(root, old, WEB)
    assert old.explicit == f"@EXPLICIT\n{WEB.url}#{'d' * 32}\n"


def test_a_hash_that_an_older_conda_cannot_check_is_held_against_its_record(
    root: Root, tmp_path: Path
) -> None:
    old = FakeConda(tmp_path / "old", version="24.7.1")
    installs(old, WEB)
    package = dataclasses.replace(WEB, md5=None, sha256="c" * 64)
    assert failure(root, old, package).code == "hash-mismatch"
    assert old.explicit == f"@EXPLICIT\n{WEB.url}\n"


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
    conda.answer("create", files={"conda-meta/web-1.0-0.json": json.dumps(noted)})
    prefix, _ = install(root, conda, WEB)
    written = json.loads((prefix / "conda-meta" / "web-1.0-0.json").read_text())
    assert [entry["_path"] for entry in written["paths_data"]["paths"]] == [
        "lib/python3.12/site-packages/web/a.py",
        "bin/web-tool",
        "etc/web.conf",
    ]


def test_a_local_archive_is_hashed_since_conda_does_not(root: Root, conda: FakeConda, tmp_path: Path) -> None:
    error = failure(root, conda, local(tmp_path, sha256="b" * 64))
    assert error.code == "hash-mismatch"
    assert [call.arguments[0] for call in conda.calls] == ["info"]
    assert failure_of_gone(root, conda, tmp_path).code == "download-failed"


def failure_of_gone(root: Root, conda: FakeConda, tmp_path: Path) -> EnvctlError:
    package = local(tmp_path)
    (tmp_path / "chan" / "noarch" / WEB.file_name).unlink()
    (root.data / ".env.envctl-1a2b3c4d").rmdir()
    return failure(root, conda, package)


def cache(conda: FakeConda, package: CondaPackage, **fields: Any) -> None:
    info = conda.pkgs / "web-1.0-0" / "info"
    info.mkdir(parents=True, exist_ok=True)
    said = {"url": package.url, "sha256": package.sha256, "md5": package.md5, **fields}
    (info / "repodata_record.json").write_text(json.dumps(said))
    (info / "index.json").write_text("{}")
    (info / "paths.json").write_text(json.dumps({"paths": [{"size_in_bytes": 7}, {}]}))


def test_without_the_network_only_cached_packages_are_installed(root: Root, conda: FakeConda) -> None:
    error = failure(root, conda, WEB, offline=True)
    assert (error.code, error.cause) == ("offline", "web-1.0-0.conda")
    (root.data / ".env.envctl-1a2b3c4d").rmdir()
    cache(conda, WEB)
    install(root, conda, WEB, offline=True)
    assert "--offline" in conda.call("create").arguments


def test_what_is_cached_of_another_archive_is_not_cached(root: Root, conda: FakeConda) -> None:
    cache(conda, WEB, sha256="b" * 64)
    assert failure(root, conda, WEB, offline=True).code == "offline"


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


def test_another_archive_than_the_solution_s_is_no_success(root: Root, conda: FakeConda) -> None:
    error = failure(root, conda, dataclasses.replace(WEB, sha256="c" * 64))
    assert error.code == "hash-mismatch"
    assert "a" * 64 in (error.cause or "")


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


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "https://host/noarch/web-1.0-0.conda\n@EXPLICIT"},
        {"url": "https://host/noarch/web-1.0-0.conda#0"},
        {"url": "/etc/passwd"},
        {"url": "https://host/noarch/web.zip"},
        {"sha256": "a" * 64 + "\n"},
        {"md5": "x"},
    ],
)
def test_a_lock_that_would_write_other_lines_is_refused(
    root: Root, conda: FakeConda, fields: dict[str, str]
) -> None:
    assert failure(root, conda, dataclasses.replace(WEB, **fields)).code == "bad-record"


def test_link_scripts_are_kept_from_running_and_told(root: Root, conda: FakeConda) -> None:
    installs(conda, WEB, **{"bin/.web-post-link.sh": "touch RAN\n", "bin/.other.sh": ""})
    _, listener = install(root, conda, WEB)
    assert listener.heard == ["link scripts were not run: web"]
    assert "BASH_ENV" in conda.call("create").environ


def test_link_scripts_run_where_that_is_asked(root: Root, conda: FakeConda) -> None:
    installs(conda, WEB, **{"bin/.web-post-link.sh": "touch RAN\n"})
    _, listener = install(root, conda, WEB, link_scripts=True)
    assert listener.heard == []
    assert "BASH_ENV" not in conda.call("create").environ


def test_bash_leaves_out_the_link_scripts_of_that_prefix_alone(tmp_path: Path) -> None:
    script = tmp_path / "script.sh"
    script.write_text("echo ran\n")
    prefix = tmp_path / "it's here"
    environ = {"PATH": "/usr/bin:/bin", **no_link_scripts(prefix, tmp_path, {"PATH": "/usr/bin:/bin"})}

    def says(**variables: str) -> str:
        return proc.run(["bash", "-x", script], env={**environ, **variables}).stdout

    assert says(PREFIX=str(prefix), PKG_NAME="web") == ""
    assert says(PREFIX="/elsewhere", PKG_NAME="web") == "ran\n"
    assert says(PREFIX=str(prefix)) == "ran\n"


def test_without_bash_link_scripts_could_not_be_left_out(tmp_path: Path) -> None:
    with pytest.raises(EnvctlError) as caught:
        no_link_scripts(tmp_path / "env", tmp_path, {"PATH": str(tmp_path)})
    assert caught.value.code == "tool-missing"


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
