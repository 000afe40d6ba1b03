"""The conda engine links the very archives, nothing outside the environment, and runs no script unasked."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from conda_installs import WEB, Listener, cache, cached, failure, install, installs
from fake_conda import FakeConda, plan, record

from envctl import proc
from envctl.engines.conda import CondaEngine
from envctl.engines.conda_scripts import no_link_scripts
from envctl.engines.interface import InstallRequest, SolveRequest
from envctl.errors import EnvctlError, ExitCode
from envctl.model.packages import CondaPackage
from envctl.prefixes.root import Root


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache")


@pytest.fixture
def conda(tmp_path: Path) -> FakeConda:
    conda = FakeConda(tmp_path / "bin")
    installs(conda, WEB)
    return conda


def local(tmp_path: Path, **fields: Any) -> CondaPackage:
    """The package as an archive in a local channel."""
    archive = tmp_path / "chan" / "noarch" / WEB.file_name
    archive.parent.mkdir(parents=True, exist_ok=True)
    archive.write_bytes(b"archive")
    sha256 = hashlib.sha256(b"archive").hexdigest()
    return dataclasses.replace(WEB, url=archive.as_uri(), **{"sha256": sha256, "md5": None, **fields})


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
    assert not any((root.data / ".env.envctl-1a2b3c4d").iterdir())


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


def test_packages_are_fetched_first_and_linked_once_they_are_judged(root: Root, conda: FakeConda) -> None:
    prefix, _ = install(root, conda, WEB)
    fetching, linking = [call.value("--prefix") for call in conda.calls if call.arguments[0] == "create"]
    assert Path(fetching).is_relative_to(root.cache)
    assert Path(linking).parent == prefix
    assert not Path(fetching).exists()


@pytest.mark.parametrize(
    ("content", "code", "cause"),
    [
        ({"sha256": "c" * 64}, "hash-mismatch", "another hash"),
        ({"index": {"version": "2.0"}}, "install-failed", "web 2.0 0 instead of web 1.0 0"),
        ({"paths": ["share/x", "../../outside"]}, "hostile-package", "it lists ../../outside"),
        ({"paths": ["/etc/passwd"]}, "hostile-package", "it lists /etc/passwd"),
        ({"index": {"python_site_packages_path": "../lib"}}, "hostile-package", "it lists ../lib"),
    ],
)
def test_what_was_fetched_is_refused_before_anything_of_it_is_linked(
    root: Root, conda: FakeConda, content: dict[str, Any], code: str, cause: str
) -> None:
    conda.answer("create", files={"bin/web": ""}, fetched=cached(WEB, **content))
    error = failure(root, conda, WEB)
    assert (error.code, error.exit_code) == (code, ExitCode.FAILED)
    assert cause in (error.cause or "")
    assert not any((root.data / ".env.envctl-1a2b3c4d").iterdir())


def test_a_command_of_a_pure_python_package_stays_in_bin(root: Root, conda: FakeConda) -> None:
    link = {"noarch": {"type": "python", "entry_points": ["web = web:main", "../../x = web:main"]}}
    conda.answer("create", fetched={**cached(WEB), "web-1.0-0/info/link.json": json.dumps(link)})
    error = failure(root, conda, WEB)
    assert (error.code, error.cause) == ("hostile-package", "it lists ../../x")


@pytest.mark.parametrize("login", ["me:s3cret@host", "host/t/s3cret"])
@pytest.mark.parametrize("noted", ["host", "me:s3cret@host", "host/t/s3cret"])
def test_the_channel_s_login_is_in_the_urls_that_conda_gets_and_in_no_solution(
    root: Root, conda: FakeConda, login: str, noted: str
) -> None:
    channel = f"https://{login}/chan"
    engine = CondaEngine(root, conda.conda)
    conda.answer_json("create", plan(record("web", url=f"https://{noted}/chan/noarch/web-1.0-0.conda")))
    (solution,) = engine.solve((SolveRequest(specs=("web",), channels=(channel,)),), Listener())
    installs(conda, WEB)
    prefix = root.data / "env"
    prefix.mkdir()
    engine.install(InstallRequest(solution=solution, prefix=prefix, final=root.data / "en"), Listener())
    assert f"{channel}/noarch/web-1.0-0.conda#" in conda.explicit
    assert solution.packages[0].url == WEB.url


def test_others_cannot_read_caches_in_which_conda_notes_logins(
    root: Root, conda: FakeConda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVCTL_ROOT", str(root.data))
    install(root, conda, WEB)
    conda.answer_json("create", plan(record("web")))
    request = SolveRequest(specs=("web",), channels=("https://host/chan",))
    CondaEngine(root, conda.conda).solve((request,), Listener())
    modes = {name: (root.cache / name).stat().st_mode & 0o777 for name in ("conda-pkgs", "conda-solve")}
    assert modes == {"conda-pkgs": 0o700, "conda-solve": 0o700}


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
    assert listener.heard == [
        "scripts of these packages were not run: web (post-link); --link-scripts runs post-link scripts"
    ]
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
