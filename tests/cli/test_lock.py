"""envctl lock: several platforms at once, from a channel that has packages of their own for each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel

from envctl.subdirs import current_subdir

PLATFORMS = ("linux-64", "linux-aarch64", "osx-arm64", "win-64")
ASKED = [word for platform in PLATFORMS for word in ("--platform", platform)]


@pytest.fixture
def channel(tmp_path: Path) -> TinyChannel:
    """A library of its own for each platform, in two versions, and a program that needs it."""
    channel = TinyChannel(tmp_path / "channel")
    for platform in PLATFORMS:
        for version in ("1.0", "2.0"):
            files = {"share/lib.txt": f"{platform} {version}\n".encode()}
            channel.add("lib", version, build=f"h{len(platform)}_0", files=files, subdir=platform)
    channel.add("gpu", "1.0", depends=["__cuda >=12"], subdir="linux-64")
    channel.add("app", "1.0", depends=["lib"])
    channel.add("app", "2.0", depends=["lib"])
    return channel.index()


@pytest.fixture
def spec(tmp_path: Path, channel: TinyChannel) -> Path:
    file = tmp_path / "environment.yml"
    file.write_text(f"name: web\nchannels:\n  - {channel.url}\ndependencies:\n  - app\n")
    return file


def versions(envctl: Any, lock: Path) -> dict[str, str]:
    """The packages of a lock on one platform, by name."""
    document = envctl("export", lock, "--format", "environment-json", "--platform", "linux-64").out
    import json

    return dict(text.split("=")[:2] for text in json.loads(document)["dependencies"])


def test_one_lock_is_made_for_four_platforms_and_installs_on_this_one(
    envctl: Any, spec: Path, root: Path, tmp_path: Path
) -> None:
    result = envctl("lock", spec, *ASKED, "-o", "conda-lock.yml")
    assert result.code == 0, result.err
    assert result.out == ""
    assert result.err == (
        f"locked file:{spec} in conda-lock.yml: linux-64 2, linux-aarch64 2, osx-arm64 2, win-64 2\n"
    )
    text = (tmp_path / "conda-lock.yml").read_text()
    for platform in PLATFORMS:
        assert f"/{platform}/lib-2.0-h{len(platform)}_0.tar.bz2" in text
    assert envctl("create", "conda-lock.yml").code == 0
    assert (root / "envs" / "web" / "share" / "lib.txt").read_text() == f"{current_subdir()} 2.0\n"


def test_the_same_source_gives_the_same_bytes(envctl: Any, spec: Path) -> None:
    first, second = (envctl("lock", spec, *ASKED).out for _ in range(2))
    assert first == second


def test_a_solve_is_for_the_machine_that_is_described_not_for_this_one(envctl: Any, spec: Path) -> None:
    spec.write_text(spec.read_text().replace("- app", "- gpu"))
    result = envctl("lock", spec, "--platform", "linux-64")
    assert result.code == 4
    assert "--cuda VERSION" in result.err
    result = envctl("lock", spec, "--platform", "linux-64", "--cuda", "12.4", "--json")
    assert "__cuda=12.4=0" in result.json["platforms"][0]["virtual_packages"]


def test_an_update_moves_what_it_names_and_nothing_else(envctl: Any, spec: Path, tmp_path: Path) -> None:
    pinned = spec.read_text()
    spec.write_text(pinned.replace("- app", "- app =1\n  - lib =1"))
    lock = tmp_path / "lock.yml"
    assert envctl("lock", spec, *ASKED, "-o", lock).code == 0
    spec.write_text(pinned)
    assert envctl("lock", spec, *ASKED, "-o", lock, "--update", "app").code == 0
    assert versions(envctl, lock) == {"app": "2.0", "lib": "1.0"}
    assert envctl("lock", spec, *ASKED, "-o", lock).code == 0
    assert versions(envctl, lock) == {"app": "2.0", "lib": "2.0"}


def test_a_lock_is_fresh_while_it_answers_whatever_the_spelling(envctl: Any, spec: Path) -> None:
    assert envctl("lock", spec, *ASKED, "-o", "lock.yml").code == 0
    result = envctl("lock", spec, *ASKED, "-o", "lock.yml", "--check")
    assert (result.code, result.err) == (0, "lock.yml answers its source\n")
    spec.write_text(spec.read_text().replace("- app", "- app[version='>=1']"))
    result = envctl("lock", spec, *ASKED, "-o", "lock.yml", "--check")
    assert result.code == 0
    assert "asks for nothing else" in result.err


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (("- app", "- app <2"), "app <2: the lock has app 2.0"),
        (("- app", "- app\n  - gpu"), "gpu: the lock has none"),
        (("- app", "- lib"), "nothing asks for app 2.0 any more"),
        (("channels:", "channels:\n  - conda-forge"), "the channels were"),
        (("dependencies:", "variables:\n  A: b\ndependencies:"), "the variables have changed"),
    ],
)
def test_a_stale_lock_is_told_with_the_reason_and_not_touched(
    envctl: Any, spec: Path, tmp_path: Path, edit: tuple[str, str], reason: str
) -> None:
    lock = tmp_path / "lock.yml"
    assert envctl("lock", spec, "--platform", "linux-64", "-o", lock).code == 0
    before = lock.read_bytes()
    spec.write_text(spec.read_text().replace(*edit))
    result = envctl("lock", spec, "--platform", "linux-64", "-o", lock, "--check", "--json")
    assert result.code == 1
    assert result.json["ok"] is False
    assert any(reason in line for line in result.json["reasons"]), result.json["reasons"]
    assert lock.read_bytes() == before


def test_a_check_needs_neither_a_channel_nor_a_solve(
    envctl: Any, spec: Path, channel: TinyChannel, tmp_path: Path
) -> None:
    assert envctl("lock", spec, "-o", "lock.yml").code == 0
    channel.directory.rename(tmp_path / "gone")
    assert envctl("lock", spec, "-o", "lock.yml", "--check").code == 0


def test_a_lock_that_was_edited_is_stale_although_its_hash_is_the_same(
    envctl: Any, spec: Path, tmp_path: Path
) -> None:
    lock = tmp_path / "lock.yml"
    spec.write_text(spec.read_text().replace("- app", "- app >=2"))
    assert envctl("lock", spec, "--platform", "linux-64", "-o", lock).code == 0
    entry = 'name: app\n    version: "{}"'
    edited = lock.read_text().replace("app-2.0-0", "app-1.0-0")
    lock.write_text(edited.replace(entry.format("2.0"), entry.format("1.0")))
    result = envctl("lock", spec, "--platform", "linux-64", "-o", lock, "--check")
    assert result.code == 1
    assert "app >=2: the lock has app 1.0" in result.err


def test_a_platform_that_is_gone_or_new_makes_a_lock_stale(envctl: Any, spec: Path) -> None:
    assert envctl("lock", spec, "--platform", "linux-64", "--platform", "win-64", "-o", "lock.yml").code == 0
    spec.write_text(spec.read_text() + "platforms: [linux-64, osx-arm64]\n")
    result = envctl("lock", spec, "-o", "lock.yml", "--check")
    assert result.code == 1
    assert "osx-arm64: the lock has no packages for it" in result.err
    assert "win-64: the lock is for it, the source is not" in result.err


@pytest.mark.parametrize("form", ["pixi-lock", "conda-lock-v1"])
def test_every_format_of_locks_installs_and_checks(envctl: Any, spec: Path, root: Path, form: str) -> None:
    assert envctl("lock", spec, *ASKED, "--format", form, "-o", "web.lock").code == 0
    assert envctl("lock", spec, *ASKED, "-o", "web.lock", "--check").code == 0
    assert envctl("create", "web.lock", "-n", "web").code == 0
    assert (root / "envs" / "web" / "share" / "lib.txt").read_text() == f"{current_subdir()} 2.0\n"
    assert envctl("check", "web", "--against", "web.lock").code == 0


def test_an_explicit_list_is_for_one_platform(envctl: Any, spec: Path) -> None:
    result = envctl("lock", spec, *ASKED, "--format", "explicit")
    assert result.code == 2
    assert "choose with --platform" in result.err
    result = envctl("lock", spec, "--platform", "win-64", "--format", "explicit")
    assert result.code == 0
    assert "/win-64/lib-2.0-h6_0.tar.bz2#" in result.out


def test_a_lock_is_written_in_another_format_without_a_solve(
    envctl: Any, spec: Path, channel: TinyChannel, tmp_path: Path
) -> None:
    assert envctl("lock", spec, *ASKED, "-o", "conda-lock.yml").code == 0
    channel.directory.rename(tmp_path / "gone")
    assert envctl("lock", "conda-lock.yml", "--format", "pixi-lock", "-o", "pixi.lock").code == 0
    assert envctl("diff", "conda-lock.yml", "pixi.lock", "--exit-code").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--platform", "linux-65"], 2, "is no platform"),
        (["--format", "yaml"], 2, "conda-lock-v1"),
        (["--check"], 2, "add -o FILE"),
        (["--update", "app"], 2, "add -o FILE"),
        (["--update", "app", "-o", "absent.yml"], 3, "absent.yml"),
        (["--check", "-o", "environment.yml"], 3, "is no lock"),
        (["--update", "apq", "-o", "environment.yml"], 3, "is no lock"),
        (["--cuda", "x"], 2, "no CUDA version"),
    ],
)
def test_what_cannot_be_locked_is_said_with_its_exit_code(
    envctl: Any, spec: Path, arguments: list[str], code: int, words: str
) -> None:
    result = envctl("lock", spec, *arguments)
    assert result.code == code, result.err
    assert words in result.err
    assert result.out == ""


def test_a_package_that_another_needs_and_that_was_taken_out_makes_a_lock_stale(
    envctl: Any, spec: Path, tmp_path: Path
) -> None:
    lock = tmp_path / "lock.yml"
    assert envctl("lock", spec, "--platform", "linux-64", "-o", lock).code == 0
    head, _, rest = lock.read_text().partition("  - name: lib\n")
    lock.write_text(head + "  - name: app" + rest.partition("  - name: app")[2])
    result = envctl("lock", spec, "--platform", "linux-64", "-o", lock, "--check")
    assert result.code == 1
    assert "app 2.0 needs lib: the lock has none" in result.err


def test_an_index_that_changed_makes_a_lock_stale(envctl: Any, spec: Path) -> None:
    text = spec.read_text() + "  - pip:\n      - --extra-index-url https://{}.example/simple\n"
    lock = ("lock", spec, "--platform", "linux-64", "-o", "lock.yml")
    spec.write_text(spec.read_text() + "  - pip: []\n")
    assert envctl(*lock).code == 0
    spec.write_text(text.format("other"))
    result = envctl(*lock, "--check")
    assert result.code == 1
    assert "the indexes were none and are default, https://other.example/simple" in result.err


def test_an_update_keeps_the_format_the_platforms_and_the_machines_of_the_lock(
    envctl: Any, spec: Path, tmp_path: Path
) -> None:
    spec.write_text(spec.read_text() + "  - gpu  # [linux64]\n")
    lock = tmp_path / "pixi.lock"
    platforms = ("--platform", "linux-64", "--platform", "win-64")
    assert envctl("lock", spec, *platforms, "--cuda", "12.4", "--format", "pixi-lock", "-o", lock).code == 0
    before = lock.read_text()
    assert envctl("lock", spec, "-o", lock, "--update", "app").code == 0
    assert lock.read_text() == before
    assert envctl("lock", spec, "-o", lock, "--update", "app", "--platform", "win-64").code == 0
    assert lock.read_text() == before


def test_an_update_of_one_of_several_environments_is_refused(envctl: Any, spec: Path, tmp_path: Path) -> None:
    lock = tmp_path / "pixi.lock"
    none = "  {}:\n    channels: []\n    packages: {{}}\n"
    lock.write_text("version: 6\nenvironments:\n" + none.format("a") + none.format("b") + "packages: []\n")
    result = envctl("lock", spec, "-o", lock, "--update", "app", "--json")
    assert (result.code, result.json["error"]["code"]) == (2, "several-environments")


def test_a_lock_of_another_tool_is_answered_without_a_word_about_its_hash(envctl: Any, spec: Path) -> None:
    assert envctl("lock", spec, "--platform", "linux-64", "--format", "explicit", "-o", "a.txt").code == 0
    result = envctl("lock", spec, "--platform", "linux-64", "-o", "a.txt", "--check", "--json")
    assert (result.code, result.json["unchanged"]) == (0, None)


def test_a_specification_is_not_replaced_by_its_own_lock(envctl: Any, spec: Path) -> None:
    before = spec.read_text()
    result = envctl("lock", spec, "-o", spec, "--json")
    assert (result.code, result.json["error"]["code"]) == (1, "own-source")
    assert spec.read_text() == before


def test_a_dash_is_standard_output(envctl: Any, spec: Path, tmp_path: Path) -> None:
    result = envctl("lock", spec, "--platform", "linux-64", "-o", "-")
    assert result.code == 0
    assert "\nversion: 1\n" in result.out
    assert not (tmp_path / "-").exists()


def test_a_platform_that_the_source_is_not_meant_for_is_told(envctl: Any, spec: Path) -> None:
    spec.write_text(spec.read_text() + "platforms: [linux-64]\n")
    result = envctl("lock", spec, "--platform", "win-64")
    assert result.code == 0
    assert f"warning: file:{spec} is meant for linux-64, not for win-64" in result.err


def test_a_lock_that_is_not_there_yet_is_to_be_made_first(envctl: Any, spec: Path) -> None:
    result = envctl("lock", spec, "-o", "absent.yml", "--check", "--json")
    assert (result.code, result.json["error"]["hint"]) == (3, "make it first, without --check")


def test_variables_are_not_held_against_a_format_that_cannot_carry_them(envctl: Any, spec: Path) -> None:
    spec.write_text(spec.read_text() + "variables: {A: b}\n")
    lock = ("lock", spec, "--platform", "linux-64", "-o", "pixi.lock")
    assert envctl(*lock, "--format", "pixi-lock", "--lossy").code == 0
    assert envctl(*lock, "--check").code == 0
