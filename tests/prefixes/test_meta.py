"""What conda-meta says of an environment."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from envctl.model.provenance import Provenance
from envctl.model.template import Expectations
from envctl.prefixes import meta


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    (tmp_path / "conda-meta").mkdir()
    return tmp_path


def test_provenance_is_read_back_as_written(prefix: Path) -> None:
    provenance = Provenance(
        envctl_version="1.2.3",
        created="2026-01-02T03:04:05+00:00",
        source="template:pytorch-cpu",
        params={"python": "3.11"},
        addons=("serving",),
        spec="name: a\n",
        spec_sha256="00",
        channels=("conda-forge",),
        virtual_packages=("__cuda=12.4=0",),
        verify=Expectations(imports=("torch",), cuda="12.4", gpu=True, count=8),
    )
    meta.write_provenance(prefix, provenance)
    assert meta.read_provenance(prefix) == provenance


def test_expectations_from_before_gpus_were_counted_are_read(prefix: Path) -> None:
    made = Provenance(envctl_version="1", created="", source="", spec="", spec_sha256="", channels=())
    meta.write_provenance(prefix, replace(made, verify=Expectations(gpu=True)))
    file = prefix / "conda-meta" / "envctl" / "provenance.json"
    document = json.loads(file.read_text())
    del document["verify"]["count"]
    file.write_text(json.dumps(document))
    assert meta.read_provenance(prefix) == replace(made, verify=Expectations(gpu=True))


def test_provenance_is_no_package_record(prefix: Path) -> None:
    """conda and rattler read every conda-meta/*.json as an installed package."""
    meta.write_provenance(
        prefix,
        Provenance(envctl_version="1", created="", source="", spec="", spec_sha256="", channels=()),
    )
    assert list((prefix / "conda-meta").glob("*.json")) == []


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema_version": 99}', '{"schema_version": 1}', "null"])
def test_a_damaged_provenance_is_none(prefix: Path, text: str) -> None:
    (prefix / "conda-meta" / "envctl").mkdir()
    (prefix / "conda-meta" / "envctl" / "provenance.json").write_text(text)
    assert meta.read_provenance(prefix) is None


def test_history_has_the_requests_as_conda_writes_them(prefix: Path) -> None:
    meta.write_history(
        prefix,
        when="2026-01-02 03:04:05",
        verb="update",
        version="1.2.3",
        specs=["python=3.11"],
        packages=["x/noarch::b-1-0"],
    )
    assert (prefix / "conda-meta" / "history").read_text().splitlines() == [
        "==> 2026-01-02 03:04:05 <==",
        "# cmd: envctl update",
        "# envctl version: 1.2.3",
        "+x/noarch::b-1-0",
        "# update specs: ['python=3.11']",
    ]


def test_variables_are_kept_where_conda_looks(prefix: Path) -> None:
    meta.write_state(prefix, {"OMP_NUM_THREADS": "4"})
    state = json.loads((prefix / "conda-meta" / "state").read_text())
    assert state["env_vars"] == {"OMP_NUM_THREADS": "4"}


def test_records_lose_credentials_and_gain_the_request(prefix: Path) -> None:
    file = prefix / "conda-meta" / "a-1-0.json"
    url = "https://user:secret@host/t/tk-123/channel/noarch/a-1-0.conda"
    file.write_text(
        json.dumps({"name": "a", "url": url, "channel": "https://user:secret@host/t/tk-123/channel"})
    )
    meta.finish_records(prefix, {"a": ["a>=1"]})
    assert json.loads(file.read_text()) == {
        "name": "a",
        "url": "https://host/channel/noarch/a-1-0.conda",
        "channel": "https://host/channel",
        "requested_spec": "a>=1",
        "requested_specs": ["a>=1"],
    }


def test_records_keep_every_request_for_a_package(prefix: Path) -> None:
    file = prefix / "conda-meta" / "python-3.11-0.json"
    file.write_text(json.dumps({"name": "python"}))
    meta.finish_records(prefix, {"python": ["python >=3.9", "python <3.12"]})
    assert json.loads(file.read_text()) == {
        "name": "python",
        "requested_specs": ["python >=3.9", "python <3.12"],
    }


def test_records_are_as_readable_as_all_that_is_written(prefix: Path) -> None:
    file = prefix / "conda-meta" / "a-1-0.json"
    file.write_text(json.dumps({"name": "a"}))
    file.chmod(0o600)
    (prefix / "beside").touch()
    meta.finish_records(prefix, {})
    assert file.stat().st_mode == (prefix / "beside").stat().st_mode


def test_hashes_in_records_are_those_that_conda_compares(prefix: Path) -> None:
    file = prefix / "conda-meta" / "a-1-0.json"
    paths = [
        {"_path": "bin/a", "path_type": "softlink", "sha256": "11", "sha256_in_prefix": "22"},
        {"_path": "share/plain", "path_type": "hardlink", "sha256": "33"},
        {"_path": "share/prefixed", "path_type": "hardlink", "sha256": "44", "sha256_in_prefix": "55"},
    ]
    file.write_text(json.dumps({"name": "a", "paths_data": {"paths": paths}}))
    meta.finish_records(prefix, {})
    link, plain, prefixed = json.loads(file.read_text())["paths_data"]["paths"]
    assert "sha256_in_prefix" not in link
    assert plain["sha256_in_prefix"] == "33"
    assert prefixed["sha256_in_prefix"] == "55"
