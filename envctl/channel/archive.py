"""Writing a conda package: a `.conda` file, member by member, without unpacking anything to disk.

The format is a ZIP of `metadata.json`, `pkg-NAME.tar.zst` (the files) and `info-NAME.tar.zst` (what is said
of them).
"""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from envctl.errors import AbsentError

PLACEHOLDER = "/opt/envctl_placehold_placehold"
"""Stands in text files where the prefix belongs; an installer puts the environment's own path there."""

_LEVEL, _WORKERS = 1, 2
"""zstd: level 1 packs torch in seconds; higher levels gain a tenth of the size and take minutes."""


class _Hashed:
    """A stream that knows the SHA-256 of what was read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.hash.update(data)
        return data


class PackageWriter:
    """A package being written. Leaving the context without `finish` leaves nothing behind."""

    def __init__(self, folder: Path, stem: str, *, mtime_s: int) -> None:
        """Begin `folder/STEM.conda`; `stem` is `name-version-build`, and all members get the time `mtime_s`.

        Raises `AbsentError` (`extra-missing`) where the zstd module is not installed.
        """
        self.path = folder / f"{stem}.conda"
        self._stem, self._mtime_s = stem, mtime_s
        self._paths: list[dict[str, Any]] = []
        self._packed: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in __exit__
        self._zstd = _zstd_writer(self._packed)
        self._tar = tarfile.open(mode="w|", fileobj=self._zstd)  # noqa: SIM115 - closed in __exit__

    def __enter__(self) -> PackageWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in (self._tar, self._zstd, self._packed):
            with suppress(OSError, ValueError):
                stream.close()
        if error is not None:
            self.path.unlink(missing_ok=True)

    def add(self, path: str, source: IO[bytes], size: int, *, executable: bool = False) -> str:
        """Add a file of `size` bytes; returns its SHA-256 in hex."""
        hashed = _Hashed(source)
        self._tar.addfile(self._member(path, size, executable), hashed)
        return self._note(path, size, hashed.hash.hexdigest())

    def add_bytes(self, path: str, data: bytes, *, executable: bool = False) -> str:
        """Add a file; where the placeholder is in it, an installer will put the prefix there."""
        self._tar.addfile(self._member(path, len(data), executable), io.BytesIO(data))
        marked = {"file_mode": "text", "prefix_placeholder": PLACEHOLDER}
        found = PLACEHOLDER.encode() in data
        return self._note(path, len(data), hashlib.sha256(data).hexdigest(), marked if found else {})

    def add_link(self, path: str, target: str) -> None:
        """Add a symbolic link to a member that was added before, named relative to the link."""
        member = self._member(path, 0, True)
        member.type, member.linkname = tarfile.SYMTYPE, target
        self._tar.addfile(member)
        # conda-build describes a link by what it leads to, and installers check it by that.
        leads_to = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        entry = next(known for known in self._paths if known["_path"] == leads_to)
        facts = {key: entry[key] for key in ("sha256", "size_in_bytes")}
        self._paths.append({"_path": path, "path_type": "softlink", **facts})

    def finish(
        self,
        *,
        index: Mapping[str, Any],
        about: Mapping[str, Any],
        entry_points: Sequence[str] | None = None,
    ) -> None:
        """Write what is said of the package and put the file in its place.

        `entry_points` (`flask = flask.cli:main`) make it a `noarch: python` package, None a plain one.
        """
        self._tar.close()
        self._zstd.close()
        paths = sorted(self._paths, key=lambda entry: entry["_path"])
        info: dict[str, str] = {
            "info/index.json": _json(index),
            "info/paths.json": _json({"paths": paths, "paths_version": 1}),
            "info/about.json": _json(about),
            "info/files": "".join(f"{entry['_path']}\n" for entry in paths),
        }
        if entry_points is not None:
            noarch = {"type": "python", "entry_points": list(entry_points)}
            info["info/link.json"] = _json({"noarch": noarch, "package_metadata_version": 1})
        marked = [entry for entry in paths if "prefix_placeholder" in entry]
        if marked:
            info["info/has_prefix"] = "".join(f"{PLACEHOLDER} text {entry['_path']}\n" for entry in marked)
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("metadata.json", json.dumps({"conda_pkg_format_version": 2}))
            self._packed.seek(0, io.SEEK_END)
            large = self._packed.tell() >= zipfile.ZIP64_LIMIT
            self._packed.seek(0)
            with archive.open(f"pkg-{self._stem}.tar.zst", "w", force_zip64=large) as member:
                while chunk := self._packed.read(1 << 20):
                    member.write(chunk)
            archive.writestr(f"info-{self._stem}.tar.zst", self._info_tar(info.items()))

    def _info_tar(self, members: Iterable[tuple[str, str]]) -> bytes:
        packed = io.BytesIO()
        with _zstd_writer(packed) as stream, tarfile.open(mode="w|", fileobj=stream) as tar:
            for path, text in members:
                data = text.encode()
                tar.addfile(self._member(path, len(data), False), io.BytesIO(data))
        return packed.getvalue()

    def _member(self, path: str, size: int, executable: bool) -> tarfile.TarInfo:
        member = tarfile.TarInfo(path)
        member.size, member.mtime, member.mode = size, self._mtime_s, 0o755 if executable else 0o644
        return member

    def _note(self, path: str, size: int, sha256: str, more: Mapping[str, str] | None = None) -> str:
        self._paths.append(
            {"_path": path, "path_type": "hardlink", "sha256": sha256, "size_in_bytes": size, **(more or {})}
        )
        return sha256


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, sort_keys=True)


def _zstd_writer(target: IO[bytes]) -> Any:
    """A compressing stream onto `target`, which stays open."""
    zstd = load_zstd()
    parameter = zstd.CompressionParameter
    return zstd.ZstdFile(
        target, mode="w", options={parameter.compression_level: _LEVEL, parameter.nb_workers: _WORKERS}
    )


def load_zstd() -> Any:
    """The zstd module: in the standard library from Python 3.14 on, a backport before.

    Raises `AbsentError` (`extra-missing`) where the backport is not installed.
    """
    import importlib

    for name in ("compression.zstd", "backports.zstd"):
        with suppress(ImportError):
            return importlib.import_module(name)
    raise AbsentError(
        "building a channel needs more than envctl itself",
        code="extra-missing",
        cause="the module backports.zstd is not installed",
        hint="pip install 'envctl[channel]'",
    )
