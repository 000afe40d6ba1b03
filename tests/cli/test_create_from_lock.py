"""envctl create from a lock: exactly those packages, every hash checked, or nothing."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel

from envctl.subdirs import current_subdir


def digest(file: Path, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, file.read_bytes()).hexdigest()


@pytest.fixture
def archives(channel: TinyChannel) -> dict[str, Path]:
    """The channel's archives by name and version."""
    return {
        "-".join(path.name.split("-")[:2]): path for path in (channel.directory / "noarch").glob("*.tar.bz2")
    }


def explicit(*archives: Path, algorithm: str = "sha256", wrong: bool = False) -> str:
    """An `@EXPLICIT` lock for this machine, of the older `hello` that no solve would choose."""
    wrong_digest = "0" * (64 if algorithm == "sha256" else 32)
    lines = [f"{path.as_uri()}#{wrong_digest if wrong else digest(path, algorithm)}" for path in archives]
    return "\n".join([f"# platform: {current_subdir()}", "@EXPLICIT", *lines]) + "\n"


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_an_explicit_lock_gives_exactly_its_packages(
    envctl: Any, archives: dict[str, Path], tmp_path: Path, root: Path, algorithm: str
) -> None:
    (tmp_path / "web.lock").write_text(
        explicit(archives["hello-1.0"], archives["lib-1.0"], algorithm=algorithm)
    )
    result = envctl("create", "web.lock", "-n", "web")
    assert result.code == 0, result.err
    assert sorted(path.name for path in (root / "envs" / "web" / "conda-meta").glob("*.json")) == [
        "hello-1.0-0.json",
        "lib-1.0-0.json",
    ]


def test_the_records_are_whole_although_an_explicit_lock_says_little(
    envctl: Any, archives: dict[str, Path], tmp_path: Path, root: Path
) -> None:
    (tmp_path / "web.lock").write_text(explicit(archives["hello-2.0"], archives["lib-1.0"]))
    assert envctl("create", "web.lock", "-n", "web").code == 0
    record = json.loads((root / "envs" / "web" / "conda-meta" / "hello-2.0-0.json").read_text())
    assert record["depends"] == ["lib >=1"]
    assert record["license"] == "MIT"
    assert record["noarch"] == "generic"
    assert record["sha256"] == digest(archives["hello-2.0"])


