"""Whether an environment's files are what its packages' records say."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from forged_prefix import SITE_PACKAGES, Conda, Pip, edit_record, forge, record_file
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_channel import TinyChannel
from tiny_wheel import make_wheel

from envctl.ops.create import CreateOptions, create
from envctl.prefixes.integrity import Damage, verify_files
from envctl.prefixes.root import Root
from envctl.progress import SILENT
from envctl.sources import SpecOptions

PYTHON = Conda(name="python", version="3.11.7", build="0_cpython")


class Heard:
    """Hears how far the work is."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, int | None]] = []

    def advance(self, done: int, *, total: int | None = None, note: str = "") -> None:  # noqa: ARG002
        self.calls.append((done, total))


def verify(prefix: Path) -> tuple[Damage, ...]:
    return verify_files(prefix, Heard())


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def edit_entry(prefix: Path, name: str, changes: dict[str, Any]) -> None:
    """Change the one file's entry in a package's record; None leaves a field out."""
    record = json.loads(record_file(prefix, name).read_text())
    (entry,) = record["paths_data"]["paths"]
    entry = {key: value for key, value in {**entry, **changes}.items() if value is not None}
    edit_record(prefix, name, {"paths_data": {"paths_version": 1, "paths": [entry]}})


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """One package with one file."""
    return forge(tmp_path / "env", conda=[Conda(name="kit", files={"lib/kit.txt": "right"})])


FILE = "lib/kit.txt"


def test_files_as_installed_are_no_damage(prefix: Path) -> None:
    assert verify(prefix) == ()


def test_a_missing_file_is_damage(prefix: Path) -> None:
    (prefix / FILE).unlink()
    assert verify(prefix) == (Damage(path=FILE, package="kit", problem="missing", expected=sha256("right")),)


def test_a_file_whose_folder_is_gone_or_became_a_file_is_missing(prefix: Path) -> None:
    shutil.rmtree(prefix / "lib")
    assert [damage.problem for damage in verify(prefix)] == ["missing"]
    (prefix / "lib").write_text("")
    assert [damage.problem for damage in verify(prefix)] == ["missing"]


def test_a_file_of_another_size_is_modified(prefix: Path) -> None:
    (prefix / FILE).write_text("longer")
    assert verify(prefix) == (
        Damage(path=FILE, package="kit", problem="modified", expected="5 bytes", found="6 bytes"),
    )


def test_a_file_with_another_content_of_the_same_size_is_modified(prefix: Path) -> None:
    (prefix / FILE).write_text("wrong")
    assert verify(prefix) == (
        Damage(path=FILE, package="kit", problem="modified", expected=sha256("right"), found=sha256("wrong")),
    )


def test_a_folder_in_the_place_of_a_file_is_modified(prefix: Path) -> None:
    (prefix / FILE).unlink()
    (prefix / FILE).mkdir()
    assert verify(prefix) == (
        Damage(path=FILE, package="kit", problem="modified", expected="a file", found="a folder"),
    )


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(prefix: Path) -> None:
    (prefix / FILE).unlink()
    os.mkfifo(prefix / FILE)
    assert [damage.found for damage in verify(prefix)] == ["a device or pipe"]


def test_a_link_to_itself_cannot_be_read(prefix: Path) -> None:
    (prefix / FILE).unlink()
    (prefix / FILE).symlink_to("kit.txt")
    (damage,) = verify(prefix)
    assert (damage.problem, damage.found) == ("unreadable", "Too many levels of symbolic links")


def test_a_file_that_conda_linked_from_its_cache_is_read_there(prefix: Path) -> None:
    (prefix / FILE).rename(prefix.parent / "cached")
    (prefix / FILE).symlink_to("../../cached")
    assert verify(prefix) == ()
    (prefix.parent / "cached").write_text("wrong")
    assert [damage.problem for damage in verify(prefix)] == ["modified"]


def test_a_prefix_in_a_file_changes_its_hash_and_size(prefix: Path) -> None:
    (prefix / FILE).write_text("rightly in /here")
    in_prefix = sha256("rightly in /here")
    edit_entry(prefix, "kit", {"prefix_placeholder": "/opt/placehold", "sha256_in_prefix": in_prefix})
    assert verify(prefix) == ()


