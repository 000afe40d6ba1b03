"""What the files that a pip section names (`-r`, `-c`) add to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from envctl.errors import InputError
from envctl.formats.requirements import Constraints
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.sources.pip_files import with_pip_files


def lines(folder: Path, *texts: str, selector: str | None = None) -> tuple[Dependency, ...]:
    spec = EnvironmentSpec(
        pip=tuple(Dependency(text=text, selector=selector) for text in texts), directory=str(folder)
    )
    return with_pip_files(spec).pip or ()


def texts(folder: Path, *written: str) -> list[str]:
    return [line.text for line in lines(folder, *written)]


@pytest.mark.parametrize(
    "line",
    [
        "-r the list.txt",
        "-rthe list.txt",
        '-r "the list.txt"',
        "--requirement the list.txt",
        "--requirement=the list.txt",
        "-r the list.txt  # why",
    ],
)
def test_a_requirements_file_stands_for_its_lines(tmp_path: Path, line: str) -> None:
    (tmp_path / "the list.txt").write_text("# what we need\nidna >=3  # names\nsix\n")
    assert texts(tmp_path, "flask", line, "click") == ["flask", "idna >=3", "six", "click"]


def test_a_path_starts_from_the_folder_of_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    (tmp_path / "sub" / "r.txt").write_text("-r deep/r.txt\n-c c.txt\n--find-links ./wheels\n./project\n")
    (tmp_path / "sub" / "deep" / "r.txt").write_text("six\n")
    (tmp_path / "sub" / "c.txt").write_text("six <2\n")
    assert texts(tmp_path, "-r sub/r.txt") == [
        "six",
        f'-c "{tmp_path}/sub/c.txt"',
        f"--find-links {tmp_path.as_uri()}/sub/wheels",
        "./project",  # pip: from the working folder
    ]


def test_a_variable_in_a_path_is_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHERE", str(tmp_path))
    (tmp_path / "r.txt").write_text("six\n")
    assert texts(tmp_path / "elsewhere", "-r ${WHERE}/r.txt") == ["six"]


def test_the_selector_of_a_requirements_file_is_that_of_its_lines(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("six\n")
    assert lines(tmp_path, "-r r.txt", selector="win") == (Dependency(text="six", selector="win"),)


def test_a_file_of_constraints_keeps_its_line_with_all_that_it_says(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text("six <2\n-c more.txt\nidna\n")
    (tmp_path / "more.txt").write_text("flask <4\n-r last.txt\n")
    (tmp_path / "last.txt").write_text("click <9\n")
    (found,) = lines(tmp_path, "-c c.txt")
    assert found == Constraints(text="-c c.txt", lines=("six <2", "flask <4", "click <9", "idna"))


def test_what_lies_behind_a_url_and_what_names_no_file_stays_as_it_is(tmp_path: Path) -> None:
    written = ["-r https://files.example/r.txt", "-r", "--constraints c.txt", "-e ./c", "six"]
    assert texts(tmp_path, *written) == written


def test_a_file_that_is_missing_is_named_with_the_one_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("-r missing.txt\n")
    with pytest.raises(InputError) as caught:
        texts(tmp_path, "-r r.txt")
    error = caught.value
    assert (error.code, error.file) == ("unreadable-file", str(tmp_path / "missing.txt"))
    assert error.cause == "No such file or directory"
    assert error.hint == f"{tmp_path}/r.txt names it"


def test_a_file_that_names_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("-r b.txt\n")
    (tmp_path / "b.txt").write_text("-c ./a.txt\n")
    with pytest.raises(InputError, match="a file that it names") as caught:
        texts(tmp_path, "-r a.txt")
    assert (caught.value.code, caught.value.file) == ("requirements", str(tmp_path / "a.txt"))


def test_a_line_that_is_none_is_told_with_its_number(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("six\n==2\n")
    with pytest.raises(InputError) as caught:
        texts(tmp_path, "-r r.txt")
    assert (caught.value.file, caught.value.line) == (str(tmp_path / "r.txt"), 2)
