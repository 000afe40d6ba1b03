"""pylock.toml: what uv is given to install, and what it writes."""

from __future__ import annotations

import pytest

from envctl.errors import InputError
from envctl.formats.pylock import dumps, loads
from envctl.model.packages import PipPackage

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SHA256 = "ab" * 32


@pytest.mark.parametrize(
    "package",
    [
        PipPackage(
            name="x", version="1.0", url="https://files.example/x-1.0-py3-none-any.whl", sha256=SHA256
        ),
        PipPackage(name="x", version="1.0", url="https://files.example/x-1.0-py3-none-any.whl"),
        PipPackage(name="x", version="1.0", url="https://files.example/x-1.0.tar.gz", md5="cd" * 16),
        PipPackage(name="x", url="https://files.example/x.zip", sha256=SHA256, direct=True),
        PipPackage(name="x", url="https://files.example/x.zip#subdirectory=sub", direct=True),
        PipPackage(name="x", url="https://files.example/download/x", direct=True),
        PipPackage(name="x", url="/srv/x-1.0-py3-none-any.whl", direct=True),
        PipPackage(name="x", url="/srv/x", direct=True),
        PipPackage(name="x", url="/srv/x", direct=True, editable=True),
        PipPackage(name="x", url=f"git+https://git.example/x.git@{COMMIT}", direct=True),
        PipPackage(name="x", url=f"git+ssh://git@git.example/x@{COMMIT}#subdirectory=sub", direct=True),
    ],
)
def test_what_is_written_is_read_again(package: PipPackage) -> None:
    assert loads(dumps([package]), file="pylock.toml") == (package,)


@pytest.mark.parametrize("name", ["x-1.0-py3-none-any.whl", "project"])
def test_a_file_url_becomes_a_path_since_uv_takes_it_for_an_archive_as_nothing_else(name: str) -> None:
    (package,) = loads(
        dumps([PipPackage(name="x", url=f"file:///srv/my%20files/{name}", direct=True)]), file="pylock.toml"
    )
    assert package.url == f"/srv/my files/{name}"


@pytest.mark.parametrize(
    "url",
    [
        "git+ssh://git@git.example/x.git",
        "git+https://me:secret@git.example/x.git",
        "git+https://git.example/x.git@main",
        f"hg+https://hg.example/x@{COMMIT}",
    ],
)
def test_a_repository_without_a_commit_is_refused_by_the_packages_name(url: str) -> None:
    with pytest.raises(InputError, match=r"^x: comes from a repository") as caught:
        dumps([PipPackage(name="x", url=url, direct=True)])
    assert caught.value.code == "pip-repository"
    assert "secret" not in str(caught.value.cause)


@pytest.mark.parametrize("text", ["packages = 1", "[[packages]]\nversion = '1'", "= ="])
def test_what_is_no_pylock_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        loads(text, file="pylock.toml")
    assert caught.value.code == "pylock"
