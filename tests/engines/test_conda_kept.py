"""The conda engine prefers packages that it is told to keep."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fake_conda import FakeConda, item, plan, record

from envctl.engines.conda import CondaEngine
from envctl.engines.conda_kept import held, kept_prefix
from envctl.engines.conda_records import to_package
from envctl.engines.interface import SolveRequest
from envctl.prefixes.root import Root
from envctl.progress import SILENT

WEB = to_package(record("web", "1.0", depends=["json-lib", "old-lib"]), {})
JSON_LIB = to_package(record("json-lib", "1.0"), {})
OLD_LIB = to_package(record("old-lib", "1.0"), {})
KEPT = (WEB, JSON_LIB, OLD_LIB)


@pytest.fixture
def conda(tmp_path: Path) -> FakeConda:
    return FakeConda(tmp_path / "bin")


def solved(tmp_path: Path, conda: FakeConda, *specs: str) -> dict[str, str]:
    engine = CondaEngine(Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache"), conda.conda)
    request = SolveRequest(specs=specs, channels=("https://host/chan",), keep=KEPT)
    return {package.name: package.version for package in engine.solve((request,), SILENT)[0].packages}


def test_nothing_moves_where_conda_has_nothing_to_do(tmp_path: Path, conda: FakeConda) -> None:
    done = {"success": True, "message": "All requested packages already installed."}
    conda.answer_json("install", done)
    assert solved(tmp_path, conda, "web") == {"web": "1.0", "json-lib": "1.0", "old-lib": "1.0"}
    assert conda.call("install").arguments[-2:] == ["web", "web==1.0=0"]


def test_what_conda_changes_changes_and_what_nothing_needs_any_more_goes(
    tmp_path: Path, conda: FakeConda
) -> None:
    old = {"name": "web", "dist_name": "web-1.0-0"}
    new = record("web", "2.0", depends=["json-lib"])
    document = plan(new)
    document["actions"]["UNLINK"] = [old]
    conda.answer_json("install", document)
    assert solved(tmp_path, conda, "web=2") == {"web": "2.0", "json-lib": "1.0"}
    assert conda.call("install").arguments[-1] == "web=2"


def test_what_cannot_stay_is_asked_for_again_without_being_held(tmp_path: Path, conda: FakeConda) -> None:
    conda.answer_json("install", {"exception_name": "UnsatisfiableError", "message": "no"}, returncode=1)
    with pytest.raises(Exception, match="cannot be installed"):
        solved(tmp_path, conda, "web")
    asked = [call.arguments[-1] for call in conda.calls if call.arguments[0] == "install"]
    assert asked == ["web==1.0=0", "web"]


def test_only_what_fits_every_request_is_held() -> None:
    assert held(KEPT, ["web", "json-lib >=1"]) == ["web==1.0=0", "json-lib==1.0=0"]
    assert held(KEPT, ["web", "web >=2", "chan::json-lib", "new"]) == ["json-lib==1.0=0"]


def test_conda_finds_the_kept_packages_as_it_finds_installed_ones(tmp_path: Path) -> None:
    hostile = to_package(record("../../x"), {})
    kept_prefix((WEB, hostile), tmp_path / "prefix")
    assert sorted(path.name for path in (tmp_path / "prefix" / "conda-meta").iterdir()) == [
        "history",
        "web-1.0-0.json",
    ]
    written = json.loads((tmp_path / "prefix" / "conda-meta" / "web-1.0-0.json").read_text())
    assert {**record("web", depends=["json-lib", "old-lib"]), "channel": "https://host/chan"}.items() <= (
        written.items()
    )
    assert item(record("web"))["dist_name"] == "web-1.0-0"
