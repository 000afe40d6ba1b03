"""The pip section of a lock: resolved for each platform on top of what conda installs there."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel
from tiny_wheel import make_wheel

PLATFORMS = {
    "linux-64": "manylinux_2_17_x86_64",
    "linux-aarch64": "manylinux_2_28_aarch64",
    "osx-arm64": "macosx_11_0_arm64",
    "win-64": "win_amd64",
}
ASKED = [word for subdir in PLATFORMS for word in ("--platform", subdir)]


@pytest.fixture
def channel(tmp_path: Path) -> TinyChannel:
    """A Python and a PyTorch to solve for; nothing that could be installed."""
    channel = TinyChannel(tmp_path / "channel")
    channel.add("python", "3.11.9")
    channel.add("pip", "25.1", depends=["python"])
    channel.add("pytorch", "2.5.1", depends=["python 3.11.*"])
    return channel.index()


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """metrics needs torch, which needs a wheel of its own for CUDA; native is built for each platform."""
    folder = tmp_path / "wheels"
    make_wheel(folder, "metrics", "1.0", requires=["torch >=1.10", "helper"])
    make_wheel(folder, "metrics", "2.0", requires=["torch >=2.6"])
    make_wheel(folder, "torch", "2.6.0", requires=["triton"])
    make_wheel(folder, "torch", "2.5.1", requires=["triton"])
    make_wheel(folder, "triton", "3.0")
    make_wheel(folder, "helper", "1.0")
    make_wheel(folder, "helper", "1.1")
    make_wheel(folder, "only_windows", "1.0")
    for tag in PLATFORMS.values():
        make_wheel(folder, "native", "1.0", tag=f"cp311-cp311-{tag}")
    return folder


def spec(tmp_path: Path, channel: TinyChannel, *lines: str) -> Path:
    file = tmp_path / "environment.yml"
    pip = "".join(f"      - '{line}'\n" for line in ("--no-index", "--find-links ./wheels", *lines))
    file.write_text(
        f"name: web\nchannels: ['{channel.url}']\n"
        f"dependencies:\n  - python\n  - pip\n  - pytorch\n  - pip:\n{pip}"
    )
    return file


def pip_packages(envctl: Any, lock: Path, subdir: str) -> dict[str, dict[str, Any]]:
    """The pip packages of a lock on a platform, as records."""
    empty = lock.parent / "empty.lock"
    empty.write_text(f"# platform: {subdir}\n@EXPLICIT\n")
    added = envctl("diff", empty, lock, "--platform", subdir, "--format", "json").json["added"]
    return {change["name"]: change["after"] for change in added if change["manager"] == "pip"}


def test_conda_packages_are_not_taken_a_second_time_and_choose_the_versions_of_the_others(
    envctl: Any, channel: TinyChannel, wheels: Path, tmp_path: Path
) -> None:
    lock = tmp_path / "conda-lock.yml"
    result = envctl("lock", spec(tmp_path, channel, "metrics"), "--platform", "linux-64", "-o", lock)
    assert result.code == 0, result.err
    found = pip_packages(envctl, lock, "linux-64")
    assert {name: record["version"] for name, record in found.items()} == {"helper": "1.1", "metrics": "1.0"}
    assert all(len(record["sha256"]) == 64 for record in found.values())


def test_each_platform_gets_the_wheel_that_is_built_for_it(
    envctl: Any, channel: TinyChannel, wheels: Path, tmp_path: Path
) -> None:
    lock = tmp_path / "conda-lock.yml"
    lines = ("native", 'only_windows; sys_platform == "win32"')
    result = envctl("lock", spec(tmp_path, channel, *lines), *ASKED, "-o", lock)
    assert result.code == 0, result.err
    assert result.err.endswith(
        "linux-64 3 + 1 pip, linux-aarch64 3 + 1 pip, osx-arm64 3 + 1 pip, win-64 3 + 2 pip\n"
    )
    for subdir, tag in PLATFORMS.items():
        found = pip_packages(envctl, lock, subdir)
        assert found["native"]["url"].endswith(f"native-1.0-cp311-cp311-{tag}.whl")
        assert ("only-windows" in found) == (subdir == "win-64")


def test_a_pip_section_that_fights_with_conda_is_refused_with_what_conda_installs(
    envctl: Any, channel: TinyChannel, wheels: Path, tmp_path: Path
) -> None:
    result = envctl("lock", spec(tmp_path, channel, "metrics ==2.0"), "--platform", "linux-64", "--json")
    assert result.code == 4
    assert result.json["error"]["code"] == "pip-unsatisfiable"
    assert "conda installs torch 2.5.1" in result.json["error"]["cause"]


def test_a_hash_in_the_pip_section_holds(
    envctl: Any, channel: TinyChannel, wheels: Path, tmp_path: Path
) -> None:
    wheel = wheels / "helper-1.1-py3-none-any.whl"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    other = digest[::-1]
    arguments = ("--platform", "linux-64", "--json")
    allowed = f"helper ==1.1 --hash=sha256:{other} --hash=sha256:{digest}"
    assert envctl("lock", spec(tmp_path, channel, allowed), *arguments).code == 0
    elsewhere = f'helper ==1.1 ; sys_platform == "win32" --hash=sha256:{other}'
    assert envctl("lock", spec(tmp_path, channel, elsewhere, "helper"), *arguments).code == 0
    line = f"helper ==1.1 --hash=sha256:{other}"
    result = envctl("lock", spec(tmp_path, channel, line), *arguments)
    assert result.code == 4
    assert result.json["error"]["code"] == "pip-hash-mismatch"
    assert result.json["error"]["message"] == "helper 1.1 is not what the pip section says it is"
    assert result.json["error"]["cause"] == (
        f"{wheel.as_uri()} has sha256:{digest}\n{line} does not allow it"
    )


def test_a_lock_answers_the_requirements_files_that_its_pip_section_names(
    envctl: Any, channel: TinyChannel, wheels: Path, tmp_path: Path
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "all.txt").write_text("--requirement=more.txt\nhelper\n")
    (tmp_path / "sub" / "more.txt").write_text("native\n")
    file = spec(tmp_path, channel, "-r sub/all.txt")
    lock = ("--platform", "linux-64", "-o", tmp_path / "conda-lock.yml")
    assert envctl("lock", file, *lock).code == 0
    assert set(pip_packages(envctl, tmp_path / "conda-lock.yml", "linux-64")) == {"helper", "native"}
    assert envctl("lock", file, *lock, "--check").code == 0
    (tmp_path / "sub" / "more.txt").write_text("metrics\n")
    result = envctl("lock", file, *lock, "--check")
    assert result.code == 1
    assert "metrics: the lock has none" in result.err
    assert "nothing asks for native 1.0 any more" in result.err


def test_a_lock_answers_the_files_of_constraints_that_its_pip_section_names(
    envctl: Any, channel: TinyChannel, wheels: Path, tmp_path: Path
) -> None:
    constraints = tmp_path / "c.txt"
    constraints.write_text("helper <1.1\ntorch >9 ; sys_platform == 'win32'\nnothing ==1\n")
    file = spec(tmp_path, channel, "metrics", "-c c.txt")
    lock = ("--platform", "linux-64", "-o", tmp_path / "conda-lock.yml")
    assert envctl("lock", file, *lock).code == 0
    found = pip_packages(envctl, tmp_path / "conda-lock.yml", "linux-64")
    assert found["helper"]["version"] == "1.0"
    assert envctl("lock", file, *lock, "--check", "--json").json["unchanged"] is True
    constraints.write_text("helper <2\n")
    assert envctl("lock", file, *lock, "--check", "--json").json["unchanged"] is False
    constraints.write_text("helper >1\n")
    result = envctl("lock", file, *lock, "--check")
    assert result.code == 1
    assert "helper >1: the lock has helper 1.0" in result.err


def test_an_update_of_a_pip_package_leaves_the_others(
    envctl: Any, channel: TinyChannel, wheels: Path, tmp_path: Path
) -> None:
    lock = tmp_path / "conda-lock.yml"
    (wheels / "helper-1.1-py3-none-any.whl").rename(tmp_path / "later.whl")
    file = spec(tmp_path, channel, "metrics", "native")
    assert envctl("lock", file, "--platform", "linux-64", "-o", lock).code == 0
    (tmp_path / "later.whl").rename(wheels / "helper-1.1-py3-none-any.whl")
    assert envctl("lock", file, "--platform", "linux-64", "-o", lock, "--update", "native").code == 0
    assert pip_packages(envctl, lock, "linux-64")["helper"]["version"] == "1.0"
    assert envctl("lock", file, "--platform", "linux-64", "-o", lock, "--update", "helper").code == 0
    assert pip_packages(envctl, lock, "linux-64")["helper"]["version"] == "1.1"


def test_a_check_tells_a_pip_request_that_the_lock_does_not_answer(
    envctl: Any, channel: TinyChannel, wheels: Path, tmp_path: Path
) -> None:
    lock = tmp_path / "conda-lock.yml"
    file = spec(tmp_path, channel, "metrics")
    assert envctl("lock", file, "--platform", "linux-64", "-o", lock).code == 0
    assert envctl("lock", file, "--platform", "linux-64", "-o", lock, "--check").code == 0
    spec(tmp_path, channel, "metrics >1")
    result = envctl("lock", file, "--platform", "linux-64", "-o", lock, "--check")
    assert result.code == 1
    assert "metrics >1: the lock has metrics 1.0" in result.err


def test_a_pip_request_that_is_gone_makes_a_lock_stale(
    envctl: Any, channel: TinyChannel, wheels: Path, tmp_path: Path
) -> None:
    lock = ("--platform", "linux-64", "-o", tmp_path / "conda-lock.yml")
    assert envctl("lock", spec(tmp_path, channel, "metrics", "native"), *lock).code == 0
    result = envctl("lock", spec(tmp_path, channel, "native"), *lock, "--check")
    assert result.code == 1
    assert "nothing asks for metrics 1.0 any more" in result.err


def test_a_source_tree_keeps_its_path_from_the_lock(
    envctl: Any, channel: TinyChannel, wheels: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text('[project]\nname = "mine"\nversion = "1"\n')
    lock = tmp_path / "ci" / "pixi.lock"
    arguments = ("--platform", "linux-64", "--format", "pixi-lock", "-o", lock)
    file = spec(tmp_path, channel, "./project", "helper")
    for more in ((), ("--update", "helper")):
        assert envctl("lock", file, *arguments, *more).code == 0
        assert "- pypi: ../project\n" in lock.read_text()


def test_an_editable_package_is_refused_where_no_lock_can_carry_it(
    envctl: Any, channel: TinyChannel, wheels: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text('[project]\nname = "mine"\nversion = "1"\n')
    file = spec(tmp_path, channel, "-e ./project")
    result = envctl("lock", file, "--platform", "linux-64", "--json")
    assert (result.code, result.json["error"]["code"]) == (1, "lossy")
    result = envctl("lock", file, "--platform", "linux-64", "--lossy", "--json")
    assert result.code == 0
    assert result.json["lost"] == ["pip packages without a URL: mine"]


@pytest.mark.parametrize("line", ['-e "./my project"', "--editable=./my project", "./my project"])
def test_a_path_may_hold_blanks(
    envctl: Any, channel: TinyChannel, wheels: Path, tmp_path: Path, line: str
) -> None:
    project = tmp_path / "my project"
    project.mkdir()
    (project / "pyproject.toml").write_text('[project]\nname = "mine"\nversion = "1"\n')
    lock = tmp_path / "pixi.lock"
    arguments = ("--platform", "linux-64", "--format", "pixi-lock", "-o", lock, "--lossy")
    result = envctl("lock", spec(tmp_path, channel, line), *arguments)
    assert result.code == 0, result.err
    assert "- pypi: my project\n" in lock.read_text()


def test_pre_releases_are_taken_where_the_pip_section_says_so(
    envctl: Any, channel: TinyChannel, wheels: Path, tmp_path: Path
) -> None:
    make_wheel(wheels, "helper", "2.0rc1")
    lock = tmp_path / "conda-lock.yml"
    for lines, version in ((("helper",), "1.1"), (("--pre", "helper"), "2.0rc1")):
        assert envctl("lock", spec(tmp_path, channel, *lines), "--platform", "linux-64", "-o", lock).code == 0
        assert pip_packages(envctl, lock, "linux-64")["helper"]["version"] == version


@pytest.mark.channel
def test_create_from_a_lock_checks_the_hashes_of_pip_packages(
    envctl: Any, root: Path, wheels: Path, local_channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDA_OVERRIDE_GLIBC", platform.libc_ver()[1])  # what the channel was built on
    tmp_path = root.parent
    file = tmp_path / "real.yml"
    file.write_text(
        f"name: real\nchannels: ['{local_channel.url}']\ndependencies:\n  - python\n  - pip\n  - pip:\n"
        "      - --no-index\n      - --find-links ./wheels\n      - helper\n"
    )
    lock = tmp_path / "conda-lock.yml"
    assert envctl("lock", file, "-o", lock).code == 0
    assert envctl("create", lock).code == 0
    prefix = root / "envs" / "real"
    (info,) = prefix.glob("lib/python3*/site-packages/helper-1.1.dist-info")
    assert not (info / "direct_url.json").exists()
    recorded = json.loads((prefix / "conda-meta" / "envctl" / "lock.json").read_text())
    (helper,) = [
        entry["package"]
        for entry in recorded["platforms"][0]["packages"]
        if entry["package"]["name"] == "helper"
    ]
    assert helper["url"].endswith("/wheels/helper-1.1-py3-none-any.whl")
    assert envctl("check", "real").code == 0
    digest = helper["sha256"]
    lock.write_text(lock.read_text().replace(digest, digest[::-1]))
    result = envctl("create", lock, "-n", "tampered", "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "pip-hash-mismatch")
    assert not (root / "envs" / "tampered").exists()


@pytest.mark.channel
def test_a_git_package_is_locked_to_its_commit_and_exported_with_it(
    envctl: Any, root: Path, local_channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDA_OVERRIDE_GLIBC", platform.libc_ver()[1])
    tmp_path = root.parent
    repository = tmp_path / "mine"
    repository.mkdir()
    (repository / "setup.py").write_text(
        "from setuptools import setup\nsetup(name='mine', version='1', py_modules=[])\n"
    )
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    for words in (("init", "-q", "-b", "main"), ("add", "."), (*who, "commit", "-q", "-m", "first")):
        subprocess.run(["git", *words], cwd=repository, check=True)
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=repository, check=True, capture_output=True, text=True
    ).stdout.strip()
    file = tmp_path / "git.yml"
    file.write_text(
        f"name: web\nchannels: ['{local_channel.url}']\ndependencies:\n  - python\n  - pip\n  - pip:\n"
        f"      - mine @ git+{repository.as_uri()}@main\n"
    )
    for form in ("conda-lock-v1", "pixi-lock"):
        lock = tmp_path / f"{form}.lock"
        result = envctl("lock", file, "--format", form, "-o", lock)
        assert result.code == 0, result.err
        result = envctl("create", lock, "-n", form)
        assert result.code == 0, result.err
        assert f"      - mine @ git+{repository.as_uri()}@{commit}\n" in envctl("export", form).out
