"""Build a local conda channel from wheels and an interpreter."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from packaging.requirements import InvalidRequirement, Requirement

from envctl.channel import index, interpreter, ledger, python_package, requires, wheel, wheel_package, wheels
from envctl.channel.archive import load_zstd
from envctl.channel.interpreter import Interpreter
from envctl.channel.ledger import ChannelPackage, Ledger
from envctl.errors import AbsentError, FailedError, UsageError
from envctl.progress import Reporter


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelBuildOptions:
    """What to build, from what, and where."""

    directory: Path
    """The channel's folder; made where it is missing, added to where it holds a channel already."""
    requirements: tuple[str, ...]
    """As pip takes them: `torch==2.13.0`, `flask`. Their dependencies come along."""
    python: str | os.PathLike[str] | None = None
    """The interpreter to pack, a path or a command; None takes the best one in reach, Python 3.11 first."""
    wheels: Path | None = None
    """A folder of wheels that count beside those of the index."""
    offline: bool = False
    """Ask no index: wheels come from `wheels` and from earlier builds."""
    refresh: bool = False
    """Ask the index again although the same request was built before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelBuildResult:
    """A channel that is ready to be installed from."""

    directory: Path
    url: str
    subdir: str
    """The platform of its packages, beside `noarch`."""
    python_version: str
    built: tuple[str, ...]
    """File names of the packages that this run wrote, sorted."""
    kept: tuple[str, ...]
    """Of those that were there."""
    packages: tuple[ChannelPackage, ...]
    """All that the request needs, by name; the folder may hold more, from other requests."""


def channel_build(options: ChannelBuildOptions, reporter: Reporter) -> ChannelBuildResult:
    """Build the channel, or what is missing of it.

    Raises `UsageError` (`no-requirements`, `bad-requirement`, `wheels-missing`), `RefusedError`
    (`python-unsupported`, `python-not-relocatable`), `AbsentError` (`extra-missing`, `python-missing`,
    `pip-missing`, `no-wheel`, `index-unreachable`, `torch-cpu-absent`), `InputError` (`wheel-damaged`,
    `wheel-unsafe`) and `FailedError` (`disk-full`, `channel-unwritable`, `pip-failed`, `channel-index`). An
    interrupted build leaves whole packages or none; the next one goes on from there.
    """
    _check(options)
    python = interpreter.find(options.python)
    directory = options.directory.absolute()
    with _told(directory):
        directory.mkdir(parents=True, exist_ok=True)
        with _locked(directory, reporter):
            return _build(options, directory, python, reporter)


def _check(options: ChannelBuildOptions) -> None:
    if not options.requirements:
        raise UsageError(
            "nothing to build", code="no-requirements", hint="name packages: envctl channel build DIR flask"
        )
    for requirement in options.requirements:
        try:
            Requirement(requirement)
        except InvalidRequirement as error:
            raise UsageError(
                f"{requirement!r} is no requirement",
                code="bad-requirement",
                cause=str(error).splitlines()[0],
                hint="such as flask, flask==3.1 or 'torch>=2.5,<3'",
            ) from error
    if options.wheels is not None and not options.wheels.is_dir():
        raise UsageError(f"{options.wheels} is no folder", code="wheels-missing")
    load_zstd()
    with suppress(ImportError):
        import whl2conda  # noqa: F401 - only asked whether it is there

        return
    raise AbsentError(
        "building a channel needs more than envctl itself",
        code="extra-missing",
        cause="the module whl2conda is not installed",
        hint="pip install 'envctl[channel]'",
    )


def _build(
    options: ChannelBuildOptions, directory: Path, python: Interpreter, reporter: Reporter
) -> ChannelBuildResult:
    book = ledger.read(directory)
    request = ledger.key(sorted(options.requirements), python.identity, _listing(options.wheels))
    known = None if options.refresh else book.answer(request)
    built: list[str] = []
    if known is None:
        with _workshop(directory) as workshop:
            keys, built = _packages(options, book, python, workshop, reporter)
        book.requests[request] = keys
        book.write()
        known = tuple(package for package in map(book.has, keys) if package)
    if not (book.indexed and index.is_indexed(directory, python.subdir)):
        with reporter.task("Indexing the channel", unit="steps"):
            index.write_index(directory, (python.subdir,))
        book.indexed = True
        book.write()
    return ChannelBuildResult(
        directory=directory,
        url=directory.as_uri(),
        subdir=python.subdir,
        python_version=python.version,
        built=tuple(sorted(built)),
        kept=tuple(sorted({package.file_name for package in known} - set(built))),
        packages=tuple(sorted(known, key=lambda package: package.name)),
    )


def _packages(
    options: ChannelBuildOptions, book: Ledger, python: Interpreter, workshop: Path, reporter: Reporter
) -> tuple[list[str], list[str]]:
    """Build what is missing; returns the keys of all packages and the file names of the new ones."""
    store = book.directory / ".envctl" / "wheels" / python.abi
    store.mkdir(parents=True, exist_ok=True)
    fresh = workshop / "wheels"
    fresh.mkdir()
    with reporter.task("Downloading wheels", unit="steps"):
        found = wheels.download(
            python,
            options.requirements,
            fresh,
            find_links=[folder.absolute() for folder in (options.wheels, store) if folder],
            offline=options.offline,
            reporter=reporter,
        )
    read = [wheel.read(_keep(path, store)) for path in found]
    brings = {item.name: item.requires for item in read}
    keys: list[str] = []
    built: list[str] = []
    with reporter.task("Building packages", unit="packages", total=len(read) + 2) as task:

        def make(key: str, write: Callable[[], tuple[Path, ChannelPackage]]) -> None:
            keys.append(key)
            if book.has(key) is None:
                path, package = write()
                target = book.directory / package.path
                target.parent.mkdir(exist_ok=True)
                path.replace(target)
                book.add(key, package)
                built.append(package.file_name)
            task.advance(len(keys), note=book.packages[key].name)

        key = ledger.key("python", python.identity)
        make(key, lambda: _python(python, key, workshop, reporter))
        make(ledger.key("python_abi", python.short), lambda: _python_abi(python, workshop))
        for item in read:
            facts = wheel_package.describe(item, python, requires.depends(item.name, brings, python.markers))

            def write(
                item: wheel.Wheel = item, facts: dict[str, object] = facts
            ) -> tuple[Path, ChannelPackage]:
                return _described(wheel_package.build(item, python, facts, workshop), facts)

            make(ledger.key(item.sha256, facts), write)
    return keys, built


def _python(python: Interpreter, key: str, workshop: Path, reporter: Reporter) -> tuple[Path, ChannelPackage]:
    if python.private and python.certificates.is_relative_to(python.base_prefix):
        reporter.warn(
            f"{python.executable} brings its own CA certificates, which stay behind: "
            "set SSL_CERT_FILE in environments from this channel"
        )
    facts = python_package.describe(python, key, _time_ms(python))
    return _described(python_package.build(python, facts, workshop), facts)


def _python_abi(python: Interpreter, workshop: Path) -> tuple[Path, ChannelPackage]:
    facts = python_package.describe_abi(python, _time_ms(python))
    return _described(python_package.build_abi(facts, workshop), facts)


def _time_ms(python: Interpreter) -> int:
    return int(python.executable.stat().st_mtime) * 1000


def _described(path: Path, facts: dict[str, object]) -> tuple[Path, ChannelPackage]:
    fields = {name: str(facts[name]) for name in ("name", "version", "build", "subdir")}
    return path, ChannelPackage(**fields, file_name=path.name, size_bytes=path.stat().st_size)


def _keep(path: Path, store: Path) -> Path:
    """Move a wheel to where the next build finds it."""
    return path.replace(store / path.name)


def _listing(folder: Path | None) -> Sequence[tuple[str, int, int]]:
    """What tells one content of a folder of wheels from another."""
    if folder is None:
        return ()
    return sorted((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in folder.glob("*.whl"))


@contextmanager
def _workshop(directory: Path) -> Iterator[Path]:
    """A folder on the channel's own disk, so that what is finished moves into place in one step.

    Folders of builds that were killed go first; nobody else works here, the channel is locked.
    """
    home = directory / ".envctl"
    home.mkdir(exist_ok=True)
    for left in home.glob("work-*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=home, prefix="work-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def _locked(directory: Path, reporter: Reporter) -> Iterator[None]:
    """Wait until no other build works on this channel."""
    lock = FileLock(directory / ".envctl.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        reporter.note(f"waiting for another build of {directory}")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _told(directory: Path) -> Iterator[None]:
    """The system's errors about the channel's folder, in our terms."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise FailedError(
                f"the disk is full: {directory} could not be finished",
                code="disk-full",
                cause=str(error),
                hint="free some space and run it again: it goes on where it stopped",
            ) from error
        raise FailedError(
            f"{directory} cannot be written", code="channel-unwritable", cause=str(error)
        ) from error