def test_a_file_that_was_changed_without_a_hash_must_only_be_there(prefix: Path) -> None:
    edit_entry(prefix, "kit", {"prefix_placeholder": "/opt/placehold", "sha256_in_prefix": None})
    (prefix / FILE).write_text("whatever it became")
    assert verify(prefix) == ()
    (prefix / FILE).unlink()
    assert verify(prefix) == (Damage(path=FILE, package="kit", problem="missing", expected="a file"),)


def test_the_hash_of_the_package_counts_where_rattler_wrote_no_other(prefix: Path) -> None:
    edit_entry(prefix, "kit", {"sha256_in_prefix": None, "size_in_bytes": None})
    assert verify(prefix) == ()
    (prefix / FILE).write_text("wrong")
    assert [damage.found for damage in verify(prefix)] == [sha256("wrong")]


def test_a_record_of_an_old_conda_names_files_that_must_be_there(prefix: Path) -> None:
    edit_record(prefix, "kit", {"paths_data": None})
    (prefix / FILE).write_text("unknown")
    assert verify(prefix) == ()
    (prefix / FILE).unlink()
    assert [damage.problem for damage in verify(prefix)] == ["missing"]


def test_a_link_may_lead_nowhere_but_must_be_one(tmp_path: Path) -> None:
    forge(tmp_path, conda=[Conda(name="kit", links={"lib/a": "nowhere", "lib/b": "a", "lib/c": "a"})])
    assert verify(tmp_path) == ()
    (tmp_path / "lib" / "b").unlink()
    (tmp_path / "lib" / "c").unlink()
    (tmp_path / "lib" / "c").write_text("")
    assert verify(tmp_path) == (
        Damage(path="lib/b", package="kit", problem="missing", expected="a link"),
        Damage(path="lib/c", package="kit", problem="modified", expected="a link", found="a file"),
    )


def test_a_recorded_folder_must_be_one(prefix: Path) -> None:
    edit_entry(prefix, "kit", {"_path": "lib", "path_type": "directory"})
    assert verify(prefix) == ()
    edit_entry(prefix, "kit", {"_path": FILE})
    assert [(damage.expected, damage.found) for damage in verify(prefix)] == [("a folder", "a file")]


def test_bytecode_is_pythons_to_write(tmp_path: Path) -> None:
    cached = f"{SITE_PACKAGES}/__pycache__/kit.cpython-311.pyc"
    files = {cached: "code", f"{SITE_PACKAGES}/kit.pyc": "code of a module without source"}
    forge(tmp_path, conda=[Conda(name="kit", files=files)])
    for file in files:
        (tmp_path / file).unlink()
    assert [damage.path for damage in verify(tmp_path)] == [f"{SITE_PACKAGES}/kit.pyc"]


def test_a_file_of_two_packages_is_right_if_it_is_eithers(tmp_path: Path) -> None:
    one, other = Conda(name="one", files={FILE: "one"}), Conda(name="other", files={FILE: "other"})
    for order in ([one, other], [other, one]):
        forge(tmp_path, conda=order)
        assert verify(tmp_path) == ()
    (tmp_path / FILE).write_text("third")
    assert verify(tmp_path) == (
        Damage(
            path=FILE, package="other", problem="modified", expected=sha256("other"), found=sha256("third")
        ),
    )


def test_a_link_and_a_file_may_share_a_path(tmp_path: Path) -> None:
    forge(tmp_path, conda=[Conda(name="file", files={FILE: "text"})])
    (tmp_path / FILE).unlink()
    forge(tmp_path, conda=[Conda(name="link", links={FILE: "nowhere"})])
    assert verify(tmp_path) == ()
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).write_text("text")
    assert verify(tmp_path) == ()
    (tmp_path / FILE).write_text("TEXT")
    assert [damage.problem for damage in verify(tmp_path)] == ["modified"]


@pytest.mark.parametrize("path", ["../secret", "lib/../../secret", "/etc/hostname", ".."])
def test_a_path_out_of_the_prefix_is_never_opened(prefix: Path, path: str) -> None:
    (prefix.parent / "secret").write_text("right")
    edit_entry(prefix, "kit", {"_path": path})
    assert verify(prefix) == (
        Damage(path=path, package="kit", problem="unreadable", found="it lies outside the prefix"),
    )


