"""What an installer wrote for the staging folder becomes what it would have written for the final one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tiny_channel import PLACEHOLDER, TinyChannel

from envctl.engines.interface import InstallRequest, SolveRequest
from envctl.engines.rattler import RattlerEngine
from envctl.errors import FailedError
from envctl.prefixes.relocation import relocate
from envctl.prefixes.root import Root
from envctl.progress import SILENT

HERE = PLACEHOLDER.encode()
FILES = {
    "bin/tool": b"#!" + HERE + b"/bin/python -I\nprint('" + HERE + b"')\n",
    "etc/tool.conf": b"home = " + HERE + b"\npath = " + HERE + b"/bin:" + HERE + b"/sbin\n",
    "lib/libtool.so": b"\x7fELF\0" + HERE + b"/lib:" + HERE + b"/lib64\0\0\x01" + HERE + b"\0" + HERE,
    "share/plain.txt": b"nothing to replace\n",
}
MODES = {"bin/tool": "text", "etc/tool.conf": "text", "lib/libtool.so": "binary"}


def install(tmp_path: Path, prefix: Path, final: Path) -> None:
    """Install one package of all kinds of files into `prefix`, for `final`."""
    if not (tmp_path / "channel").exists():
        channel = TinyChannel(tmp_path / "channel")
        channel.add("tool", files=FILES, prefixed=MODES)
        channel.index()
    engine = RattlerEngine(Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache"))
    request = SolveRequest(specs=("tool",), channels=((tmp_path / "channel").as_uri(),))
    (solution,) = engine.solve((request,), SILENT)
    engine.install(InstallRequest(solution=solution, prefix=prefix, final=final), SILENT)


def installed(prefix: Path) -> dict[str, tuple[bytes, int]]:
    """Every file's content and mode; of the records, what they say of files."""
    found = {
        str(file.relative_to(prefix)): (file.read_bytes(), file.stat().st_mode)
        for file in prefix.rglob("*")
        if file.is_file() and file.parent.name != "conda-meta"
    }
    (record,) = (prefix / "conda-meta").glob("tool-*.json")
    paths = json.dumps(json.loads(record.read_bytes())["paths_data"], sort_keys=True)
    return found | {"record": (paths.encode(), record.stat().st_mode)}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def bare(tmp_path: Path, entries: list[dict[str, object]] | None = None) -> Path:
    """A prefix of a record alone."""
    prefix = tmp_path / "prefix"
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "bin").mkdir()
    record = {"name": "tool", "paths_data": {"paths": entries or []}}
    (prefix / "conda-meta" / "tool-1.0-0.json").write_text(json.dumps(record))
    return prefix


def test_a_relocated_environment_is_what_an_installation_at_its_place_would_be(tmp_path: Path) -> None:
    final, build, other = tmp_path / "env", tmp_path / ".env.envctl-1a2b3c4d", tmp_path / "other"
    install(tmp_path, build, build)
    install(tmp_path, other, final)
    assert installed(build) != installed(other)
    relocate(build, written_for=build, final=final)
    assert installed(build) == installed(other)


def test_a_hard_link_into_a_cache_is_broken_not_written_through(tmp_path: Path) -> None:
    build = tmp_path / ".env.envctl-1a2b3c4d"
    install(tmp_path, build, build)
    (tmp_path / "cached").hardlink_to(build / "bin" / "tool")
    relocate(build, written_for=build, final=tmp_path / "env")
    assert bytes(build) in (tmp_path / "cached").read_bytes()
    assert bytes(build) not in (build / "bin" / "tool").read_bytes()


def test_a_files_hash_and_size_follow_in_its_record_and_those_of_its_package_stay(tmp_path: Path) -> None:
    home = tmp_path / "prefix"
    script = {"_path": "bin/tool", "path_type": "unix_python_entry_point"}
    config = {"_path": "etc.conf", "prefix_placeholder": PLACEHOLDER, "file_mode": "text"}
    config |= {"sha256": sha256(HERE), "size_in_bytes": len(HERE)}
    entries = [
        {**script, "sha256": sha256(bytes(home)), "size_in_bytes": len(bytes(home))},
        {**config, "sha256_in_prefix": sha256(bytes(home))},
    ]
    prefix = bare(tmp_path, entries)
    (prefix / "bin" / "tool").write_bytes(bytes(prefix))
    (prefix / "etc.conf").write_bytes(bytes(prefix))
    relocate(prefix, written_for=prefix, final=Path("/env"))
    record = json.loads((prefix / "conda-meta" / "tool-1.0-0.json").read_bytes())
    assert record["paths_data"]["paths"] == [
        {**script, "sha256": sha256(b"/env"), "size_in_bytes": 4},
        {**config, "sha256_in_prefix": sha256(b"/env")},
    ]


