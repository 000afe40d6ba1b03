"""envctl doctor: what envctl works with here, with faults put in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Doctor = Callable[..., dict[str, dict[str, Any]]]
MACHINE = [
    *("engine", "uv", "roots", "free-space", "configuration", "proxies", "channels", "virtual-packages"),
    *("leftovers", "cache", "registry", "environments"),
]


@pytest.fixture
def doctor(envctl: Any) -> Doctor:
    """The checks by their ids, no channel asked."""

    def look(code: int, *arguments: str) -> dict[str, dict[str, Any]]:
        result = envctl("doctor", "--offline", "--json", *arguments)
        assert result.code == code, result.err
        return {check["id"]: check for check in result.json["checks"]}

    return look


def mounted(folder: Path, options: str, **variables: str | Path) -> dict[str, dict[str, Any]]:
    """The checks where a file system is mounted so at the folder."""
    mount = f'mount -t tmpfs -o {options} tmpfs "$0" && exec "$@"'
    command = ["unshare", "-Urm", "sh", "-c", mount, folder]
    program = [sys.executable, "-m", "envctl", "doctor", "--offline", "--json"]
    environ = {**os.environ, **{name: str(value) for name, value in variables.items()}}
    done = subprocess.run([*command, *program], capture_output=True, text=True, check=False, env=environ)
    return {check["id"]: check for check in json.loads(done.stdout)["checks"]}


def can_mount() -> bool:
    command = ["unshare", "-Urm", "mount", "-t", "tmpfs", "tmpfs", tempfile.gettempdir()]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


mounts = pytest.mark.skipif(not can_mount(), reason="no unprivileged mounts here")


def test_a_machine_in_order_passes(envctl: Any) -> None:
    result = envctl("doctor", "--offline", "--json")
    assert result.code == 0
    assert [check["id"] for check in result.json["checks"]] == MACHINE
    found = {check["id"]: check["status"] for check in result.json["checks"]}
    assert found.pop("free-space") in ("pass", "warn")
    assert found.pop("channels") == "skip"
    assert set(found.values()) == {"pass"}
    assert result.json["facts"]["envctl"]


def test_nothing_is_made_by_looking(envctl: Any, root: Path, tmp_path: Path) -> None:
    envctl("doctor", "--offline")
    assert [path for path in tmp_path.rglob("*") if path.is_file() and "locks" not in path.parts] == []


def test_the_table_has_its_verdict_first_and_the_files_their_forms(envctl: Any, tmp_path: Path) -> None:
    result = envctl("doctor", "--offline", "-o", tmp_path / "d.xml", "-o", tmp_path / "d.md")
    assert result.out.startswith("this machine: ")
    assert len(result.out.splitlines()) < 40
    assert (tmp_path / "d.xml").read_text().count("<testcase ") == len(MACHINE)
    assert "| pass | `uv` |" in (tmp_path / "d.md").read_text()


def test_a_root_in_which_nothing_can_be_written_fails(
    doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ENVCTL_ROOT", str(tmp_path / "file" / "root"))
    roots = doctor(1)["roots"]
    assert roots["status"] == "fail"
    assert roots["summary"] == f"nothing can be written in {tmp_path / 'file'}"
    assert roots["cause"] == "Not a directory"


@mounts
def test_a_root_on_a_read_only_file_system_fails(tmp_path: Path) -> None:
    roots = mounted(tmp_path, "ro", ENVCTL_ROOT=tmp_path)["roots"]
    assert (roots["status"], roots["cause"]) == ("fail", "Read-only file system")


@mounts
def test_a_root_from_which_no_program_may_be_run_fails(tmp_path: Path) -> None:
    roots = mounted(tmp_path, "noexec", ENVCTL_ROOT=tmp_path)["roots"]
    assert (roots["status"], roots["cause"]) == ("fail", "the file system is mounted with noexec")


@mounts
def test_room_for_no_environment_fails_and_for_no_large_one_warns(tmp_path: Path) -> None:
    space = mounted(tmp_path, "size=8m", ENVCTL_ROOT=tmp_path)["free-space"]
    assert (space["status"], space["measured"]["cache_free_bytes"] <= 8 << 20) == ("fail", True)
    assert mounted(tmp_path, "size=5g", ENVCTL_ROOT=tmp_path)["free-space"]["status"] == "warn"


@mounts
def test_a_cache_on_another_file_system_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    folders = {"XDG_CACHE_HOME": tmp_path / "cache", "XDG_DATA_HOME": tmp_path / "data"}
    roots = mounted(tmp_path / "cache", "size=8m", ENVCTL_ROOT="", **folders)["roots"]
    assert (roots["status"], roots["measured"]["hard_links"]) == ("warn", False)


def test_a_configuration_that_cannot_be_read_fails_and_the_others_are_made(
    doctor: Doctor, tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".condarc").write_text("channels: [a\n")
    checks = doctor(1)
    assert checks["configuration"]["status"] == "fail"
    assert str(tmp_path / "home" / ".condarc") in checks["configuration"]["summary"]
    assert list(checks) == MACHINE


def test_that_holds_where_the_configuration_would_tell_the_folders_too(
    doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ENVCTL_ROOT")
    monkeypatch.setenv("CONDARC", str(tmp_path / "condarc"))
    (tmp_path / "condarc").write_text("envs_dirs: {\n")
    assert doctor(1)["configuration"]["status"] == "fail"


def test_the_files_that_count_are_told_without_their_credentials(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    file = tmp_path / "home" / ".condarc"
    file.write_text("channels: ['https://me:secret@host/c']\nssl_verify: false\n")
    configuration = doctor(0)["configuration"]
    assert configuration["measured"]["files"] == [str(file)]
    assert configuration["measured"]["settings"] == {"channels": ["https://host/c"], "ssl_verify": False}


def test_proxies_that_programs_read_differently_are_told_without_their_passwords(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "me:secret@proxy:3128")
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy:3128")
    proxies = doctor(0)["proxies"]
    assert proxies["status"] == "warn"
    assert proxies["cause"].splitlines() == [
        "HTTPS_PROXY has no scheme: some programs refuse it (conda), others take http://",
        "https_proxy and HTTPS_PROXY differ, and programs do not agree on which of them counts",
    ]
    assert "secret" not in json.dumps(proxies)


def test_a_proxy_for_http_alone_is_told(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:3128")
    assert doctor(0)["proxies"]["cause"] == "HTTP_PROXY alone is not for https, which channels are reached by"


def test_a_configured_proxy_that_is_not_heeded_is_told(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".condarc").write_text("proxy_servers: {'https://host': 'http://proxy:3128'}\n")
    proxies = doctor(0)["proxies"]
    assert proxies["summary"] == "proxy_servers.https://host=http://proxy:3128"
    assert (
        proxies["cause"]
        == "proxy_servers.https://host is for one host, which the embedded engine does not heed"
    )


def test_overrides_of_virtual_packages_are_told(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "12.4")
    packages = doctor(0)["virtual-packages"]
    assert packages["summary"].endswith("; set by CONDA_OVERRIDE_CUDA=12.4")
    assert "__cuda=12.4=0" in packages["measured"]["packages"]
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "twelve")
    assert doctor(1)["virtual-packages"]["status"] == "fail"


@pytest.fixture
def conda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A program that answers as a conda of a version does, named by CONDA_EXE."""

    def named(version: str) -> Path:
        executable = tmp_path / "conda" / "bin" / "conda"
        executable.parent.mkdir(parents=True, exist_ok=True)
        executable.write_text(f"#!/bin/sh\necho conda {version}\n")
        executable.chmod(0o755)
        monkeypatch.setenv("CONDA_EXE", str(executable))
        return executable

    return named


