"""The Python distributions that conda did not install."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from forged_prefix import SITE_PACKAGES, Conda, Pip, forge

from envctl.errors import InputError
from envctl.model.packages import PipPackage
from envctl.prefixes.dist_info import is_requested, pip_entries, read_distribution, recorded_files
from envctl.prefixes.records import read_records

PYTHON = Conda(name="python", version="3.11.7", build="0_cpython")
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def found(prefix: Path) -> list[PipPackage]:
    return [read_distribution(entry) for entry in pip_entries(prefix, read_records(prefix))]


def names(prefix: Path) -> list[str]:
    return [package.name for package in found(prefix)]


def only(prefix: Path) -> PipPackage:
    (package,) = found(prefix)
    return package


def egg(folder: Path, text: str) -> Path:
    """An `.egg-info` folder of that metadata."""
    folder.mkdir(parents=True)
    (folder / "PKG-INFO").write_text(text)
    return folder


def test_a_distribution_is_what_its_metadata_says(tmp_path: Path) -> None:
    requires = ["numpy>=1.26", "tomli>=2; python_version < '3.11'", "rich; extra == 'cli'"]
    distribution = Pip(
        name="Typing_Kit.extra",
        version="1.0+local",
        requires=requires,
        metadata="Requires-Python: >=3.9\nSummary: Requires-Dist: nothing\n",
    )
    forge(tmp_path, conda=[PYTHON], pip=[distribution])
    assert only(tmp_path) == PipPackage(
        name="Typing_Kit.extra", version="1.0+local", depends=tuple(requires), requires_python=">=3.9"
    )


def test_a_requirement_that_spans_lines_is_one(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="a", requires=["numpy\n  >=1.26"])])
    assert only(tmp_path).depends == ("numpy >=1.26",)


def test_what_the_metadata_does_not_say_is_in_the_name_of_its_folder(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="my-kit", version="2.1")])
    (tmp_path / SITE_PACKAGES / "my_kit-2.1.dist-info" / "METADATA").write_bytes(b"\xff\xfe")
    assert only(tmp_path) == PipPackage(name="my_kit", version="2.1")


def test_what_a_conda_record_lists_is_condas(tmp_path: Path) -> None:
    listed = Conda(name="pytorch", files={f"{SITE_PACKAGES}/torch-2.0.dist-info/METADATA": "Name: torch\n"})
    egg_folder = Conda(name="old", files={f"{SITE_PACKAGES}/old-1.0-py3.11.egg-info/PKG-INFO": ""})
    egg_file = Conda(name="older", files={f"{SITE_PACKAGES}/older-1.0.egg-info": ""})
    forge(tmp_path, conda=[PYTHON, listed, egg_folder, egg_file], pip=[Pip(name="torchvision")])
    assert names(tmp_path) == ["torchvision"]


def test_what_conda_packages_carry_inside_them_is_not_theirs_in_site_packages(tmp_path: Path) -> None:
    vendored = f"{SITE_PACKAGES}/setuptools/_vendor/packaging-24.0.dist-info/METADATA"
    setuptools = Conda(name="setuptools", files={vendored: "Name: packaging\n"})
    forge(tmp_path, conda=[PYTHON, setuptools], pip=[Pip(name="packaging", version="24.0")])
    assert names(tmp_path) == ["packaging"]


def test_the_installer_conda_is_believed_without_a_record(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="a", installer="conda"), Pip(name="b", installer=None)])
    assert names(tmp_path) == ["b"]


def test_what_pip_put_in_the_place_of_condas_is_found(tmp_path: Path) -> None:
    numpy = Conda(name="numpy", files={f"{SITE_PACKAGES}/numpy-1.26.dist-info/METADATA": ""})
    forge(tmp_path, conda=[PYTHON, numpy], pip=[Pip(name="numpy", version="2.0", installer="uv")])
    (tmp_path / SITE_PACKAGES / "numpy-1.26.dist-info" / "METADATA").unlink()
    assert [package.version for package in found(tmp_path)] == ["2.0"]


def test_what_an_uninstallation_left_behind_is_not_installed(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="~umpy")])
    (tmp_path / SITE_PACKAGES / "gone-1.0.dist-info").mkdir()
    (tmp_path / SITE_PACKAGES / "file-1.0.dist-info").write_text("")
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("python", "site_packages"),
    [
        (Conda(name="python", version="3.10.4"), "lib/python3.10/site-packages"),
        (Conda(name="python", version="3.13.1"), "lib/python3.13t/site-packages"),
        (Conda(name="python", version="3.12.1", subdir="win-64"), "Lib/site-packages"),
        (
            Conda(
                name="python", version="3.13.1", fields={"python_site_packages_path": "opt/py/site-packages"}
            ),
            "opt/py/site-packages",
        ),
        (
            Conda(name="python", version="3.13.1", fields={"python_site_packages_path": "../elsewhere"}),
            "lib/python3.13/site-packages",
        ),
        (Conda(name="other"), "lib/python3.12/site-packages"),
    ],
)
def test_site_packages_is_where_the_python_has_it(tmp_path: Path, python: Conda, site_packages: str) -> None:
    forge(tmp_path / "prefix", conda=[python], pip=[Pip(name="a")], site_packages=site_packages)
    forge(tmp_path, pip=[Pip(name="b")], site_packages="elsewhere")
    assert names(tmp_path / "prefix") == ["a"]


def test_what_another_python_has_left_is_not_installed(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="a")], site_packages="lib/python3.10/site-packages")
    forge(tmp_path, pip=[Pip(name="b")], site_packages="lib/python3.1/site-packages")
    assert names(tmp_path) == []


def test_a_folder_that_two_paths_lead_to_is_read_once(tmp_path: Path) -> None:
    forge(tmp_path, conda=[Conda(name="python", version="3.13.1")], pip=[Pip(name="a")],
          site_packages="lib/python3.13t/site-packages")  # fmt: skip
    (tmp_path / "lib" / "python3.13").symlink_to("python3.13t")
    assert names(tmp_path) == ["a"]


def test_an_environment_without_python_has_no_distributions(tmp_path: Path) -> None:
    assert names(forge(tmp_path, conda=[Conda(name="zlib")])) == []


@pytest.mark.parametrize(
    ("direct_url", "expected"),
    [
        (
            {"url": "https://files.example/a-1.0.whl", "archive_info": {"hashes": {"sha256": "ab"}}},
            PipPackage(name="a", version="1.0", url="https://files.example/a-1.0.whl", sha256="ab"),
        ),
        (
            {"url": "https://files.example/a.zip", "archive_info": {"hash": "md5=cd"}, "subdirectory": "py"},
            PipPackage(name="a", version="1.0", url="https://files.example/a.zip#subdirectory=py", md5="cd"),
        ),
        (
            {"url": "file:///srv/wheels/a-1.0.whl", "archive_info": {}},
            PipPackage(name="a", version="1.0", url="file:///srv/wheels/a-1.0.whl"),
        ),
        (
            {
                "url": "https://code.example/a.git",
                "vcs_info": {"vcs": "git", "commit_id": COMMIT, "requested_revision": "main"},
                "subdirectory": "python",
            },
            PipPackage(
                name="a",
                version="1.0",
                url=f"git+https://code.example/a.git@{COMMIT}#subdirectory=python",
            ),
        ),
        (
            {"url": "ssh://git@code.example/a.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            PipPackage(name="a", version="1.0", url=f"git+ssh://git@code.example/a.git@{COMMIT}"),
        ),
        (
            {"url": "file:///home/me/my%20kit", "dir_info": {"editable": True}},
            PipPackage(name="a", version="1.0", url="/home/me/my kit", editable=True),
        ),
        (
            {"url": "file:///home/me/kit", "dir_info": {}},
            PipPackage(name="a", version="1.0", url="/home/me/kit"),
        ),
    ],
)
def test_the_origin_is_what_pip_wrote_down(
    tmp_path: Path, direct_url: dict[str, Any], expected: PipPackage
) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="a", direct_url=direct_url)])
    assert only(tmp_path) == replace(expected, direct=True)


def test_no_credential_comes_out_of_an_origin(tmp_path: Path) -> None:
    direct_url = {"url": "https://me:secret@files.example/a.whl?token=secret", "archive_info": {}}
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="a", direct_url=direct_url)])
    assert only(tmp_path).url == "https://files.example/a.whl?token=***"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ('{"url": "x', "Unterminated string starting at: line 1 column 9 (char 8)"),
        ("{}", "it has no `url`"),
        ('{"url": "https://a.example", "vcs_info": {"vcs": "git"}}', "it has no `commit_id`"),
        ('{"url": "https://a.example", "dir_info": 3}', "its `dir_info` is no object"),
        ('{"url": "https://a.example", "archive_info": {"hashes": []}}', "its `hashes` is no object"),
        ('{"url": "https://a.example", "archive_info": {"hashes": {"md5": 1}}}', "it has no `md5`"),
    ],
)
def test_a_broken_origin_is_an_error_that_names_the_file(tmp_path: Path, text: str, cause: str) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="a", direct_url={"url": ""})])
    file = tmp_path / SITE_PACKAGES / "a-1.0.dist-info" / "direct_url.json"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        found(tmp_path)
    assert (caught.value.file, caught.value.code, caught.value.cause) == (str(file), "bad-record", cause)


def test_an_egg_is_read_as_well(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON])
    metadata = "Metadata-Version: 1.0\nName: Old.Kit\nVersion: 0.9\n"
    folder = egg(tmp_path / SITE_PACKAGES / "Old.Kit-0.9-py3.11.egg-info", metadata)
    (folder / "requires.txt").write_text("six>=1\n\n[test]\npytest\n")
    assert only(tmp_path) == PipPackage(
        name="Old.Kit", version="0.9", depends=("six>=1", 'pytest; extra == "test"')
    )


def test_an_egg_in_one_file_is_read_as_well(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON])
    (tmp_path / SITE_PACKAGES).mkdir(parents=True)
    (tmp_path / SITE_PACKAGES / "old-0.9-py3.11.egg-info").write_text("Metadata-Version: 1.0\nName: old\n")
    assert only(tmp_path) == PipPackage(name="old", version="0.9")


def test_an_egg_link_is_an_editable_source_tree(tmp_path: Path) -> None:
    forge(tmp_path / "prefix", conda=[PYTHON])
    source = tmp_path / "source"
    egg(source / "kit.egg-info", "Metadata-Version: 1.0\nName: kit\nVersion: 3\n")
    (tmp_path / "prefix" / SITE_PACKAGES).mkdir(parents=True)
    (tmp_path / "prefix" / SITE_PACKAGES / "kit.egg-link").write_text(f"{source}\n.")
    expected = PipPackage(name="kit", version="3", url=str(source), direct=True, editable=True)
    assert only(tmp_path / "prefix") == expected


def test_an_egg_link_to_what_is_gone_has_no_version(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON])
    (tmp_path / SITE_PACKAGES).mkdir(parents=True)
    (tmp_path / SITE_PACKAGES / "kit.egg-link").write_text("/gone/kit\n.")
    assert only(tmp_path) == PipPackage(name="kit", url="/gone/kit", editable=True, direct=True)


def test_only_what_was_asked_for_is_requested(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="a", requested=True), Pip(name="b")])
    entries = pip_entries(tmp_path, read_records(tmp_path))
    assert [is_requested(entry) for entry in entries] == [True, False]


def test_files_with_hashes_are_those_of_the_record(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="a", files={"a, b.py": "text"}, installer=None)])
    (entry,) = pip_entries(tmp_path, read_records(tmp_path))
    record = entry / "RECORD"
    text = record.read_text().replace("a, b.py", '"a, b.py"')
    record.write_text(text + "a.pyc,,\nb.py,sha512=00,1\n\n")
    sha256 = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"
    files = {file.path: (file.sha256, file.size_bytes) for file in recorded_files(entry)}
    assert list(files) == ["a, b.py", "a-1.0.dist-info/METADATA"]
    assert files["a, b.py"] == (sha256, 4)


def test_unreadable_metadata_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="a")])
    file = tmp_path / SITE_PACKAGES / "a-1.0.dist-info" / "METADATA"
    file.unlink()
    file.mkdir()
    with pytest.raises(InputError) as caught:
        found(tmp_path)
    assert (caught.value.file, caught.value.code) == (str(file), "unreadable")
