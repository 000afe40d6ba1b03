"""Files from public repositories, held against what two versions of conda made of each."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from envctl.credentials import has_secret
from envctl.errors import InputError
from envctl.formats.environment_yaml import dumps, loads
from envctl.model.environment import EnvironmentSpec

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "environments"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the collection of real files is not in a clone")

REFUSED = {
    "mlflow_no_params__python_env.yaml": "`- -r requirements.txt` among conda's: 24.11.3 fails later",
}
"""Read by a version of conda, refused here."""
READ = {
    "env_torch.cpu.yml": "an empty `dependencies:` before the real one: a warning, nothing is lost",
    "sequali__environment.yaml": "the same",
}
"""Refused by conda, read here."""
MORE_PIP = {
    "freqgym@bf859cfb__environment_cuda.yml": "several pip sections, of which conda keeps the last",
    "freqgym__environment_cpuonly.yml": "the same",
    "add-pip-multiple.yml": "the same",
    "DiffDock@561f70a8__environment.yml": "the same",
}
SELECTED = {
    "unidep@8ee56ca1__example__environment.yaml": "`sel(linux): spec` is micromamba's, to conda no entry",
    "unidep@d87764d6__example__environment.yaml": "the same",
}


def rows() -> list[Any]:
    found = []
    for table in sorted(FOLDER.glob("conda-parse-*.tsv")):
        version = table.stem.rpartition("-")[2]
        with table.open(encoding="utf-8", newline="") as stream:
            found += [
                pytest.param(row, id=f"{version}-{row['file']}")
                for row in csv.DictReader(stream, delimiter="\t")
            ]
    return found


def files() -> list[str]:
    return sorted({param.values[0]["file"] for param in rows()})


def listed(file: str, table: dict[str, str]) -> bool:
    return any(file.endswith(end) for end in table)


def as_conda_counts(spec: EnvironmentSpec) -> int:
    """Entries with the `pip` that conda adds where there is a pip section without it."""
    names = {entry.text.lower().partition("::")[2] or entry.text.lower() for entry in spec.dependencies}
    has_pip = any(
        name == "pip" or name.startswith(("pip=", "pip>", "pip<", "pip ", "pip!", "pip~")) for name in names
    )
    return len(spec.dependencies) + (spec.pip is not None and not has_pip)


@pytest.mark.parametrize("row", rows())
def test_what_conda_reads_is_read_the_same(row: dict[str, str]) -> None:
    file = row["file"]
    try:
        spec = loads((FOLDER / file).read_bytes(), file=file).spec
    except InputError as error:
        assert error.cause
        assert row["ok"] == "0" or listed(file, REFUSED)
        return
    if row["ok"] == "0":
        assert listed(file, READ)
        return
    assert str(spec.name) == row["name"]
    assert [*spec.channels, "defaults"] == row["channels"].split(",") or ",".join(spec.channels) == row[
        "channels"
    ]
    assert (spec.prefix or "") == row["prefix"]
    if not listed(file, SELECTED):
        assert as_conda_counts(spec) == int(row["n_conda"])
    if listed(file, MORE_PIP):
        assert len(spec.pip or ()) > int(row["n_pip"])
    else:
        assert len(spec.pip or ()) == int(row["n_pip"])


@pytest.mark.parametrize("file", files())
def test_what_is_read_is_given_back(file: str) -> None:
    data = (FOLDER / file).read_bytes()
    try:
        reading = loads(data, file=file)
    except InputError:
        return
    written = dumps(reading.spec)
    again = loads(written, file=file).spec
    assert dumps(again) == written
    assert not has_secret(written)
    if not has_secret(data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")):
        assert again == reading.spec
    else:
        assert len(again.dependencies) == len(reading.spec.dependencies)
        assert replace(again, channels=(), dependencies=(), pip=None) == replace(
            reading.spec, channels=(), dependencies=(), pip=None
        )