@pytest.mark.parametrize(
    ("final", "line"),
    [
        pytest.param("/opt/env", b"#!/opt/env/bin/perl -w", id="where the final path is short enough"),
        pytest.param("/opt/" + "e" * 115, b"#!/usr/bin/env perl -w", id="not where it is too long itself"),
        pytest.param("/opt/my env", b"#!/usr/bin/env perl -w", id="not where it has a blank"),
    ],
)
def test_a_script_that_env_starts_as_the_staging_path_was_too_long_names_its_program(
    tmp_path: Path, final: str, line: bytes
) -> None:
    entry = {"_path": "bin/tool", "prefix_placeholder": PLACEHOLDER, "file_mode": "text"}
    prefix = bare(tmp_path, [entry])
    (prefix / "bin" / "perl").touch()
    (prefix / "bin" / "tool").write_bytes(b"#!/usr/bin/env perl -w\nuse strict;\n")
    staging = Path("/opt/" + "s" * 120)
    relocate(prefix, written_for=staging, final=Path(final))
    assert (prefix / "bin" / "tool").read_bytes() == line + b"\nuse strict;\n"


def test_an_entry_point_goes_through_sh_only_where_the_final_path_is_too_long(tmp_path: Path) -> None:
    prefix = bare(tmp_path, [{"_path": "bin/greet", "path_type": "unix_python_entry_point"}])
    written_for = tmp_path / ("w" * 127)
    program = f"{written_for}/bin/python3"
    (prefix / "bin" / "greet").write_text(
        f"#!/bin/sh\n'''exec' \"{program}\" \"$0\" \"$@\" #'''\nimport sys\n"
    )
    relocate(prefix, written_for=written_for, final=Path("/srv/env"))
    assert (prefix / "bin" / "greet").read_text() == "#!/srv/env/bin/python3\nimport sys\n"


def test_a_script_that_env_starts_of_itself_stays(tmp_path: Path) -> None:
    prefix = bare(tmp_path, [{"_path": "bin/tool", "prefix_placeholder": PLACEHOLDER, "file_mode": "text"}])
    (prefix / "bin" / "perl").touch()
    (prefix / "bin" / "tool").write_bytes(b"#!/usr/bin/env perl\n")
    relocate(prefix, written_for=Path("/opt/staging"), final=Path("/opt/env"))
    assert (prefix / "bin" / "tool").read_bytes() == b"#!/usr/bin/env perl\n"


def test_what_a_packages_script_wrote_is_rewritten_where_it_is_text(tmp_path: Path) -> None:
    prefix = bare(tmp_path)
    (prefix / "loaders.cache").write_bytes(bytes(prefix) + b"/lib/loader.so\n")
    (prefix / "icons.cache").write_bytes(b"\0\0" + bytes(prefix) + b"\0")
    relocate(prefix, written_for=prefix, final=Path("/env"))
    assert (prefix / "loaders.cache").read_bytes() == b"/env/lib/loader.so\n"
    assert (prefix / "icons.cache").read_bytes() == b"\0\0" + bytes(prefix) + b"\0"


def test_links_into_the_staging_folder_lead_into_the_final_one(tmp_path: Path) -> None:
    prefix = bare(tmp_path)
    (prefix / "folder").symlink_to(prefix / "bin")
    (prefix / "relative").symlink_to("bin")
    (prefix / "abroad").symlink_to(f"{prefix}-other/bin")
    relocate(prefix, written_for=prefix, final=Path("/env"))
    links = {name: str((prefix / name).readlink()) for name in ("folder", "relative", "abroad")}
    assert links == {"folder": "/env/bin", "relative": "bin", "abroad": f"{prefix}-other/bin"}


def test_a_longer_path_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    prefix = bare(tmp_path)
    (prefix / "note").write_bytes(bytes(prefix))
    with pytest.raises(FailedError) as caught:
        relocate(prefix, written_for=prefix, final=Path(f"{prefix}-longer"))
    assert caught.value.code == "path-too-long"
    assert (prefix / "note").read_bytes() == bytes(prefix)
