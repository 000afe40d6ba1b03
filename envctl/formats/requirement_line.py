"""One line of a pip section or a requirements file, as pip reads it (PEP 508, and pip's own forms)."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename

from envctl.credentials import scrub
from envctl.model.packages import PipPackage

COMMENT = re.compile(r"(?:^|\s)#(?P<text>.*)")
"""What pip takes for a comment: `#` behind a space, so that a URL keeps its fragment."""
URL = re.compile(r"(?:[a-z][a-z0-9+.-]*://|file:)\S", re.IGNORECASE)
_EDITABLE = re.compile(r"(?:-e ?|--editable ?[= ] ?)(?P<rest>.*)")
_QUOTED = re.compile(
    r"""^(?P<option>\s*(?:-e\s*|--editable[\s=]\s*))(?P<quote>["'])(?P<path>.*?)(?P=quote)"""
)
_ROOTED = re.compile(r"[.~]|[A-Za-z]:[/\\]")
_HASH = re.compile(r" --hash[= ](\w+:[0-9a-fA-F]+)(?= |$)")
_OPTIONS = re.compile(r" (?=--?[A-Za-z])")
_NAMED_URL = re.compile(r"[\w.-]+\s*(?:\[[^\]]*\]\s*)?@")
_PATH = re.compile(r"[.~]|[^;]*[/\\]|[^;]*\.(?:whl|zip|tar|tgz|tar\.(?:gz|bz2|xz))\s*(?:;|$)")
_MARKER = re.compile(r" ; ?|; ")
"""Before a URL's or path's marker; a URL may hold `;` elsewhere."""
_EXTRAS = re.compile(r"(?P<rest>.*?)(?:\[(?P<extras>[^\[\]]*)\])?")
_ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


@dataclass(frozen=True, kw_only=True, slots=True)
class RequirementLine:
    """What a line asks of pip."""

    name: str | None = None
    """As written; None of an option, and of a path or URL that does not say (`#egg=NAME`, a wheel's name)."""
    specifier: str = ""
    """The PEP 440 range in packaging's spelling: `<3,>=2`."""
    extras: tuple[str, ...] = ()
    """Sorted."""
    marker: str | None = None
    url: str | None = None
    """A URL or a path, without hashes and `egg=` in its fragment."""
    editable: bool = False
    hashes: tuple[str, ...] = ()
    """`sha256:…`, from `--hash` and from the URL's fragment."""
    option: str | None = None
    """Pip's other options on the line; without name and URL it is all there is: `--index-url https://…`."""

    @property
    def sha256(self) -> frozenset[str]:
        """The digests that its archive may have; any where it names none."""
        return frozenset(each.partition(":")[2].lower() for each in self.hashes if each.startswith("sha256:"))

    @property
    def version(self) -> str | None:
        """The one version that it allows: pinned by `==` or `===`, or in its archive's name."""
        pinned = re.fullmatch(r"={2,3}(?P<version>[^,*]+)", self.specifier)
        if pinned:
            return pinned["version"]
        file = _file_name(self.url or "")
        with suppress(ValueError):
            return str(parse_wheel_filename(file)[1])
        with suppress(ValueError):
            name, version = parse_sdist_filename(file)
            return str(version) if name == canonicalize_name(self.name or "") else None
        return None


def parse_line(text: str) -> RequirementLine:
    """Read one logical line (continuations joined). Raises `ValueError` with the reason for what pip refuses.

    Only its form is judged: neither options nor paths are looked up, and variables (`${TOKEN}`) stay.
    """
    text = unquoted(" ".join(COMMENT.sub("", text).split()))
    hashes = tuple(_HASH.findall(text))
    text = _HASH.sub("", text)
    editable = _EDITABLE.match(text)
    if text.startswith("-") and not editable:
        return RequirementLine(option=text, hashes=hashes)
    body, *options = _OPTIONS.split(editable["rest"] if editable else text, maxsplit=1)
    option = options[0] if options else None
    if not body:
        raise ValueError("it is empty")
    placed = URL.match(body) or (not _NAMED_URL.match(body) and (editable or _PATH.match(body)))
    try:
        line = _place(body) if placed else _named(body)
    except (ValueError, RecursionError) as error:
        reason = scrub(str(error).partition("\n")[0])
        raise ValueError(reason[:1].lower() + reason[1:]) from error
    return replace(line, editable=bool(editable), hashes=line.hashes + hashes, option=option)


def unquoted(text: str) -> str:
    """The line without the quotes around its editable path: pip takes them off, uv has them in the path."""
    return _QUOTED.sub(r"\g<option>\g<path>", text, count=1)


def placed_line(package: PipPackage) -> str:
    """The line that asks for a package by its URL or path, without credentials. What stands in quotes for pip
    is `unquoted` for uv; a relative path goes without the name, behind which pip takes none."""
    url = scrub(package.url or "")
    if url.startswith("/"):
        url = f"file://{quote(url, safe='/:@!+=,~')}"
    if URL.match(url) and not package.editable:
        return direct_reference(replace(package, url=url))
    if URL.match(url):
        return f"-e {url}{'&' if '#' in url else '#'}egg={package.name}"
    path = url if _ROOTED.match(url) else f"./{url}"
    if not package.editable:
        return path
    return f'-e "{path}"' if " " in path else f"-e {path}"


def direct_reference(package: PipPackage) -> str:
    """`NAME @ URL#sha256=…` of a package that has a URL (PEP 440's direct reference), without credentials."""
    url = scrub(package.url or "")
    digest = f"sha256={package.sha256}" if package.sha256 else f"md5={package.md5}" if package.md5 else ""
    joint = ("&" if "#" in url else "#") if digest else ""
    return f"{package.name} @ {url}{joint}{digest}"


def wheel_name(url: str) -> str | None:
    """The distribution in a URL or path, as written, where that is a wheel's."""
    file = _file_name(url)
    with suppress(ValueError):
        parse_wheel_filename(file)
        return file.partition("-")[0]
    return None


def _named(body: str) -> RequirementLine:
    """`NAME[EXTRAS] >=1; MARKER` or `NAME @ URL`."""
    found = Requirement(body)
    return replace(
        _location(found.url) if found.url else RequirementLine(),
        name=found.name,
        specifier=str(found.specifier),
        extras=tuple(sorted(found.extras)),
        marker=str(found.marker) if found.marker else None,
    )


def _place(body: str) -> RequirementLine:
    """A URL or path with nothing in front of it."""
    address, *marker = _MARKER.split(body, maxsplit=1)
    if re.search(r"\s", address) and URL.match(address):
        raise ValueError("a URL holds no spaces")
    return replace(_location(address), marker=str(Marker(marker[0])) if marker else None)


def _location(address: str) -> RequirementLine:
    url, _, fragment = address.partition("#")
    name, hashes, rest = "", [], []
    for part in fragment.split("&") if fragment else ():
        key, _, value = part.partition("=")
        if key in _ALGORITHMS:
            hashes.append(f"{key}:{value}")
        elif key == "egg":
            name = unquote(value)
        else:
            rest.append(part)
    bare, extras = url, None
    if not URL.match(url):
        bare, extras = _split_extras(url)
    if name:
        name, extras = _split_extras(name)
    else:
        name = wheel_name(bare) or ""
    return RequirementLine(
        name=name or None,
        extras=tuple(sorted(re.findall(r"[\w.-]+", extras or ""))),
        url=bare + ("#" + "&".join(rest) if rest else ""),
        hashes=tuple(hashes),
    )


def _split_extras(text: str) -> tuple[str, str | None]:
    match = _EXTRAS.fullmatch(text)
    return (match["rest"], match["extras"]) if match else (text, None)


def _file_name(url: str) -> str:
    return unquote(re.split(r"[?#]", url, maxsplit=1)[0].replace("\\", "/").rpartition("/")[2])
