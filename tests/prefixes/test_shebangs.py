"""Scripts written for the staging folder start from the final one."""

import base64
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envctl.prefixes.shebangs import interpreters, relocate_scripts, shebang

BODY = b"import sys\nprint(sys.argv[1])\n"


def prefix_with(tmp_path: Path, content: bytes) -> tuple[Path, Path]:
    site = tmp_path / "lib" / "python3.11" / "site-packages" / "tool-1.0.dist-info"
    site.mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "tool"
    script.write_bytes(content)
    script.chmod(0o755)
    (site / "RECORD").write_text("../../../bin/tool,sha256=old,1\ntool-1.0.dist-info/RECORD,,\n")
    return script, site / "RECORD"


def test_a_script_is_rewritten_and_its_record_follows(tmp_path: Path) -> None:
    script, record = prefix_with(tmp_path, f"#!{tmp_path}/bin/python\n".encode() + BODY)
    changed = relocate_scripts(tmp_path, written_for=tmp_path, final=Path("/opt/env"))
    assert changed == (Path("bin/tool"),)
    assert script.read_bytes() == b"#!/opt/env/bin/python\n" + BODY
    assert script.stat().st_mode & 0o777 == 0o755
    digest = base64.urlsafe_b64encode(hashlib.sha256(script.read_bytes()).digest()).rstrip(b"=").decode()
    size = len(script.read_bytes())
    assert record.read_text() == f"../../../bin/tool,sha256={digest},{size}\ntool-1.0.dist-info/RECORD,,\n"


def test_the_long_form_becomes_short_where_the_final_path_is(tmp_path: Path) -> None:
    long = f"#!/bin/sh\n'''exec' '{tmp_path}/bin/python' \"$0\" \"$@\"\n' '''\n".encode()
    script, _ = prefix_with(tmp_path, long + BODY)
    relocate_scripts(tmp_path, written_for=tmp_path, final=Path("/opt/env"))
    assert script.read_bytes() == b"#!/opt/env/bin/python\n" + BODY


def test_the_long_form_of_conda_is_one_too(tmp_path: Path) -> None:
    long = f"#!/bin/sh\n'''exec' \"{tmp_path}/bin/python\" \"$0\" \"$@\" #'''\n".encode()
    script, _ = prefix_with(tmp_path, long + BODY)
    relocate_scripts(tmp_path, written_for=tmp_path, final=Path("/opt/env"))
    assert script.read_bytes() == b"#!/opt/env/bin/python\n" + BODY


def test_each_script_tells_which_program_starts_it(tmp_path: Path) -> None:
    script, _ = prefix_with(tmp_path, shebang(b"/a folder/bin/python") + BODY)
    direct, env = script.with_name("direct"), script.with_name("env")
    direct.write_bytes(b"#! /opt/env/bin/python -I\n")
    env.write_bytes(b"#!/usr/bin/env python\n")
    script.with_name("no-script").write_bytes(b"\x7fELF")
    assert interpreters(tmp_path) == {
        script: Path("/a folder/bin/python"),
        direct: Path("/opt/env/bin/python"),
        env: Path("/usr/bin/env"),
    }


def test_a_long_or_spaced_final_path_goes_through_sh_and_runs(tmp_path: Path) -> None:
    home = tmp_path / ("a folder " * 15).strip()
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "python").symlink_to(sys.executable)
    script = tmp_path / "tool"
    script.write_bytes(shebang(bytes(home / "bin" / "python")) + BODY)
    script.chmod(0o755)
    done = subprocess.run([script, "an argument"], capture_output=True, text=True, check=True)
    assert done.stdout == "an argument\n"


def test_other_scripts_stay_as_they_are(tmp_path: Path) -> None:
    for index, content in enumerate((b"#!/usr/bin/env python\n", b"\x7fELF\x00", b"#!", b"")):
        folder = tmp_path / str(index)
        folder.mkdir()
        script, record = prefix_with(folder, content)
        before = record.read_text()
        assert relocate_scripts(folder, written_for=folder, final=Path("/opt/env")) == ()
        assert script.read_bytes() == content
        assert record.read_text() == before


def test_a_hard_link_into_a_cache_is_not_written_through(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    script, _ = prefix_with(tmp_path, f"#!{tmp_path}/bin/python\n".encode() + BODY)
    (cache / "tool").hardlink_to(script)
    before = (cache / "tool").read_bytes()
    relocate_scripts(tmp_path, written_for=tmp_path, final=Path("/opt/env"))
    assert (cache / "tool").read_bytes() == before


@given(length=st.integers(min_value=1, max_value=300))
def test_a_shebang_line_is_never_longer_than_linux_reads(length: int) -> None:
    line = shebang(b"/" + b"x" * length).split(b"\n")[0]
    assert len(line) + 1 <= 127


def test_a_blank_before_the_interpreter_is_part_of_the_line(tmp_path: Path) -> None:
    script, _ = prefix_with(tmp_path, f"#! {tmp_path}/bin/python -I\n".encode() + BODY)
    relocate_scripts(tmp_path, written_for=tmp_path, final=Path("/opt/env"))
    assert script.read_bytes() == b"#!/opt/env/bin/python -I\n" + BODY


@pytest.mark.parametrize(
    "content",
    [b"#!" + b"\xff" * 300, b"#!/bin/sh\n'''exec' \n", b"#!\n", b"#!  \n", b"#! /bin/sh\n"],
)
def test_bytes_that_are_no_script_do_no_harm(tmp_path: Path, content: bytes) -> None:
    script, _ = prefix_with(tmp_path, content)
    assert relocate_scripts(tmp_path, written_for=tmp_path, final=Path("/opt/env")) == ()
    assert script.read_bytes() == content
