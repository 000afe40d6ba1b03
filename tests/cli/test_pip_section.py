"""The pip section of an environment file, installed by uv from a folder of wheels: no network."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from tiny_wheel import make_wheel

pytestmark = pytest.mark.channel


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A package with a command, beside the environment file."""
    make_wheel(
        tmp_path / "wheels",
        "greet",
        "1.0",
        files={"greet.py": "import sys\n\n\ndef main():\n    print('hello from', sys.prefix)\n"},
        commands={"greet": "greet:main"},
    )
    return tmp_path / "wheels"


def environment_file(tmp_path: Path, url: str, *lines: str) -> Path:
    file = tmp_path / "with-pip.yml"
    pip = "".join(f"      - {line}\n" for line in ("--no-index", "--find-links ./wheels", *lines))
    file.write_text(
        f"name: greeting\nchannels: ['{url}']\ndependencies:\n  - python\n  - pip\n  - pip:\n{pip}"
    )
    return file


def test_a_pip_package_is_installed_and_its_command_starts_from_the_final_place(
    envctl: Any, root: Path, tmp_path: Path, wheels: Path, local_channel: Any
) -> None:
    result = envctl("create", "-f", environment_file(tmp_path, local_channel.url, "greet==1.0"))
    assert (result.code, result.out) == (0, ""), result.err
    prefix = (root / "envs" / "greeting").resolve()
    done = subprocess.run([prefix / "bin" / "greet"], capture_output=True, text=True, check=True)
    assert done.stdout == f"hello from {prefix}\n"
    check = subprocess.run([prefix / "bin" / "pip", "check"], capture_output=True, text=True, check=False)
    assert check.stdout == "No broken requirements found.\n"


def test_nothing_in_the_environment_names_the_folder_it_was_built_in(
    envctl: Any, root: Path, tmp_path: Path, wheels: Path, local_channel: Any
) -> None:
    assert envctl("create", "-f", environment_file(tmp_path, local_channel.url, "greet")).code == 0
    prefix = (root / "envs" / "greeting").resolve()
    found = subprocess.run(
        ["grep", "-rlaE", r"\.1\.envctl-[0-9a-f]{8}", prefix], capture_output=True, text=True, check=False
    )
    assert found.stdout == ""


def test_a_pip_section_that_fails_leaves_no_environment(
    envctl: Any, root: Path, tmp_path: Path, wheels: Path, local_channel: Any
) -> None:
    result = envctl("create", "-f", environment_file(tmp_path, local_channel.url, "greet==2.0"), "--json")
    assert result.code == 4
    assert result.json["error"]["code"] == "pip-failed"
    assert "greet==2.0" in result.json["error"]["cause"]
    assert not (root / "envs").exists()
    assert not (root / "generations").exists()


def test_what_pip_replaces_of_condas_is_a_warning(
    envctl: Any, tmp_path: Path, wheels: Path, local_channel: Any
) -> None:
    make_wheel(wheels, "psutil", "99.0")
    file = environment_file(tmp_path, local_channel.url, "psutil==99.0")
    file.write_text(file.read_text().replace("  - pip\n", "  - pip\n  - psutil\n"))
    result = envctl("create", "-f", file)
    assert result.code == 0
    assert "warning: the pip section replaced psutil-" in result.err


def test_pip_is_added_where_a_file_forgets_it(
    envctl: Any, tmp_path: Path, wheels: Path, local_channel: Any
) -> None:
    file = environment_file(tmp_path, local_channel.url, "greet")
    file.write_text(file.read_text().replace("  - pip\n", ""))
    document = envctl("create", "-f", file, "--dry-run", "--json").json
    assert "pip" in {package["name"] for package in document["packages"]}
    assert document["pip"] == ["--no-index", "--find-links ./wheels", "greet"]


def test_a_pip_section_without_python_is_refused(envctl: Any, tmp_path: Path, channel: Any) -> None:
    channel.add("pip")
    channel.index()
    result = envctl("create", "-f", environment_file(tmp_path, channel.url, "greet"))
    assert result.code == 4
