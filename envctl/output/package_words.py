"""What a package, a request and the difference between two of them are called."""

from __future__ import annotations

import re
from collections.abc import Callable

from packaging.utils import canonicalize_name

from envctl.credentials import scrub
from envctl.model.diff import Change, Item, Kind, Unsatisfied
from envctl.model.packages import CondaPackage, Package, PipPackage
from envctl.output.create import channel_name

_HASH_DIGITS = 12
_NAMES_BUILD = re.compile(r"=[^=<>!~,|\s]+=|\S\s+\S+\s+\S|\bbuild")
"""`numpy=1.26=py312*`, `numpy 1.26 py312*`, `numpy[build=py312*]`."""
_NAME = re.compile(r"[\w.-]*\w")


def plain(text: str) -> str:
    """One line without credentials; what a terminal would act on, or XML forbids, stands as its escape."""
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in scrub(text)
    )


def version(item: Item | None) -> str:
    """A package's version, or its URL where it has none; what a request asks for; empty for None."""
    if item is None:
        return ""
    if isinstance(item, CondaPackage):
        return plain(item.version)
    if isinstance(item, PipPackage):
        return plain(item.version or item.url or "")
    return plain(", ".join(_without_name(spec, item.name) for spec in item.specs))


def sides(change: Change) -> tuple[str, str]:
    """What was there and what is there: the versions, and of the rest only what the change is about."""
    before, after = change.before, change.after
    was, now = [version(before)], [version(after)]
    if before and after and before.manager != after.manager:
        was.append(f"by {before.manager}")
        now.append(f"by {after.manager}")
    elif isinstance(before, Package) and isinstance(after, Package):
        for kind in change.kinds:
            if tell := _TELL.get(kind):
                for words, word in zip((was, now), tell(before, after), strict=True):
                    words.append(plain(word))
    return " ".join(filter(None, was)), " ".join(filter(None, now))


def found(unsatisfied: Unsatisfied) -> str:
    """What is there in place of a request, told as exactly as the request is; empty for nothing."""
    package, spec = unsatisfied.found, unsatisfied.spec
    if not isinstance(package, CondaPackage):
        return version(package)
    build = f" {package.build}" if _NAMES_BUILD.search(spec) else ""
    channel = f" from {channel_name(package)}" if "::" in spec or "channel" in spec else ""
    return plain(f"{package.version}{build}{channel}")


def _without_name(spec: str, name: str) -> str:
    """`>=1.26` of `numpy >=1.26`, `any` of `numpy`; all of what does not begin with the name."""
    written = _NAME.match(spec)
    if not written or canonicalize_name(written[0]) != canonicalize_name(name) or "::" in spec:
        return spec
    rest = spec[written.end() :].strip()
    return f"any {rest}".strip() if not rest or rest[0] in "#;" else rest


def _builds(before: Package, after: Package) -> tuple[str, str]:
    was, now = (package.build if isinstance(package, CondaPackage) else "" for package in (before, after))
    return was, now


def _origins(before: Package, after: Package) -> tuple[str, str]:
    """Channels by their short names where these differ, else by their URLs."""
    if isinstance(before, CondaPackage) and isinstance(after, CondaPackage):
        was, now = channel_name(before), channel_name(after)
        if was == now:
            was, now = before.channel, after.channel
        return f"from {was}", f"from {now}"
    return _pip_origin(before), _pip_origin(after)


def _pip_origin(package: Package) -> str:
    if not isinstance(package, PipPackage):
        return ""
    is_told = package.version is None and package.url  # in place of the version
    origin = "" if is_told else f"from {package.url or package.index or 'an index'}"
    return f"{origin} (editable)" if package.editable else origin


def _hashes(before: Package, after: Package) -> tuple[str, str]:
    """The first hash that both have and that differs."""
    for name in ("sha256", "md5"):
        was, now = getattr(before, name), getattr(after, name)
        if was and now and was != now:
            return f"{name} {was[:_HASH_DIGITS]}…", f"{name} {now[:_HASH_DIGITS]}…"
    return "", ""


_TELL: dict[Kind, Callable[[Package, Package], tuple[str, str]]] = {
    "build": _builds,
    "channel": _origins,
    "source": _origins,
    "hash": _hashes,
}