def test_a_conda_is_told_beside_the_engine_that_is_used(doctor: Doctor, conda: Any) -> None:
    executable = conda("24.11.3")
    engine = doctor(0)["engine"]
    assert engine["status"] == "pass"
    assert engine["summary"].endswith(f"(embedded); conda 24.11.3 ({executable}) beside it")
    conda("4.12.0")
    assert "conda 4.12.0 is too old" in doctor(0)["engine"]["summary"]


@pytest.mark.parametrize("on_path", [True, False])
def test_a_conda_that_the_user_names_in_vain_is_told(
    doctor: Doctor, conda: Any, monkeypatch: pytest.MonkeyPatch, on_path: bool
) -> None:
    executable = conda("24.11.3")
    monkeypatch.setenv("PATH", f"{executable.parent if on_path else ''}:/usr/bin:/bin")
    monkeypatch.setenv("CONDA_EXE", "/nowhere/conda")
    told = doctor(0)["engine"]["summary"].partition("; ")[2]
    if on_path:
        assert told == f"conda 24.11.3 ({executable}; CONDA_EXE is /nowhere/conda, which is none) beside it"
    else:
        assert told.startswith("there is no conda: sought by CONDA_EXE, which is /nowhere/conda, ")


def test_an_engine_that_is_asked_for_and_cannot_be_had_fails(
    doctor: Doctor, conda: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    conda("4.12.0")
    monkeypatch.setenv("ENVCTL_ENGINE", "conda")
    assert doctor(1)["engine"]["summary"] == "ENVCTL_ENGINE asks for conda: conda 4.12.0 is too old"
    monkeypatch.setenv("ENVCTL_ENGINE", "mamba")
    assert doctor(1)["engine"]["summary"] == "there is no engine 'mamba'"
