"""Packages as lines of an explicit list, with hashes that somebody checks.

conda checks a line's hash as it downloads. It never does for `file://`, and before 24.9 it knows MD5 alone;
where only the SHA-256 is known, the record that it makes of the archive tells.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

from envctl.credentials import fill_in, scrub, without_login
from envctl.engines.conda_find import Conda
from envctl.errors import InputError
from envctl.model.packages import CondaPackage

_SHA256_SINCE = (24, 9)
_HEX = {"sha256": re.compile(r"[0-9a-f]{64}"), "md5": re.compile(r"[0-9a-f]{32}")}
_NO_URL = re.compile(r"[\s\x00-\x1f#]|::")


def installable(package: CondaPackage, environ: Mapping[str, str], logins: Mapping[str, str]) -> CondaPackage:
    """The package with the variables in its URL filled in, its channel's login in front of it where it has
    none, and its hashes as conda writes them.

    Raises `InputError` (`bad-record`) for what no line can hold: a lock may say anything.
    """
    url = fill_in(package.url, environ)
    for bare, channel in logins.items():
        if url == without_login(url) and url.startswith(f"{bare.rstrip('/')}/"):
            url = channel.rstrip("/") + url[len(bare.rstrip("/")) :]
    hashes = {key: digest.lower() for key in _HEX if (digest := getattr(package, key))}
    wrong = [key for key, digest in hashes.items() if not _HEX[key].fullmatch(digest)]
    if _NO_URL.search(url) or "://" not in url or not package.has_archive or wrong:
        raise InputError(
            f"no package can be what is written of {scrub(package.name)!r}",
            code="bad-record",
            file=scrub(package.file_name),
            cause=f"its {wrong[0]} is none" if wrong else f"{scrub(url)!r} is no archive's URL",
            hint="mend the lock that names it, or lock anew",
        )
    return dataclasses.replace(package, url=url, sha256=hashes.get("sha256"), md5=hashes.get("md5"))


def explicit_line(package: CondaPackage, conda: Conda) -> str:
    """The line for an installable package, with the best hash that this conda knows."""
    sha256 = package.sha256 if conda.release >= _SHA256_SINCE else None
    digest = sha256 or package.md5
    return f"{package.url}#{digest}" if digest else package.url
