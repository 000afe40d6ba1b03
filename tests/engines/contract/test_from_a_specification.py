"""From a specification, every engine makes an environment that satisfies it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prefix_state import packages, records
from tiny_channel import TinyChannel

from envctl.subdirs import current_subdir


def environment_file(tmp_path: Path, channel: TinyChannel | str, *specs: str) -> Path:
    url = channel if isinstance(channel, str) else channel.url
    file = tmp_path / "environment.yml"
    lines = "".join(f"  - {spec!r}\n" for spec in specs)
    file.write_text(f"name: web\nchannels:\n  - {url}\ndependencies:\n{lines}")
    return file


@pytest.mark.parametrize(
    ("specs", "chosen"),
    [
        pytest.param(["hello"], {"hello": "2.0", "lib": "2.0"}, id="the newest, and what it needs"),
        pytest.param(["hello=1.0"], {"hello": "1.0"}, id="an older one, as conda's own format has it"),
        pytest.param(["hello <2"], {"hello": "1.0"}, id="an older one, by a bound"),
        pytest.param(["hello==1.0=0"], {"hello": "1.0"}, id="one build"),
        pytest.param(["hello", "legacy"], {"hello": "1.0", "legacy": "1.0", "lib": "1.0"}, id="what fits"),
    ],
)
def test_what_is_asked_for_and_needed_is_installed(
    envctl: Any, root: Path, channel: TinyChannel, specs: list[str], chosen: dict[str, str]
) -> None:
    result = envctl("create", "-f", environment_file(root.parent, channel, *specs))
    assert result.code == 0, result.err
    assert packages(root / "envs" / "web") == chosen


def test_one_of_two_variants_is_chosen_with_what_belongs_to_it(
    envctl: Any, root: Path, tmp_path: Path, channel: TinyChannel
) -> None:
    """Which one is the solver's to say."""
    assert envctl("create", "-f", environment_file(tmp_path, channel, "numbers")).code == 0
    installed = records(root / "envs" / "web")
    assert installed["blas"]["build"] in ("mkl", "openblas")
    assert installed["numbers"]["build"] == f"{installed['blas']['build']}_0"


def test_python_comes_with_what_the_engine_adds_to_it_and_nothing_else(
    envctl: Any, root: Path, tmp_path: Path, channel: TinyChannel, differs: Any
) -> None:
    assert envctl("create", "-f", environment_file(tmp_path, channel, "python")).code == 0
    assert set(packages(root / "envs" / "web")) - {"python", "lib"} <= differs.added_to_python


def test_the_first_channel_that_has_a_package_gives_it(
    envctl: Any, root: Path, tmp_path: Path, channel: TinyChannel
) -> None:
    first = TinyChannel(tmp_path / "first")
    first.add("lib", "1.5")
    first.index()
    file = environment_file(tmp_path, channel, "lib")
    assert envctl("create", "-f", file, "-c", first.url).code == 0
    record = records(root / "envs" / "web")["lib"]
    assert record["url"] == f"{first.url}/noarch/lib-1.5-0.tar.bz2"


def test_a_channel_may_be_a_folder_beside_the_file(
    envctl: Any, root: Path, tmp_path: Path, channel: TinyChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = environment_file(tmp_path, "./channel", "lib")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert envctl("create", "-f", file).code == 0
    assert records(root / "envs" / "web")["lib"]["url"] == f"{channel.url}/noarch/lib-2.0-0.tar.bz2"


def test_a_machine_with_a_driver_may_be_asked_for(
    envctl: Any, root: Path, tmp_path: Path, channel: TinyChannel
) -> None:
    file = environment_file(tmp_path, channel, "gpu")
    assert envctl("create", "-f", file, "--cuda", "12.4").code == 0
    assert packages(root / "envs" / "web") == {"gpu": "1.0"}


def test_conda_s_variable_says_it_too(
    envctl: Any, tmp_path: Path, channel: TinyChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "12.4")
    file = environment_file(tmp_path, channel, "gpu")
    assert envctl("create", "-f", file).code == 0
    assert envctl("create", "-f", file, "-n", "other", "--cuda", "none").code == 4


def test_a_lock_for_another_platform_has_that_platforms_packages(
    envctl: Any, tmp_path: Path, channel: TinyChannel
) -> None:
    for subdir in ("linux-aarch64", "osx-arm64"):
        channel.add("own", subdir=subdir)
    channel.index()
    file = environment_file(tmp_path, channel, "own", "lib")
    result = envctl(
        "lock",
        file,
        "--platform",
        "linux-aarch64",
        "--platform",
        "osx-arm64",
        "--json",
        "-o",
        "conda-lock.yml",
    )
    assert result.code == 0, result.err
    text = (tmp_path / "conda-lock.yml").read_text()
    assert f"{channel.url}/linux-aarch64/own-1.0-0.tar.bz2" in text
    assert f"{channel.url}/osx-arm64/own-1.0-0.tar.bz2" in text
    assert current_subdir() not in text


def test_a_dry_run_shows_the_same_packages_and_makes_nothing(
    envctl: Any, root: Path, tmp_path: Path, spec_file: Path
) -> None:
    result = envctl("create", "-f", spec_file, "--dry-run", "--json")
    assert result.code == 0, result.err
    shown = {package["name"]: package["version"] for package in result.json["packages"]}
    assert shown == {"hello": "2.0", "lib": "2.0", "tool": "1.0"}
    assert result.json["sizes"]["download_bytes"] > 0
    assert not (root / "envs").exists()
    assert not (tmp_path / "home" / ".conda").exists()
