"""`@EXPLICIT` files (CEP 23): one package archive a line, for one platform, installed without a solve.

conda-lock's flavour adds the hash of its specification, and pip packages as comments that conda passes over.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Literal

from envctl.credentials import scrub
from envctl.errors import InputError
from envctl.formats.archive_url import conda_package
from envctl.formats.lost import counted
from envctl.formats.one_platform import on_platform
from envctl.formats.requirement_line import direct_reference, parse_line
from envctl.formats.written import Written
from envctl.install_order import dependencies_first, is_dependencies_first
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, Key, Package, PipPackage

_HEADER = re.compile(r"#\s*(?:(platform|input_hash):\s*(\S+)|(channels):\s*(\S.*))")
_CHANNEL = re.compile(r"[^\s,]+")
_PIP = re.compile(r"# pip (\S+\s*(?:@|==).*)")
"""conda-lock writes `# pip NAME @ URL`; prose may begin with the word too."""
_PIP_HASH = re.compile(r"(?:sha256:(?P<sha256>[0-9a-f]{64})|md5:(?P<md5>[0-9a-f]{32}))")
_ABOUT = (
    "# The exact packages of an environment, written by envctl. To install them:",
    "#   envctl create -n NAME -f FILE",
    "#   conda create -n NAME --file FILE",
)
_ABOUT_PIP = "# conda ignores what follows; envctl, conda-lock and micromamba hand it to pip"
_RELATIVE = re.compile(r"(?![~$/\\]|[A-Za-z]:[/\\]|[A-Za-z][A-Za-z0-9+.-]+:)")


def loads(text: str, *, file: str, directory: str | None = None, platform: str | None = None) -> Lock:
    """Read an explicit file, with or without its `@EXPLICIT` line.

    Relative paths stay as they are, or start from `directory` (conda: from the working folder); `~` and
    variables stay. The platform is what `# platform:` says, else that of the packages, else `platform`;
    archives outside a channel need one, said above them. Raises `InputError` (`explicit`) with the line and
    the reason.
    """
    headers: dict[str, str] = {}
    found: dict[Key, Package] = {}
    for number, line in enumerate(map(str.strip, text.removeprefix("\ufeff").split("\n")), 1):
        try:
            if header := _HEADER.fullmatch(line):
                key, value = header[1] or header[3], header[2] or header[4]
                if headers.setdefault(key, value) != value:
                    raise ValueError(f"the {key} above is `{headers[key]}`")
            elif (
                package := _package(line, headers.get("platform", platform), directory)
            ) and package != found.setdefault(package.key, package):
                raise ValueError(f"another `{package.name}` stands above")
        except ValueError as error:
            raise InputError(
                f"`{scrub(line)[:200]}` cannot stand in an explicit file",
                code="explicit",
                file=file,
                line=number,
                cause=scrub(str(error)),
                hint="it holds the URLs and paths of package archives, each package once",
            ) from error
    subdirs = {each.subdir for each in found.values() if isinstance(each, CondaPackage)} - {"noarch"}
    said = headers.get("platform") or min(subdirs, default=platform)
    if said is None or ("platform" not in headers and len(subdirs) > 1):
        raise InputError(
            "it does not say which platform it is for",
            code="explicit",
            file=file,
            cause=f"its packages are for {' and '.join(sorted(subdirs)) or 'any platform'}",
            hint="add a line such as `# platform: linux-64`",
        )
    packages = sorted(found.values(), key=lambda each: each.manager)  # as they are installed
    content_hash = headers.get("input_hash")
    part = PlatformLock(
        platform=said,
        packages=tuple(LockedPackage(package=package) for package in packages),
        content_hash=None if content_hash == "None" else content_hash,  # what conda-lock writes for none
    )
    return Lock(platforms=(part,), channels=tuple(_CHANNEL.findall(scrub(headers.get("channels", "")))))


def dumps(lock: Lock, *, platform: str, hash: Literal["md5", "sha256"] = "sha256") -> Written:
    """Write one platform of a lock, all categories of it, without the credentials in its URLs.

    Packages stand behind what they need, as CEP 23 asks, in the lock's own order where that is such a one.
    A package without the wanted hash gets the other one: both stand bare behind the `#`. conda before 25
    reads MD5 alone. Raises `UsageError` (`no-platform`) for a platform that the lock does not have.
    """
    part = on_platform(lock, platform)
    packages = [entry.package for entry in part.packages]
    if not is_dependencies_first(packages):
        packages = dependencies_first(packages)
    lines = [(_line(package, hash), package) for package in packages]
    written = {line: package for line, package in lines if _can_be_read(line, part.platform)}
    conda, pip = ([line for line, each in written.items() if each.manager == who] for who in ("conda", "pip"))
    channels = [channel for channel in map(scrub, lock.channels) if _CHANNEL.fullmatch(channel)]
    headers = {
        "platform": part.platform,
        "input_hash": scrub(part.content_hash or ""),
        "channels": ", ".join(channels),
    }
    text = [
        *_ABOUT,
        *(f"# {key}: {' '.join(value.split())}" for key, value in headers.items() if value),
        "@EXPLICIT",
        *conda,
        *([_ABOUT_PIP, *pip] if pip else []),
    ]
    unwritten = [package for line, package in lines if line not in written]
    lost = _lost(lock, part, unwritten, [each for each in written.values() if not (each.sha256 or each.md5)])
    return Written(text="\n".join(text) + "\n", lost=tuple(lost))


def _package(line: str, platform: str | None, directory: str | None = None) -> Package | None:
    """The package that a line names; None for an empty line and a comment."""
    if pip := _PIP.fullmatch(line):
        return _pip_package(pip[1])
    if not line or line.startswith("#") or line == "@EXPLICIT":
        return None
    if directory is not None and _RELATIVE.match(line):
        line = posixpath.normpath(posixpath.join(directory, line))
    return conda_package(line, platform=platform)


def _pip_package(text: str) -> PipPackage:
    line = parse_line(text)
    if "://" not in (line.url or ""):
        raise ValueError("it names no URL")
    if line.extras or line.marker or line.option:
        raise ValueError("an exact package has no extras, markers and options")
    found = [_PIP_HASH.fullmatch(each) for each in line.hashes]
    if len(found) > 1 or None in found:
        raise ValueError("an exact package has one hash, an MD5 or a SHA-256")
    known = found[0].groupdict() if found and found[0] else {}
    return PipPackage(
        name=line.name or "",
        version=line.version,
        url=line.url,
        sha256=known.get("sha256"),
        md5=known.get("md5"),
    )


def _line(package: Package, hash: Literal["md5", "sha256"]) -> str:
    """The package's line, or one that no reader takes for a package."""
    if isinstance(package, PipPackage):
        return f"# pip {'-e ' if package.editable else ''}{direct_reference(package)}"
    md5, sha256 = package.md5, package.sha256
    digest = (sha256 or md5) if hash == "sha256" else (md5 or sha256)
    return scrub(package.url) + (f"#{digest}" if digest else "")


def _can_be_read(line: str, platform: str) -> bool:
    with suppress(ValueError):
        return _package(line, platform) is not None
    return False


def _lost(
    lock: Lock, part: PlatformLock, unwritten: Sequence[Package], bare: Sequence[Package]
) -> Iterator[str]:
    conda = (each.name for each in unwritten if each.manager == "conda")
    yield from counted("conda package", conda, " that no archive holds")
    pip = (each.name for each in unwritten if each.manager == "pip")
    yield from counted("pip package", pip, " without a URL, from a folder or editable")
    yield from counted("package", (each.name for each in bare), " without a hash (written all the same)")
    yield from counted("channel", (each for each in lock.channels if not _CHANNEL.fullmatch(each)))
    yield from counted("variable", lock.variables or ())
    yield from counted("category", sorted({entry.category for entry in part.packages} - {"main"}))
