"""What conda's package folders hold of a solution."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from envctl.credentials import without_login
from envctl.engines.interface import Sizes
from envctl.model.packages import CondaPackage, Solution


def cached_folder(package: CondaPackage, pkgs_dirs: Iterable[Path]) -> Path | None:
    """Where conda has the files of the package; None where it would fetch them.

    As conda has it (ProgressiveFetchExtract in conda/core/package_cache_data.py): a folder of that name that
    came from that URL, of an archive with that hash.
    """
    name = package.file_name.removesuffix(".conda").removesuffix(".tar.bz2")
    for folder in (pkgs_dir / name for pkgs_dir in pkgs_dirs):
        with suppress(OSError, ValueError, AttributeError):
            record = json.loads((folder / "info" / "repodata_record.json").read_bytes())
            same_place = without_login(str(record.get("url"))) == without_login(package.url)
            hashes = {"sha256": package.sha256, "md5": package.md5}
            same = all(record.get(key) == digest for key, digest in hashes.items() if digest)
            if same_place and same and (folder / "info" / "index.json").is_file():
                return folder
    return None


def sizes(solution: Solution, pkgs_dirs: Iterable[Path]) -> Sizes:
    """See `Engine.sizes`. Of a package that is not there yet its archive's size is known, not its files'."""
    folders = tuple(pkgs_dirs)
    download_bytes = disk_bytes = unknown = 0
    for package in solution.packages:
        folder = cached_folder(package, folders)
        download_bytes += 0 if folder else package.size_bytes or 0
        installed = None if folder is None else _installed_bytes(folder)
        disk_bytes += installed or 0
        unknown += installed is None
    return Sizes(download_bytes=download_bytes, disk_bytes=disk_bytes, unknown=unknown)


def _installed_bytes(folder: Path) -> int | None:
    with suppress(OSError, ValueError, AttributeError, TypeError):
        paths = json.loads((folder / "info" / "paths.json").read_bytes())["paths"]
        return sum(entry.get("size_in_bytes") or 0 for entry in paths)
    return None
