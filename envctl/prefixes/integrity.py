"""Whether the files of an environment are what the records of its packages say.

What conda's `doctor` compares, and the RECORDs of pip packages besides. The bytecode in `__pycache__` is left
out: Python writes it anew wherever it is missing or does not fit its source.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from envctl.errors import InputError
from envctl.prefixes.dist_info import pip_entries, recorded_files
from envctl.prefixes.records import InstalledFile, Record, path_below, read_record, record_files
from envctl.progress import Task

_PIECE = 1 << 20
_LARGE = 1 << 23
_BATCH = 64
"""Files that one thread checks at a time: handing over each by itself takes longer than to hash it."""
_MOST_THREADS = 16
"""More would mostly wait: for the interpreter with small files, for the disk with large ones."""
_OPEN = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""Without waiting for a writer where somebody has put a pipe."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Damage:
    """A file that is not what a package's record says."""

    path: str
    """Below the prefix; as the record has it where that leads out of the prefix."""
    package: str
    """Of several that put a file there, the one whose record was read last, pip's after conda's. Of a pip
    package the normalised name."""
    problem: Literal["missing", "modified", "unreadable"]
    expected: str | None = None
    """A sha256, a size, or what kind of thing it should be."""
    found: str | None = None
    """The same of what is there, or why it could not be read."""


_Claims = dict[str, dict[str, InstalledFile]]
"""Who says what of each path: packages may put different files at one path, and one of them stays."""


def verify_files(prefix: Path, task: Task) -> tuple[Damage, ...]:
    """The damaged files, by package and path; what cannot be read is a finding too.

    A file that several packages have put there is right if it is any one's. A path that leads out of the
    prefix is never opened; links are followed, since conda may have linked the files of its package cache.
    """
    root = os.path.abspath(prefix)  # noqa: PTH100  (the links in it are the user's)
    claims: _Claims = {}
    damages = list(_collect(prefix, root, claims))
    batches = list(_batches(claims))
    total, done = sum(size for size, _ in batches), 0
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS)) as pool:
        running = {pool.submit(_check, root, claims, paths): size for size, paths in batches}
        try:
            for finished in as_completed(running):
                damages += finished.result()
                done += running[finished]
                task.advance(done, total=total)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return tuple(sorted(damages, key=lambda damage: (damage.package, damage.path)))


def _collect(prefix: Path, root: str, claims: _Claims) -> Iterator[Damage]:
    """Note what each path should be; yields what cannot be read or may not be looked at."""
    records: list[Record] = []
    for file in record_files(prefix):
        try:
            record = read_record(file)
        except InputError as error:
            yield _unreadable(f"conda-meta/{file.name}", file.stem.rsplit("-", 2)[0], error.cause)
            continue
        if record:
            records.append(record)
            yield from _claim(claims, root, "", record.package.name, record.files)
    try:
        entries = pip_entries(prefix, records)
    except InputError as error:
        yield _unreadable(os.path.relpath(error.file, root), "python", error.cause)
        return
    for entry in entries:
        if entry.suffix == ".dist-info":
            yield from _claim_recorded(claims, root, entry)


def _claim_recorded(claims: _Claims, root: str, entry: Path) -> Iterator[Damage]:
    from packaging.utils import canonicalize_name

    name = canonicalize_name(entry.stem.partition("-")[0])
    folder = os.path.relpath(entry.parent, root)
    record = f"{folder}/{entry.name}/RECORD"
    try:
        yield from _claim(claims, root, folder, name, recorded_files(entry))
    except FileNotFoundError:
        yield Damage(path=record, package=name, problem="missing")
    except (OSError, ValueError) as error:
        yield _unreadable(record, name, _reason(error))


def _claim(
    claims: _Claims, root: str, folder: str, package: str, files: Iterator[InstalledFile]
) -> Iterator[Damage]:
    for file in files:
        path = path_below(root, folder, file.path)
        if path is None:
            yield _unreadable(file.path, package, "it lies outside the prefix")
        elif "__pycache__/" not in path:
            claims.setdefault(path, {})[package] = file


def _batches(claims: _Claims) -> Iterator[tuple[int, list[str]]]:
    """The paths in portions, and how many bytes each has: large files first and alone, so that no thread is
    left with one at the end, then the others as they lie side by side in their packages."""
    sizes = {path: max(file.size_bytes or 0 for file in claim.values()) for path, claim in claims.items()}
    large = sorted((path for path in claims if sizes[path] >= _LARGE), key=lambda path: -sizes[path])
    yield from ((sizes[path], [path]) for path in large)
    small = [path for path in claims if sizes[path] < _LARGE]
    for start in range(0, len(small), _BATCH):
        batch = small[start : start + _BATCH]
        yield sum(sizes[path] for path in batch), batch


def _check(root: str, claims: _Claims, paths: Sequence[str]) -> list[Damage]:
    damages = []
    for path in paths:
        claim = claims[path]
        package, file = next(reversed(claim.items()))
        try:
            found = _difference(f"{root}/{path}", list(claim.values()))
        except (FileNotFoundError, NotADirectoryError):
            expected = file.sha256 or f"a {file.kind}"
            damages.append(Damage(path=path, package=package, problem="missing", expected=expected))
        except (OSError, ValueError) as error:
            damages.append(_unreadable(path, package, _reason(error)))
        else:
            if found:
                damages.append(
                    Damage(path=path, package=package, problem="modified", expected=found[0], found=found[1])
                )
    return damages


def _difference(path: str, wanted: Sequence[InstalledFile]) -> tuple[str, str] | None:
    """What the file should be and what it is; None where it is what one of the records says.

    Raises OSError, FileNotFoundError where nothing is there.
    """
    known = [file for file in wanted if file.sha256 or file.size_bytes is not None]
    if len(known) < len(wanted):
        mode = os.lstat(path).st_mode
        for file in wanted:
            if file not in known and _is_kind(file.kind, path, mode):
                return None
        if not known:
            return f"a {wanted[-1].kind}", _kind(mode)
    descriptor = os.open(path, _OPEN)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            return "a file", _kind(state.st_mode)
        fitting = [file for file in known if file.size_bytes in (None, state.st_size)]
        if not fitting:
            return f"{known[-1].size_bytes} bytes", f"{state.st_size} bytes"
        if not all(file.sha256 for file in fitting):
            return None
        found = _sha256(descriptor, state.st_size)
        return None if any(file.sha256 == found for file in fitting) else (str(fitting[-1].sha256), found)
    finally:
        os.close(descriptor)


def _is_kind(kind: str, path: str, mode: int) -> bool:
    if kind == "link":
        return stat.S_ISLNK(mode)
    return kind == "file" or Path(path).is_dir()


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a link"
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a file" if stat.S_ISREG(mode) else "a device or pipe"


def _sha256(descriptor: int, size: int) -> str:
    digest = hashlib.sha256()
    while size > 0 and (piece := os.read(descriptor, min(size, _PIECE))):
        digest.update(piece)
        size -= len(piece)
    return digest.hexdigest()


def _unreadable(path: str, package: str, reason: str | None) -> Damage:
    return Damage(path=path, package=package, problem="unreadable", found=reason)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
