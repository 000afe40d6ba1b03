"""Packages that would write outside the environment: none may, whatever else becomes of the installation.

That none ends the process either, as rattler alone would for some, is shown by there being a next test.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from hostile_package import CONTENT, Kind, Member, file, index, listed, special, write_package
from tiny_channel import TinyChannel

GOOD = file("share/good.txt")
KINDS = get_args(Kind)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that no package has any business in."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "precious").write_bytes(b"precious\n")
    return folder


@pytest.fixture
def create(envctl: Callable[..., Any], tmp_path: Path, outside: Path, root: Path) -> Callable[..., Any]:
    """Creates an environment of `evil` and more; nothing may have been written but below envctl's root, and
    there in the environment, its generations and the package's own folder of the cache."""

    def call(*more: str) -> Any:
        index(tmp_path / "channel")
        spec = tmp_path / "evil.yml"
        spec.write_text(f"channels: [./channel]\ndependencies: [{', '.join(('evil', *more))}]\n")
        before = contents(tmp_path)
        result = envctl("create", "-f", spec, "-n", "env", "--json")
        new = {path for path, content in contents(tmp_path).items() if before.get(path) != content}
        own = ("root/generations/env/1", "root/envs/env", "root/cache/pkgs/evil-1.0-0", "root/cache/repodata")
        usual = {"root", "root/envs", "root/generations", "root/generations/env", "root/cache"}
        usual |= {"root/cache/pkgs", "root/cache/pkgs/.cache.lock", "home", "home/.conda"}
        strange = {path for path in new - usual if not path.startswith(own)}
        assert {path for path in strange if not allowed(path, more)} == set()
        return result

    return call


def allowed(path: str, more: tuple[str, ...]) -> bool:
    """Other packages' folders in the cache, locks, and conda's list of environments."""
    names = ("root/locks", "root/generations/.env", "root/envs/.env", "home/.conda/environments.txt")
    return path.startswith((*names, *(f"root/cache/pkgs/{name}-" for name in more)))


def contents(folder: Path) -> dict[str, bytes | str | None]:
    """What is at each path: a file's bytes, a link's target, None for a folder."""

    def of(path: Path) -> bytes | str | None:
        if path.is_symlink():
            return str(path.readlink())
        return path.read_bytes() if path.is_file() else None

    return {str(path.relative_to(folder)): of(path) for path in folder.rglob("*")}


def refused(result: Any, code: str) -> None:
    assert (result.code, result.json["error"]["code"]) == (4, code), result.json


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["../../../../evil", "share/../../../evil", "/{outside}/evil"])
def test_a_member_that_leads_out_is_left_out_or_stays_in_the_packages_folder(
    create: Callable[..., Any], tmp_path: Path, outside: Path, kind: Kind, name: str
) -> None:
    member = file(name.replace("/{outside}", str(outside)))
    write_package(tmp_path / "channel", "evil", [member, GOOD], [listed("share/good.txt")], kind=kind)
    assert create().code == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("link", "through"),
    [(tarfile.SYMTYPE, "share/out/precious"), (tarfile.LNKTYPE, "share/out")],
    ids=["linked folder", "hard link"],
)
def test_an_archive_that_writes_through_a_link_out_is_refused(
    create: Callable[..., Any], tmp_path: Path, kind: Kind, link: bytes, through: str
) -> None:
    target = tmp_path / "outside" / ("" if link == tarfile.SYMTYPE else "precious")
    members = [special("share/out", link, str(target)), file(through), GOOD]
    write_package(tmp_path / "channel", "evil", members, [listed("share/good.txt")], kind=kind)
    assert create().code == 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_takes_the_place_of_a_link_and_does_not_follow_it(
    create: Callable[..., Any], tmp_path: Path, outside: Path, kind: Kind
) -> None:
    link = special("share/out", tarfile.SYMTYPE, str(outside / "precious"))
    members = [link, file("share/out")]
    write_package(tmp_path / "channel", "evil", members, [listed("share/out")], kind=kind)
    assert create().code == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "path",
    [
        "../evil-1.0-0/share/good.txt",
        "share/../../evil-1.0-0/share/good.txt",
        "../../evil",
        "{outside}/evil",
        "share/\\u002e\\u002e/../x",
    ],
)
def test_a_listed_path_that_leads_out_is_refused(
    create: Callable[..., Any], tmp_path: Path, outside: Path, kind: Kind, path: str
) -> None:
    entry = listed(json.loads(f'"{path}"').replace("{outside}", str(outside)))
    write_package(tmp_path / "channel", "evil", [GOOD], [entry], kind=kind)
    result = create()
    refused(result, "hostile-package")
    assert "evil-1.0-0" in result.json["error"]["message"]
    assert not (tmp_path / "root" / "cache" / "pkgs" / "evil-1.0-0").exists()


