"""What `conda-meta/` says of an environment: written after an installation, read back later.

- `history`: conda's log; `conda env export --from-history` reads the requested specs from it.
- `state`: the environment's variables, as conda keeps them.
- `envctl/provenance.json`: where the environment came from. It lies in a folder of its own since conda
  and rattler take every `conda-meta/*.json` for an installed package.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from envctl.credentials import scrub_all, variables, without_login
from envctl.model.packages import CondaPackage
from envctl.model.provenance import Provenance
from envctl.model.template import Expectations
from envctl.prefixes.records import record_files

_PROVENANCE = Path("conda-meta", "envctl", "provenance.json")
SCHEMA_VERSION = 1
_FILES = ("files", "paths_data")
"""The fields of a record that list its files: thousands, and none is a URL."""


def write_history(
    prefix: Path, *, when: str, verb: str, version: str, specs: Sequence[str], packages: Sequence[str]
) -> None:
    """Write conda's log of this installation.

    `specs` are the conda specs asked for; `packages` are `CHANNEL/SUBDIR::NAME-VERSION-BUILD`.
    """
    lines = [f"==> {when} <==", f"# cmd: envctl {verb}", f"# envctl version: {version}"]
    lines += [f"+{package}" for package in sorted(packages)]
    if specs:
        lines.append(f"# update specs: {list(specs)!r}")
    (prefix / "conda-meta" / "history").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_state(prefix: Path, variables: Mapping[str, str]) -> None:
    """Keep the environment's variables where conda does; without any, no file."""
    if variables:
        text = json.dumps({"version": 1, "env_vars": dict(variables)}, ensure_ascii=False)
        (prefix / "conda-meta" / "state").write_text(text, encoding="utf-8")


def write_provenance(prefix: Path, provenance: Provenance) -> None:
    """Leave the record of where the environment came from."""
    file = prefix / _PROVENANCE
    file.parent.mkdir(parents=True, exist_ok=True)
    document = {"schema_version": SCHEMA_VERSION, **dataclasses.asdict(provenance)}
    text = json.dumps(scrub_all(document), indent=2, ensure_ascii=False, sort_keys=True)
    file.write_text(text + "\n", encoding="utf-8")


def read_provenance(prefix: Path) -> Provenance | None:
    """The record, or None where envctl did not make the environment or wrote another version's record."""
    with suppress(OSError, ValueError, TypeError, AttributeError, LookupError):
        document = json.loads((prefix / _PROVENANCE).read_text(encoding="utf-8"))
        if document.pop("schema_version") == SCHEMA_VERSION:
            verify = document.pop("verify")
            document = {
                key: tuple(value) if isinstance(value, list) else value for key, value in document.items()
            }
            return Provenance(**document, verify=_expectations(verify))
    return None


def _expectations(value: Any) -> Expectations | None:
    if value is None:
        return None
    return Expectations(**{**value, "imports": tuple(value["imports"])})


def finish_records(
    prefix: Path,
    requested: Mapping[str, Sequence[str]],
    *,
    packages: Iterable[CondaPackage] = (),
    from_archives: bool = False,
) -> dict[Path, dict[str, Any]]:
    """Complete the installed packages' records as conda writes them, without credentials in any URL.

    `requested` maps package names to the specs that asked for them. Of `packages` whose URLs were written
    with variables, the records have the values until now. `from_archives` takes what a record does not say
    from the package's own `info/index.json`: a lock knows less of a package than its channel.
    A file's `sha256_in_prefix` is what `conda doctor` compares: rattler 0.28 writes none for a plain file,
    and for a link the hash of the link's text, which conda takes for an altered file.
    Returns what is in each file now.
    """
    import orjson  # the lists of 20,000 files take the standard library three times as long

    finished = {}
    origins = {
        package.name: {"url": without_login(package.url), "channel": without_login(package.channel)}
        for package in packages
        if variables(package.url)
    }
    for file in record_files(prefix):
        record = orjson.loads(file.read_bytes())
        if from_archives:
            record = {**_own_index(record), **{key: value for key, value in record.items() if value}}
        specs = requested.get(record.get("name", ""), ())
        if specs:
            record["requested_specs"] = list(specs)
        if len(specs) == 1:
            record["requested_spec"] = specs[0]
        record |= origins.get(record.get("name", ""), {})
        record |= scrub_all({key: value for key, value in record.items() if key not in _FILES})
        for entry in record.get("paths_data", {}).get("paths", ()):
            if entry.get("path_type") == "softlink":
                entry.pop("sha256_in_prefix", None)
            elif "sha256" in entry:
                entry.setdefault("sha256_in_prefix", entry["sha256"])
        file.unlink()  # rattler's is for its owner alone, and others verify and activate an environment too
        file.write_bytes(orjson.dumps(record))
        finished[file] = record
    return finished


def _own_index(record: Mapping[str, Any]) -> dict[str, Any]:
    """What the package says of itself; nothing where its extracted folder is gone."""
    with suppress(OSError, ValueError):
        file = Path(record.get("extracted_package_dir") or "", "info", "index.json")
        index = json.loads(file.read_text(encoding="utf-8"))
        return {"build_number": 0, "depends": [], "constrains": [], **index}
    return {"build_number": 0, "depends": [], "constrains": []}