@pytest.mark.parametrize(
    ("algorithm", "warm"), [("sha256", False), ("sha256", True), ("md5", False), ("md5", True)]
)
def test_a_wrong_hash_stops_it_and_nothing_is_installed(
    envctl: Any, archives: dict[str, Path], root: Path, algorithm: str, warm: bool
) -> None:
    tmp_path = root.parent
    if warm:
        (tmp_path / "good.lock").write_text(explicit(archives["hello-1.0"]))
        assert envctl("create", "good.lock", "-n", "good").code == 0
    (tmp_path / "web.lock").write_text(explicit(archives["hello-1.0"], algorithm=algorithm, wrong=True))
    result = envctl("create", "web.lock", "-n", "web", "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "hash-mismatch")
    assert not (root / "envs" / "web").exists()


def test_a_wrong_md5_is_refused_although_an_earlier_lock_had_it_beside_the_right_sha256(
    envctl: Any, archives: dict[str, Path], tmp_path: Path, spec_file: Path
) -> None:
    assert envctl("lock", spec_file, "-o", "web.yml").code == 0
    archive, lock = archives["lib-1.0"], tmp_path / "web.yml"
    lock.write_text(lock.read_text().replace(digest(archive, "md5"), "d" * 32))
    assert envctl("create", "web.yml", "-n", "web", "--json").json["error"]["code"] == "hash-mismatch"
    assert envctl("create", spec_file, "-n", "web").code == 0
    (tmp_path / "lib.lock").write_text(explicit(archive, algorithm="md5", wrong=True))
    result = envctl("create", "lib.lock", "-n", "lib", "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "hash-mismatch")


def test_a_package_that_came_without_a_hash_does_not_answer_for_one_with_a_hash(
    envctl: Any, archives: dict[str, Path], tmp_path: Path
) -> None:
    archive = archives["lib-1.0"]
    (tmp_path / "bare.lock").write_text(f"# platform: {current_subdir()}\n@EXPLICIT\n{archive.as_uri()}\n")
    assert envctl("create", "bare.lock", "-n", "bare").code == 0
    for algorithm in ("sha256", "md5"):
        (tmp_path / "lib.lock").write_text(explicit(archive, algorithm=algorithm, wrong=True))
        result = envctl("create", "lib.lock", "-n", "lib", "--json")
        assert (result.code, result.json["error"]["code"]) == (4, "hash-mismatch")


def test_what_the_cache_holds_stays_there_whatever_hash_it_is_asked_for_by(
    envctl: Any, archives: dict[str, Path], tmp_path: Path, root: Path
) -> None:
    (tmp_path / "sha256.lock").write_text(explicit(archives["lib-1.0"]))
    (tmp_path / "md5.lock").write_text(explicit(archives["lib-1.0"], algorithm="md5"))
    assert envctl("create", "sha256.lock", "-n", "one").code == 0
    cached = root / "cache" / "pkgs" / "lib-1.0-0"
    before = cached.stat().st_ino
    assert envctl("create", "md5.lock", "-n", "two").code == 0
    assert cached.stat().st_ino == before


@pytest.mark.parametrize("warm", [False, True])
def test_two_creations_from_a_list_of_md5_hashes_do_not_disturb_each_other(
    envctl: Any, tmp_path: Path, root: Path, warm: bool
) -> None:
    channel = TinyChannel(tmp_path / "big")
    archive = channel.add("big", files={f"share/{number}": b"x" for number in range(2000)})
    if warm:
        (tmp_path / "sha256.lock").write_text(explicit(archive))
        assert envctl("create", "sha256.lock", "-n", "zero").code == 0
    (tmp_path / "md5.lock").write_text(explicit(archive, algorithm="md5"))
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "envctl", "create", "md5.lock", "-n", name],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for process in both:
        error = process.communicate(timeout=300)[1]
        assert process.returncode == 0, error
    for name in ("one", "two"):
        assert len(list((root / "envs" / name / "share").iterdir())) == 2000


def test_a_missing_archive_stops_it(
    envctl: Any, archives: dict[str, Path], tmp_path: Path, root: Path
) -> None:
    (tmp_path / "web.lock").write_text(explicit(archives["hello-1.0"]))
    archives["hello-1.0"].unlink()
    result = envctl("create", "web.lock", "-n", "web", "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "download-failed")
    assert not (root / "envs" / "web").exists()


def test_a_lock_for_another_platform_is_refused(envctl: Any, tmp_path: Path) -> None:
    (tmp_path / "web.lock").write_text("@EXPLICIT\nhttps://c.example/win-arm64/a-1-0.conda\n")
    result = envctl("create", "web.lock", "-n", "web", "--json")
    assert (result.code, result.json["error"]["code"]) == (3, "lock-platform")
    assert "it is for win-arm64" in result.json["error"]["cause"]


def test_an_archive_whose_url_has_a_query_is_an_archive(envctl: Any, tmp_path: Path) -> None:
    url = "https://files.example/c/noarch/a-1-0.conda?sig=$SIG"
    (tmp_path / "web.lock").write_text(f"# platform: {current_subdir()}\n@EXPLICIT\n{url}#{'0' * 32}\n")
    result = envctl("create", "web.lock", "-n", "web", "--dry-run", "--offline")
    assert result.code == 0, result.err


def test_optional_categories_but_dev_are_left_out_as_conda_lock_leaves_them(
    envctl: Any, spec_file: Path, root: Path
) -> None:
    spec_file.write_text(spec_file.read_text().replace("- hello\n", "- hello\n  - greeter\n"))
    assert envctl("lock", spec_file, "-o", "conda-lock.yml").code == 0
    lock = spec_file.with_name("conda-lock.yml")
    before, greeter, rest = lock.read_text().partition("  - name: greeter\n")
    for category, installed in (("dev", True), ("docs", False)):
        optional = rest.replace(
            "category: main\n    optional: false", f"category: {category}\n    optional: true", 1
        )
        lock.write_text(before + greeter + optional)
        result = envctl("create", lock, "-n", category)
        assert result.code == 0, result.err
        assert (root / "envs" / category / "conda-meta" / "greeter-1.0-0.json").exists() is installed
        assert ("left out: 1 packages of optional categories (docs)" in result.err) is not installed
        assert envctl("check", category, "--against", lock).code == 0


def test_packages_without_a_hash_are_told(envctl: Any, archives: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "web.lock").write_text(
        f"# platform: {current_subdir()}\n@EXPLICIT\n{archives['lib-1.0'].as_uri()}\n"
    )
    result = envctl("create", "web.lock", "-n", "web")
    assert result.code == 0
    assert "1 packages have no hash" in result.err


def test_a_lock_takes_no_channels(envctl: Any, archives: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "web.lock").write_text(explicit(archives["lib-1.0"]))
    result = envctl("create", "web.lock", "-n", "web", "-c", "conda-forge", "--json")
    assert (result.code, result.json["error"]["code"]) == (2, "lock-has-channels")


@pytest.mark.parametrize("verb", [("create", "-n", "copy"), ("lock",)])
@pytest.mark.parametrize("channels", [("-c", "conda-forge"), ("--override-channels",)])
def test_an_environment_as_a_source_takes_no_channels_either(
    envctl: Any, spec_file: Path, verb: tuple[str, ...], channels: tuple[str, ...]
) -> None:
    assert envctl("create", spec_file, "-n", "web").code == 0
    result = envctl(verb[0], "env:web", *verb[1:], *channels, "--json")
    assert (result.code, result.json["error"]["code"]) == (2, "lock-has-channels")


def test_an_installed_environment_is_a_source_too(envctl: Any, spec_file: Path, root: Path) -> None:
    assert envctl("create", spec_file, "-n", "web").code == 0
    assert envctl("create", "env:web", "-n", "copy").code == 0
    assert (root / "envs" / "copy" / "bin" / "hello").is_file()


def test_of_several_platforms_of_one_subdir_the_machine_takes_its_own(
    envctl: Any, archives: dict[str, Path], tmp_path: Path, root: Path
) -> None:
    here = current_subdir()
    cpu, gpu, lib = ({"conda": archives[name].as_uri()} for name in ("hello-1.0", "hello-2.0", "lib-1.0"))
    (tmp_path / "pixi.lock").write_text(
        json.dumps(
            {
                "version": 7,
                "platforms": [
                    {"name": "gpu", "subdir": here, "virtual-packages": ["__cuda=12.4"]},
                    {"name": here},
                ],
                "environments": {"default": {"channels": [], "packages": {"gpu": [gpu, lib], here: [cpu]}}},
                "packages": [gpu, cpu, lib],
            }
        )
    )
    for name, cuda, version in (("cpu", "none", "1.0"), ("gpu", "12.6", "2.0")):
        assert envctl("create", "pixi.lock", "-n", name, "--cuda", cuda).code == 0
        assert (root / "envs" / name / "conda-meta" / f"hello-{version}-0.json").is_file()
        assert envctl("check", name, "--against", "pixi.lock").code == 0
    assert envctl("diff", "cpu", "pixi.lock", "--platform", here, "--exit-code").code == 0
    assert envctl("diff", "gpu", "pixi.lock", "--platform", here, "--exit-code").code == 1