def test_a_path_that_comes_back_into_the_prefix_is_meant(prefix: Path) -> None:
    edit_entry(prefix, "kit", {"_path": "bin/../lib/kit.txt"})
    assert verify(prefix) == ()


@pytest.mark.parametrize("path", ["a\x00b", "lib/" + "x" * 300])
def test_a_path_that_no_file_can_have_is_a_finding(prefix: Path, path: str) -> None:
    edit_entry(prefix, "kit", {"_path": path})
    assert [damage.problem for damage in verify(prefix)] == ["unreadable"]


def test_a_broken_record_is_a_finding_and_hides_no_other(prefix: Path) -> None:
    forge(prefix, conda=[Conda(name="web-kit", files={"web": "text"})])
    (prefix / FILE).unlink()
    record_file(prefix, "web-kit").write_text('{"name": "web-kit"}')
    assert [(damage.path, damage.package, damage.problem, damage.found) for damage in verify(prefix)] == [
        (FILE, "kit", "missing", None),
        ("conda-meta/web-kit-1.0-0.json", "web-kit", "unreadable", "it has no `url`"),
    ]


def test_files_of_pip_packages_are_held_against_their_record(tmp_path: Path) -> None:
    files = {"my_kit/a.py": "a", "my_kit/b.py": "b", "my_kit/c.py": "c", "../../../bin/my-kit": "run"}
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="My-Kit", files=files)])
    assert verify(tmp_path) == ()
    (tmp_path / SITE_PACKAGES / "my_kit" / "a.py").unlink()
    (tmp_path / SITE_PACKAGES / "my_kit" / "b.py").write_text("x")
    (tmp_path / "bin" / "my-kit").write_text("other")
    assert verify(tmp_path) == (
        Damage(path="bin/my-kit", package="my-kit", problem="modified", expected="3 bytes", found="5 bytes"),
        Damage(
            path=f"{SITE_PACKAGES}/my_kit/a.py", package="my-kit", problem="missing", expected=sha256("a")
        ),
        Damage(
            path=f"{SITE_PACKAGES}/my_kit/b.py",
            package="my-kit",
            problem="modified",
            expected=sha256("b"),
            found=sha256("x"),
        ),
    )


def test_a_path_out_of_the_prefix_in_a_record_of_pip_is_never_opened(tmp_path: Path) -> None:
    escape = "../../../../secret"
    forge(tmp_path / "env", conda=[PYTHON], pip=[Pip(name="kit", files={escape: "secret"})])
    assert verify(tmp_path / "env") == (
        Damage(path=escape, package="kit", problem="unreadable", found="it lies outside the prefix"),
    )


def test_what_pip_put_over_condas_files_is_right(tmp_path: Path) -> None:
    module = f"{SITE_PACKAGES}/numpy.py"
    numpy = Conda(name="numpy", files={module: "1.26", f"{SITE_PACKAGES}/numpy-1.26.dist-info/METADATA": ""})
    forge(
        tmp_path, conda=[PYTHON, numpy], pip=[Pip(name="numpy", version="2.0", files={"numpy.py": "2.0.0"})]
    )
    assert verify(tmp_path) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "missing"),
        (b"\xff\xfe", "unreadable"),
        (b"kit.py,sha256=abc,many\n", "unreadable"),
        (b"kit.py,sha256=a,4\n", "unreadable"),
        (b'"' + b"x" * 200_000 + b'"\n', "unreadable"),
    ],
)
def test_a_record_of_pip_that_cannot_be_read_is_a_finding(
    tmp_path: Path, text: bytes | None, problem: str
) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="kit")])
    record = tmp_path / SITE_PACKAGES / "kit-1.0.dist-info" / "RECORD"
    record.unlink()
    if text is not None:
        record.write_bytes(text)
    assert [(damage.path, damage.package, damage.problem) for damage in verify(tmp_path)] == [
        (f"{SITE_PACKAGES}/kit-1.0.dist-info/RECORD", "kit", problem)
    ]


def test_what_installed_a_distribution_is_a_finding_where_it_cannot_be_read(tmp_path: Path) -> None:
    forge(tmp_path, conda=[PYTHON], pip=[Pip(name="kit", installer=None)])
    (tmp_path / SITE_PACKAGES / "kit-1.0.dist-info" / "INSTALLER").mkdir()
    assert [(damage.path, damage.problem) for damage in verify(tmp_path)] == [
        (f"{SITE_PACKAGES}/kit-1.0.dist-info/INSTALLER", "unreadable")
    ]


