"""The records of installed conda packages."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from forged_prefix import CHANNEL, Conda, edit_record, forge, record_file
from hypothesis import given, settings
from hypothesis import strategies as st

from envctl.errors import InputError
from envctl.model.packages import CondaPackage
from envctl.prefixes.records import read_records


def test_a_package_is_what_its_record_says(tmp_path: Path) -> None:
    fields = {
        "build_number": 3,
        "sha256": "ab",
        "md5": "cd",
        "size": 5,
        "constrains": ["b <2"],
        "noarch": "python",
        "license": "MIT",
        "timestamp": 1_700_000_000_000,
        "purls": ["pkg:pypi/a"],
        "python_site_packages_path": "lib/python3.13t/site-packages",
        "license_family": "MIT",
    }
    forge(tmp_path, conda=[Conda(name="a", build="py_3", subdir="noarch", depends=["c >=1"], fields=fields)])
    (record,) = read_records(tmp_path)
    assert record.package == CondaPackage(
        name="a",
        version="1.0",
        build="py_3",
        build_number=3,
        subdir="noarch",
        channel=CHANNEL,
        url=f"{CHANNEL}/noarch/a-1.0-py_3.conda",
        sha256="ab",
        md5="cd",
        size_bytes=5,
        depends=("c >=1",),
        constrains=("b <2",),
        noarch="python",
        license="MIT",
        timestamp_ms=1_700_000_000_000,
        purls=("pkg:pypi/a",),
        python_site_packages_path="lib/python3.13t/site-packages",
    )


def test_an_old_record_counts_its_seconds_and_marks_noarch_by_true(tmp_path: Path) -> None:
    forge(tmp_path, conda=[Conda(name="a", fields={"timestamp": 1_500_000_000, "noarch": True})])
    (record,) = read_records(tmp_path)
    assert (record.package.timestamp_ms, record.package.noarch) == (1_500_000_000_000, "generic")


@pytest.mark.parametrize(
    "name", ["._a-1.0-0.json", ".hidden-1-0.json", "notes.json", "two-parts.json", "b-1.0-0.json"]
)
def test_files_that_are_no_records_are_left_alone_as_conda_does(tmp_path: Path, name: str) -> None:
    forge(tmp_path, conda=[Conda(name="a")])
    other = tmp_path / "conda-meta" / name
    other.write_bytes(record_file(tmp_path, "a").read_bytes() if name.startswith("b") else b"\x00")
    assert [record.package.name for record in read_records(tmp_path)] == ["a"]


def test_a_truncated_record_is_an_error_with_its_file_and_line(tmp_path: Path) -> None:
    file = record_file(forge(tmp_path, conda=[Conda(name="a")]), "a")
    file.write_text('{\n"name": "a",\n"vers')
    with pytest.raises(InputError) as caught:
        read_records(tmp_path)
    assert caught.value.code == "bad-record"
    assert caught.value.message == f"{file}:3: not valid JSON"
    assert caught.value.hint == "create the environment anew, or bring back the file"


def test_a_record_that_cannot_be_read_is_an_error_with_what_to_do(tmp_path: Path) -> None:
    file = record_file(forge(tmp_path, conda=[Conda(name="a")]), "a")
    file.unlink()
    file.mkdir()
    with pytest.raises(InputError, match="cannot be read") as caught:
        read_records(tmp_path)
    assert (caught.value.code, caught.value.hint) == ("unreadable", "check its owner and mode")


@pytest.mark.parametrize(
    ("field", "value", "cause"),
    [
        ("name", None, "it has no `name`"),
        ("version", "", "it has no `version`"),
        ("build", 0, "its `build` is no str"),
        ("url", None, "it has no `url`"),
        ("depends", "python", "its `depends` is no list"),
        ("depends", ["python", 3], "its `depends` is no list of texts"),
        ("size", "large", "its `size` is no int"),
        ("purls", {}, "its `purls` is no list"),
        ("paths_data", [1], "its `paths_data` is no dict"),
        ("paths_data", {"paths": [{"path": "a"}]}, "`paths_data` is no list of paths"),
    ],
)
def test_a_record_with_wrong_fields_is_an_error_with_the_cause(
    tmp_path: Path, field: str, value: Any, cause: str
) -> None:
    forge(tmp_path, conda=[Conda(name="a")])
    file = record_file(tmp_path, "a")
    edit_record(tmp_path, "a", {field: value})
    with pytest.raises(InputError) as caught:
        read_records(tmp_path)
    assert (caught.value.file, caught.value.cause) == (str(file), cause)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from([
    "name", "version", "build", "build_number", "subdir", "channel", "url", "sha256", "size", "depends",
    "constrains", "noarch", "license", "timestamp", "purls", "python_site_packages_path", "requested_spec",
    "requested_specs", "paths_data", "files",
])  # fmt: skip


@given(st.dictionaries(FIELDS, JSON, max_size=3))
@settings(max_examples=300)
def test_whatever_a_record_holds_it_is_read_or_refused(fields: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        forge(Path(folder), conda=[Conda(name="python")])
        edit_record(Path(folder), "python", fields)
        try:
            read_records(Path(folder))
        except InputError as error:
            assert error.cause


def test_records_are_json_of_any_encoding_that_json_has(tmp_path: Path) -> None:
    file = record_file(forge(tmp_path, conda=[Conda(name="a", fields={"license": "ä"})]), "a")
    file.write_text(json.dumps(json.loads(file.read_text()), ensure_ascii=False), encoding="utf-8-sig")
    assert [record.package.name for record in read_records(tmp_path)] == ["a"]


def test_of_a_pure_python_package_that_conda_installed_the_files_are_where_they_were_put(
    tmp_path: Path,
) -> None:
    """conda lists them as they are in the archive, and where they are under `files` alone."""
    forge(tmp_path, conda=[Conda(name="greet", subdir="noarch", fields={"noarch": "python"})])
    paths = ["python-scripts/hello", "site-packages/greet.py", "share/greet.txt"]
    placed = ["bin/hello", "lib/python3.11/site-packages/greet.py", "share/greet.txt"]
    edit_record(
        tmp_path,
        "greet",
        {"files": placed, "paths_data": {"paths_version": 1, "paths": [{"_path": path} for path in paths]}},
    )
    (record,) = read_records(tmp_path)
    assert list(record.paths) == placed
