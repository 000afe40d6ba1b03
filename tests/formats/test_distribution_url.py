"""What the URL of a pip package is."""

from __future__ import annotations

import pytest

from envctl.formats.distribution_url import (
    Commit,
    commit,
    is_archive,
    is_folder,
    is_repository,
    local_path,
    subdirectory,
)

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://files.example/x-1.0.tar.gz", "archive"),
        ("https://files.example/x-1.0-py3-none-any.whl#sha256=ab", "archive"),
        ("https://files.example/x-1.0.zip?token=$TOKEN", "archive"),
        ("wheels/x.whl", "archive"),
        ("file:///srv/x.whl", "archive"),
        ("git+https://git.example/x.zip", "repository"),
        ("hg+https://hg.example/x", "repository"),
        ("/srv/x", "folder"),
        ("./x", "folder"),
        ("file:///srv/x", "folder"),
        ("https://git.example/x", None),
    ],
)
def test_it_is_an_archive_a_repository_or_a_folder(url: str, kind: str | None) -> None:
    assert is_archive(url) is (kind == "archive")
    assert is_repository(url) is (kind == "repository")
    assert is_folder(url) is (kind == "folder")


@pytest.mark.parametrize(
    "repository",
    [
        "https://git.example/x.git",
        "ssh://git@git.example/x.git",
        "https://$USER:$TOKEN@git.example/@scope/x",
        "file:///srv/x",
    ],
)
def test_a_commit_stands_behind_the_last_at(repository: str) -> None:
    assert commit(f"git+{repository}@{COMMIT}#subdirectory=sub") == Commit(url=repository, id=COMMIT)
    assert commit(f"git+{repository}") is None
    assert commit(f"git+{repository}@main") is None


def test_a_subdirectory_stands_behind_the_hash_sign_beside_other_words() -> None:
    assert subdirectory("https://files.example/x.zip#egg=x&subdirectory=a/b&sha256=ab") == "a/b"
    assert subdirectory("https://files.example/subdirectory=x.zip#egg=x") is None


def test_a_file_url_is_a_path() -> None:
    assert local_path("file:///srv/my%20wheels/x.whl#sha256=ab") == "/srv/my wheels/x.whl"
    assert local_path("wheels/x.whl") == "wheels/x.whl"
    assert local_path("https://files.example/x.whl") is None