def test_the_work_is_told_in_bytes_up_to_its_end(tmp_path: Path) -> None:
    files = {f"share/{number}": "x" * number for number in range(200)}
    forge(tmp_path, conda=[Conda(name="kit", files=files)])
    heard = Heard()
    verify_files(tmp_path, heard)
    assert heard.calls == sorted(heard.calls)
    assert len(heard.calls) > 1
    assert heard.calls[-1] == (19_900, 19_900)


def test_a_large_file_is_read_to_its_end(tmp_path: Path) -> None:
    text = "0123456789abcdef" * (9 << 16)
    forge(tmp_path, conda=[Conda(name="kit", files={"large": text, "small": "x"})])
    assert verify(tmp_path) == ()
    (tmp_path / "large").write_text(text[:-1] + "x")
    assert [damage.found for damage in verify(tmp_path)] == [sha256(text[:-1] + "x")]


PATHS = st.sampled_from(["lib/a", "lib", "../x", "/", ".", "lib/b/c", "lib/a/d", "\x00"]) | st.text(
    max_size=5
)
VALUES = st.none() | st.integers() | st.text(max_size=5) | st.sampled_from(["softlink", "directory", "ab"])
ENTRIES = st.dictionaries(
    st.sampled_from(["path_type", "sha256", "sha256_in_prefix", "size_in_bytes", "prefix_placeholder"]),
    VALUES,
)


@given(st.lists(st.tuples(PATHS, ENTRIES), max_size=4), st.text(max_size=40))
@settings(max_examples=200)
def test_whatever_records_say_nothing_is_raised(entries: list[tuple[str, dict[str, Any]]], text: str) -> None:
    with TemporaryDirectory() as folder:
        prefix = forge(Path(folder, "env"), conda=[PYTHON, Conda(name="kit", files={"lib/a": "a"})],
                       pip=[Pip(name="kit")])  # fmt: skip
        paths = [{"_path": path, **entry} for path, entry in entries]
        edit_record(prefix, "kit", {"paths_data": {"paths": paths}})
        record = prefix / SITE_PACKAGES / "kit-1.0.dist-info" / "RECORD"
        record.write_bytes(text.encode(errors="replace"))
        for damage in verify(prefix):
            assert damage.package == "kit"


def test_an_environment_as_envctl_makes_it_is_whole(tmp_path: Path) -> None:
    channel = TinyChannel(tmp_path / "channel")
    channel.add("lib", files={"share/same.txt": b"lib", "lib/lib.txt": b"text"})
    channel.add("app", depends=["lib"], files={"share/same.txt": b"app", "bin/app": b"#!/bin/sh\n"})
    channel.index()
    file = tmp_path / "environment.yml"
    file.write_text(f"channels: ['{channel.url}']\ndependencies: [app]\n")
    root = Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache")
    prefix = tmp_path / "env"
    create(CreateOptions(source=str(file), root=root, prefix=prefix, spec=SpecOptions()), SILENT)
    assert verify(prefix) == ()
    (prefix / "bin" / "app").unlink()
    assert [(damage.path, damage.package, damage.problem) for damage in verify(prefix)] == [
        ("bin/app", "app", "missing")
    ]


@pytest.mark.channel
def test_a_python_environment_with_a_pip_section_is_whole(tmp_path: Path, local_channel: Any) -> None:
    make_wheel(tmp_path / "wheels", "greet", files={"greet.py": "def main(): ..."},
               commands={"greet": "greet:main"})  # fmt: skip
    file = tmp_path / "environment.yml"
    file.write_text(
        f"channels: ['{local_channel.url}']\ndependencies: [python, pip, {{pip: "
        "['--no-index', '--find-links ./wheels', greet]}]\n"
    )
    root = Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache")
    create(CreateOptions(source=str(file), root=root, name="env", spec=SpecOptions()), SILENT)
    prefix = root.environments / "env"
    assert verify(prefix) == ()
    (prefix / "bin" / "greet").write_text("#!/bin/sh\n")
    assert [(damage.path, damage.package, damage.problem) for damage in verify(prefix)] == [
        ("bin/greet", "greet", "modified")
    ]
