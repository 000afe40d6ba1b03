"""Where pip packages come from, in one spelling."""

from __future__ import annotations

import pytest

from envctl.diffing.places import answers_place, below, place, same_place, without_ref

COMMIT = "a" * 40
REPOSITORY = "git+https://git.example/org/x"


@pytest.mark.parametrize(
    ("url", "spelling"),
    [
        ("https://me:secret@files.example/x-1.whl#sha256=ab", "https://files.example/x-1.whl"),
        (
            "https://files.example/x.zip#subdirectory=sub&egg=x",
            "https://files.example/x.zip#subdirectory=sub",
        ),
        (f"{REPOSITORY}.git@main#egg=x", f"{REPOSITORY}@main"),
        (f"{REPOSITORY}.git/", REPOSITORY),
        (f"{REPOSITORY}@feature/y", f"{REPOSITORY}@feature/y"),
        ("git+ssh://git@git.example/org/x.git@v1", "git+ssh://git@git.example/org/x@v1"),
        ("git+file:///srv/x", "git+file:///srv/x"),
        ("file:///srv/my%20x/", "/srv/my x"),
        ("file://localhost/srv/x", "/srv/x"),
        ("file:.", "."),
        ("./", "."),
        ("./lib//x/", "lib/x"),
        (r"lib\x", "lib/x"),
        ("", "."),
    ],
)
def test_a_place_has_one_spelling(url: str, spelling: str) -> None:
    assert place(url) == spelling
    assert place(spelling) == spelling


def test_a_repository_is_the_same_on_every_branch() -> None:
    assert without_ref(f"{REPOSITORY}.git@main#subdirectory=sub") == f"{REPOSITORY}#subdirectory=sub"
    assert without_ref("https://files.example/x@1.whl") == "https://files.example/x@1.whl"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (".", "/srv/x", True),
        ("..", "/srv/x", True),
        ("../x", "/srv/x", True),
        ("./lib/x", "/srv/lib/x", True),
        (".x", "/srv/.x", True),
        ("x", "/srv/y", False),
        ("x", "/srv/yx", False),
        (".", "/srv/x-1.0.whl", False),
        (".", REPOSITORY, False),
        ("lib/x", "x", False),
        ("/srv/x", "/opt/srv/x", False),
        ("~/x", "/home/me/x", False),
    ],
)
def test_a_relative_path_may_be_any_that_ends_so(one: str, other: str, same: bool) -> None:
    assert same_place(one, other) is same
    assert same_place(other, one) is same


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("../x", "/srv/x"),
        (".", "/srv/project"),
        ("/x", "/x"),
        ("file:.", "/srv/project"),
        (REPOSITORY, REPOSITORY),
        ("~/x", "~/x"),
        ("$HOME/x", "$HOME/x"),
    ],
)
def test_a_relative_path_starts_from_the_folder_of_its_file(url: str, expected: str) -> None:
    assert below(url, "/srv/project") == expected


@pytest.mark.parametrize(
    ("wanted", "got", "answers"),
    [
        (f"{REPOSITORY}.git@main", f"{REPOSITORY}@{COMMIT}", True),
        (REPOSITORY, f"{REPOSITORY}@{COMMIT}", True),
        (f"{REPOSITORY}@{COMMIT}", f"{REPOSITORY}@{COMMIT}", True),
        (f"{REPOSITORY}@{'b' * 40}", f"{REPOSITORY}@{COMMIT}", False),
        (f"{REPOSITORY}@{'b' * 40}#subdirectory=s", f"{REPOSITORY}@{COMMIT}#subdirectory=s", False),
        (f"{REPOSITORY}@main", "git+https://git.example/other/x@main", False),
        ("https://files.example/x-1.whl", "https://files.example/x-1.whl#sha256=ab", True),
        ("https://files.example/x-1.whl", "https://files.example/x-2.whl", False),
    ],
)
def test_what_came_from_a_commit_answers_a_request_for_its_branch(
    wanted: str, got: str, answers: bool
) -> None:
    assert answers_place(wanted, got) is answers