@pytest.mark.parametrize("more", [{}, {"prefix_placeholder": "precious", "file_mode": "text"}])
def test_a_listed_path_through_a_link_out_is_refused(
    create: Callable[..., Any], tmp_path: Path, outside: Path, more: dict[str, str]
) -> None:
    members = [special("share/out", tarfile.SYMTYPE, str(outside))]
    write_package(tmp_path / "channel", "evil", members, [listed("share/out/precious", **more)])
    refused(create(), "hostile-package")


def test_a_link_that_leads_to_itself_does_not_hide_one_that_leads_out(
    create: Callable[..., Any], tmp_path: Path, outside: Path
) -> None:
    members = [
        special("a", tarfile.SYMTYPE, "a"),
        special("share/out", tarfile.SYMTYPE, str(outside)),
    ]
    write_package(tmp_path / "channel", "evil", members, [listed("a/x"), listed("share/out/precious")])
    assert create().code == 4


@pytest.mark.parametrize(("first", "second"), [("aaa", "evil"), ("zzz", "evil")])
def test_one_package_does_not_write_through_another_ones_link(
    create: Callable[..., Any], tmp_path: Path, outside: Path, first: str, second: str
) -> None:
    link = [special("share/out", tarfile.SYMTYPE, str(outside))]
    write_package(tmp_path / "channel", first, link, [listed("share/out", "softlink")])
    through = [file("share/out/evil")]
    depends = {"depends": [first]}
    write_package(tmp_path / "channel", second, through, [listed("share/out/evil")], index=depends)
    create(first)


def test_what_a_packages_list_calls_a_link_may_point_anywhere_but_is_only_a_link(
    create: Callable[..., Any], tmp_path: Path, outside: Path, root: Path
) -> None:
    link = [special("share/out", tarfile.SYMTYPE, str(outside))]
    write_package(tmp_path / "channel", "evil", link, [listed("share/out", "softlink")])
    assert create().code == 0
    assert (root / "envs" / "env" / "share" / "out").readlink() == outside


def pure_python(tmp_path: Path, members: list[Member], path: str, *entry_points: str, site: str) -> None:
    python = {"version": "3.11.0", "python_site_packages_path": site}
    write_package(tmp_path / "channel", "python", [file("bin/python")], [listed("bin/python")], index=python)
    write_package(tmp_path / "channel", "evil", members, [listed(path)], entry_points=entry_points)


MODULE = file("site-packages/a.py")
SITE = "lib/python3.11/site-packages"


@pytest.mark.parametrize(
    "path", ["python-scripts/../../evil-1.0-0/site-packages/a.py", "site-packages/../../../../evil"]
)
def test_pure_python_files_stay_inside(create: Callable[..., Any], tmp_path: Path, path: str) -> None:
    pure_python(tmp_path, [MODULE], path, site=SITE)
    refused(create("python"), "hostile-package")


@pytest.mark.parametrize("site", ["../../site", "/{outside}/site"])
def test_a_python_that_has_its_packages_outside_is_refused(
    create: Callable[..., Any], tmp_path: Path, outside: Path, site: str
) -> None:
    pure_python(tmp_path, [MODULE], "site-packages/a.py", site=site.replace("/{outside}", str(outside)))
    refused(create("python"), "hostile-package")


@pytest.mark.parametrize("command", ["../../evil", "/{outside}/evil"])
def test_a_command_is_a_name_and_no_path(
    create: Callable[..., Any], tmp_path: Path, outside: Path, command: str
) -> None:
    entry_point = f"{command.replace('/{outside}', str(outside))} = os:getcwd"
    pure_python(tmp_path, [MODULE], "site-packages/a.py", entry_point, site=SITE)
    refused(create("python"), "install-failed")


def test_a_build_that_is_a_path_is_refused(create: Callable[..., Any], tmp_path: Path) -> None:
    TinyChannel(tmp_path / "channel").add("evil")
    index(tmp_path / "channel")
    repodata = tmp_path / "channel" / "noarch" / "repodata.json"
    said = json.loads(repodata.read_text())
    said["packages"]["evil-1.0-0.tar.bz2"]["build"] = "../../../outside"
    repodata.write_text(json.dumps(said))
    refused(create(), "hostile-package")


@pytest.mark.parametrize("kind", KINDS)
def test_devices_pipes_and_rights_beyond_the_users_own_are_not_unpacked(
    create: Callable[..., Any], tmp_path: Path, root: Path, kind: Kind
) -> None:
    members = [
        special("share/device", tarfile.CHRTYPE),
        special("share/pipe", tarfile.FIFOTYPE),
        file("bin/su", mode=0o6755),
    ]
    paths = [listed("bin/su"), listed("share/pipe"), listed("share/device")]
    write_package(tmp_path / "channel", "evil", members, paths, kind=kind)
    create()
    for path in (root / "cache" / "pkgs").rglob("*"):
        assert path.is_file() or path.is_dir()
        assert path.stat().st_mode & 0o6000 == 0
    assert (root / "cache" / "pkgs" / "evil-1.0-0" / "bin" / "su").read_bytes() == CONTENT
