"""Packages that come into the cache as they are installed: judged when they are there, not yet linked.

rattler fetches anew what it finds damaged, from a local channel without comparing any hash. It tells when a
package is in the cache, and links it when that call returns; an exception there would be lost. So a package
that is refused is taken out of the cache, which ends the installation, and the reason is kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from rattler import RepoDataRecord

from envctl.engines.rattler_cache import cached_folder
from envctl.engines.rattler_contents import escaping_path, leads_out, path_through_link
from envctl.engines.rattler_records import verify_record
from envctl.errors import EnvctlError, FailedError


class Arrivals:
    """The packages of one installation by name, and what rattler had noted of each in the cache before.

    Raises `FailedError` (`hostile-package`) for a record that names a place outside the prefix or the cache.
    """

    def __init__(self, records: Iterable[RepoDataRecord], packages: Path) -> None:
        self._records = {record.name.normalized: record for record in records}
        for record in self._records.values():
            for named in (str(record.build), record.python_site_packages_path or ""):
                if leads_out(named):
                    raise _hostile(record, f"its channel or lock says {named}")
        self._folders = {name: cached_folder(record, packages) for name, record in self._records.items()}
        for folder in self._folders.values():
            if escaping_path(folder) is not None:  # nothing in it can be trusted: it is fetched anew
                _drop(folder)
        self._noted = {name: _note(folder) for name, folder in self._folders.items()}
        self.refused: EnvctlError | None = None

    def arrived(self, name: str) -> None:
        """Judge a package that is in the cache now, if it has just come into it."""
        record, folder = self._records[name], self._folders[name]
        if _note(folder) == self._noted[name]:
            return
        try:
            verify_record(record)
            _refuse_escaping(record, folder)
        except Exception as error:  # else rattler would hear of it, and go on
            self.refused = error if isinstance(error, EnvctlError) else _hostile(record, str(error))
            _drop(folder)


def _refuse_escaping(record: RepoDataRecord, folder: Path) -> None:
    path = escaping_path(folder) or path_through_link(folder)
    if path is not None:
        raise _hostile(record, f"it lists {path}")


def _hostile(record: RepoDataRecord, cause: str) -> FailedError:
    return FailedError(
        f"the package {record.file_name} would write outside the environment",
        code="hostile-package",
        cause=cause,
        hint="nothing was installed; tell the channel's owner",
    )


def _note(folder: Path) -> bytes | None:
    """A counter and a hash, which rattler changes with every fetch; None where it never fetched."""
    try:
        return folder.with_name(f"{folder.name}.lock").read_bytes()
    except OSError:
        return None


def _drop(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_name(f"{folder.name}.lock").unlink(missing_ok=True)
