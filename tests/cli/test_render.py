"""envctl render and envctl templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def test_a_template_is_printed_with_what_made_it(envctl: Any) -> None:
    result = envctl("render", "pytorch-cpu", "--set", "python=3.12")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "# From the template pytorch-cpu (python 3.12); edit that, not this file."
    assert lines[1] == "# Again: envctl render pytorch-cpu --set python=3.12"
    assert lines[2] == "name: pytorch-cpu"
    assert "  - python 3.12.*" in lines


def test_other_channels_are_in_the_file_and_its_header(envctl: Any) -> None:
    lines = envctl(
        "render", "pytorch-cpu", "-c", "https://me:pw@host/x", "--override-channels"
    ).out.splitlines()
    assert lines[1] == (
        "# Again: envctl render pytorch-cpu --set python=3.11 -c https://host/x --override-channels"
    )
    assert lines[3:5] == ["channels:", "  - https://host/x"]


def test_an_add_on_adds_its_packages(envctl: Any) -> None:
    out = envctl("render", "pytorch-cpu", "--with", "serving").out
    assert {"  - flask", "  - gunicorn", "  - psutil"} <= {
        line.split("  #")[0].split("=")[0].split(" >")[0] for line in out.splitlines()
    }


def test_check_tells_a_stale_file_from_a_fresh_one(envctl: Any, tmp_path: Path) -> None:
    file = tmp_path / "environment.yml"
    assert envctl("render", "pytorch-cpu", "-o", file).code == 0
    fresh = envctl("render", "pytorch-cpu", "-o", file, "--check")
    assert (fresh.code, fresh.out) == (0, "")
    file.write_text(file.read_text().replace("numpy", "numpy <2"))
    stale = envctl("render", "pytorch-cpu", "-o", file, "--check")
    assert (stale.code, stale.out) == (1, "")
    assert "-  - numpy <2" in stale.err.splitlines()
    assert "numpy <2" in file.read_text()


def test_a_file_that_is_not_there_is_stale(envctl: Any, tmp_path: Path) -> None:
    assert envctl("render", "pytorch-cpu", "-o", tmp_path / "absent.yml", "--check").code == 1
    assert not (tmp_path / "absent.yml").exists()


def test_somebodys_file_comes_back_in_order_and_without_credentials(envctl: Any, tmp_path: Path) -> None:
    file = tmp_path / "theirs.yml"
    file.write_bytes(
        b"\xef\xbb\xbfdependencies:\r\n- numpy=1.26  # [linux]\r\n- pip:\r\n  - flask\r\n"
        b"channels: ['https://me:pw@host/t/tk-1/x']\r\nname: theirs\r\n"
    )
    result = envctl("render", file)
    assert result.code == 0
    assert result.out.splitlines() == [
        "name: theirs",
        "channels:",
        "  - https://host/x",
        "dependencies:",
        "  - numpy=1.26  # [linux]",
        "  - pip:",
        "      - flask",
    ]


def test_what_is_wrong_has_its_file_and_line(envctl: Any, tmp_path: Path) -> None:
    file = tmp_path / "broken.yml"
    file.write_text("name: a\ndependencies:\n  - numpy\n  bad\n")
    result = envctl("render", file)
    assert (result.code, result.out) == (3, "")
    assert f"{file}:" in result.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["render", "pytorch-cpo"], 2, "did you mean pytorch-cpu"),
        (["render", "pytorch-cpu", "--set", "pyhton=3.11"], 2, "did you mean python"),
        (["render", "pytorch-cpu", "--set", "python=2.7"], 2, "3.10"),
        (["render", "pytorch-cpu", "--set", "python"], 2, "NAME=VALUE"),
        (["render", "pytorch-cpu", "--with", "servign"], 2, "did you mean serving"),
        (["render", "serving"], 2, "--with serving"),
        (["render", "pytorch-cpu", "--check"], 2, "-o FILE"),
        (["render", "nowhere.yml"], 3, "nowhere.yml"),
        (["render", "pytorch-cpu", "-o", "/proc/nowhere/x.yml"], 4, "cannot write"),
        (["render"], 2, "SOURCE"),
    ],
)
def test_what_cannot_be_rendered_is_said(envctl: Any, arguments: list[str], code: int, words: str) -> None:
    result = envctl(*arguments)
    assert (result.code, result.out) == (code, "")
    assert words in result.err


def test_a_template_and_a_file_of_one_name_are_told_apart(envctl: Any, tmp_path: Path) -> None:
    (tmp_path / "pytorch-cpu").write_text("name: mine\ndependencies: [numpy]\n")
    both = envctl("render", "pytorch-cpu")
    assert both.out.splitlines()[2] == "name: pytorch-cpu"
    assert "file:pytorch-cpu" in both.err
    assert envctl("render", "file:pytorch-cpu").out.startswith("name: mine\n")
    assert envctl("render", "template:pytorch-cpu").err == ""


def test_the_catalogue_lists_templates_and_add_ons(envctl: Any) -> None:
    plain = envctl("templates")
    assert plain.code == 0
    assert plain.out == envctl("templates", "list").out
    names = {line.split("  ")[0] for line in plain.out.splitlines()}
    assert {"pytorch-cpu", "pytorch-gpu-cu118", "tf-gpu-2.12", "--with serving"} <= names
    document = envctl("templates", "--json").json
    assert document["command"] == "templates"
    assert {"name", "kind", "summary", "params", "origin"} <= set(document["templates"][0])


def test_a_users_template_is_found_and_may_extend_a_shipped_one(envctl: Any, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "ours.yaml").write_text(
        "name: ours\nsummary: Our own\nextends: pytorch-cpu\ndependencies:\n  - scipy\n"
    )
    assert "  - scipy" in envctl("render", "ours").out.splitlines()
    assert "./templates" in envctl("templates").out


def test_a_template_that_hides_another_says_so(envctl: Any, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "pytorch-cpu.yaml").write_text(
        "name: pytorch-cpu\nsummary: Ours\nextends: pytorch-cpu\n"
    )
    assert "Ours (./templates, hides another of that name)" in envctl("templates").out


def test_one_template_is_shown_with_its_choices(envctl: Any) -> None:
    shown = envctl("templates", "show", "pytorch-cpu")
    assert shown.code == 0
    assert shown.out.startswith("pytorch-cpu: ")
    assert "--set python=3.11" in shown.out
    assert envctl("templates", "show", "pytorch-cpu", "--json").json["template"]["name"] == "pytorch-cpu"
    assert envctl("templates", "show", "serving").code == 0
    assert envctl("templates", "show", "nothing").code == 2
