"""The conda engine's solve: what conda is asked, and what is made of its plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fake_conda import FakeConda, plan, record

from envctl.engines.conda import CondaEngine
from envctl.engines.conda_records import to_package
from envctl.engines.interface import SolveRequest
from envctl.errors import EnvctlError
from envctl.model.packages import Solution
from envctl.prefixes.root import Root
from envctl.progress import SILENT, SilentReporter
from envctl.subdirs import current_subdir

CHANNEL = "https://host/chan"


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache")


@pytest.fixture
def conda(tmp_path: Path) -> FakeConda:
    return FakeConda(tmp_path / "bin")


@pytest.fixture
def engine(root: Root, conda: FakeConda) -> CondaEngine:
    return CondaEngine(root, conda.conda)


def solve(engine: CondaEngine, *specs: str, **options: Any) -> Solution:
    options = {"channels": (CHANNEL,), **options}
    return engine.solve((SolveRequest(specs=specs, **options),), SILENT)[0]


def failure(engine: CondaEngine, *specs: str, **options: Any) -> EnvctlError:
    with pytest.raises(EnvctlError) as caught:
        solve(engine, *specs, **options)
    return caught.value


def test_a_plan_becomes_a_solution_dependencies_first(engine: CondaEngine, conda: FakeConda) -> None:
    web = record("web", "2.0", depends=["json-lib >=1", "__glibc"], timestamp=1_700_000_000_000)
    conda.answer_json("create", plan(web, record("json-lib", noarch="python", license="MIT")))
    solution = solve(engine, "web")
    assert [package.name for package in solution.packages] == ["json-lib", "web"]
    json_lib, web_package = solution.packages
    assert web_package.url == f"{CHANNEL}/noarch/web-2.0-0.conda"
    assert (web_package.sha256, web_package.md5, web_package.size_bytes) == ("a" * 64, "d" * 32, 100)
    assert web_package.depends == ("json-lib >=1", "__glibc")
    assert web_package.timestamp_ms == 1_700_000_000_000
    assert (json_lib.noarch, json_lib.license, json_lib.channel) == ("python", "MIT", f"{CHANNEL}/")
    assert solution.platform == current_subdir()
    assert solution.channels == (CHANNEL,)
    assert solution.virtual_packages == ("__glibc=2.36=0",)


def test_conda_is_asked_for_a_plan_of_the_channels_given_and_no_others(
    engine: CondaEngine, conda: FakeConda, root: Root
) -> None:
    conda.answer_json("create", plan(record("web")))
    solve(engine, "web >=1", channels=("nodefaults", "conda-forge", "./mine"), directory=Path("/srv"))
    call = conda.call("create")
    assert {"--json", "--yes", "--quiet", "--dry-run", "--override-channels"} <= set(call.arguments)
    assert "--no-default-packages" in call.arguments
    channels = [
        word
        for option, word in zip(call.arguments, call.arguments[1:], strict=False)
        if option == "--channel"
    ]
    assert channels == ["conda-forge", "file:///srv/mine"]
    assert call.arguments[-1] == "web >=1"
    assert call.environ["CONDA_PKGS_DIRS"] == str(root.cache / "conda-solve")
    assert call.environ["CONDA_SUBDIR"] == current_subdir()
    prefix = Path(call.value("--prefix"))
    assert prefix.is_relative_to(root.cache)
    assert not prefix.parent.exists()


def test_offline_and_the_driver_are_handed_on(engine: CondaEngine, conda: FakeConda) -> None:
    conda.answer_json("create", plan(record("web")))
    solve(engine, "web", offline=True, cuda="12.4")
    assert "--offline" in conda.call("create").arguments
    assert conda.call("create").environ["CONDA_OVERRIDE_CUDA"] == "12.4"
    solve(engine, "web", cuda="none")
    assert "--offline" not in conda.call("create").arguments
    assert conda.call("create").environ["CONDA_OVERRIDE_CUDA"] == ""
    assert failure(engine, "web", cuda="twelve").code == "bad-cuda"


def test_another_machine_is_described_whole(engine: CondaEngine, conda: FakeConda) -> None:
    class Listener(SilentReporter):
        heard: list[str] = []  # noqa: RUF012

        def warn(self, text: str) -> None:
            self.heard.append(text)

    conda.answer_json("create", plan(record("web")))
    conda.answer_json("info", {"virtual_pkgs": [["__win", "0", "0"], ["__archspec", "1", "x86_64"]]})
    machine = ("__archspec=1=x86_64", "__win=10.0=0")
    request = SolveRequest(specs=("web",), channels=("chan",), platform="win-64", virtual_packages=machine)
    (solution,) = engine.solve((request,), Listener())
    environ = conda.call("create").environ
    assert environ["CONDA_SUBDIR"] == "win-64"
    assert (environ["CONDA_OVERRIDE_WIN"], environ["CONDA_OVERRIDE_ARCHSPEC"]) == ("10.0", "x86_64")
    assert environ["CONDA_OVERRIDE_CUDA"] == ""
    assert solution.virtual_packages == ("__win=0=0", "__archspec=1=x86_64")
    assert Listener.heard == ["for win-64 this conda solves with __win=0=0 in place of __win=10.0=0"]


def test_the_machine_is_conda_s_without_conda_itself(engine: CondaEngine, conda: FakeConda) -> None:
    listed = [["__conda", "26.7.1", "0"], ["__cuda", "12.4", "0"], ["__unix", "0", "0"]]
    conda.answer_json("info", {"virtual_pkgs": listed})
    assert engine.machine("12.4") == ("__cuda=12.4=0", "__unix=0=0")
    assert conda.call("info").environ["CONDA_OVERRIDE_CUDA"] == "12.4"


def test_a_package_that_lies_in_another_of_conda_s_folders_has_its_record_there(
    engine: CondaEngine, conda: FakeConda
) -> None:
    cached = record("web", "2.0")
    conda.answer_json("create", plan(linked=[cached]))
    file = conda.pkgs / "web-2.0-0" / "info" / "repodata_record.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({**cached, "url": "https://other/chan/noarch/web-2.0-0.conda"}))
    assert failure(engine, "web").code == "solve-failed"
    file.write_text(json.dumps(cached))
    assert solve(engine, "web").packages == (to_package(cached, {}),)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        '{"success": true}',
        '{"success": true, "message": "All requested packages already installed."}',
        '{"success": true, "actions": []}',
        '{"success": true, "actions": {}}',
        '{"success": true, "actions": {"LINK": {}}}',
        '{"success": true, "actions": {"LINK": ["web"]}}',
        '{"success": true, "actions": {"LINK": [{"name": "web"}]}}',
        '{"actions": {"LINK": [{"dist_name": "a-1-0", "platform": "noarch"}], "FETCH": '
        '[{"fn": "a-1-0.conda", "subdir": "noarch"}]}}',
    ],
)
def test_an_answer_that_is_no_plan_is_an_error_and_no_empty_environment(
    engine: CondaEngine, conda: FakeConda, answer: str
) -> None:
    conda.answer("create", stdout=answer)
    assert failure(engine, "web").code == "solve-failed"


def test_a_plan_counts_though_conda_crashes_behind_it(engine: CondaEngine, conda: FakeConda) -> None:
    conda.answer_json("create", plan(record("web")), returncode=-11)
    assert [package.name for package in solve(engine, "web").packages] == ["web"]


def test_a_url_that_was_written_with_variables_stays_so(
    engine: CondaEngine, conda: FakeConda, root: Root
) -> None:
    environ = {"PATH": "/usr/bin:/bin", "TOKEN": "s3cret"}
    engine = CondaEngine(root, conda.conda, environ)
    conda.answer_json("create", plan(record("web", url="https://u:s3cret@host/chan/noarch/web-1.0-0.conda")))
    solution = solve(engine, "web", channels=("https://u:$TOKEN@host/chan",))
    assert conda.call("create").value("--channel") == "https://u:s3cret@host/chan"
    assert solution.channels == ("https://u:$TOKEN@host/chan",)
    assert solution.packages[0].url == "https://u:$TOKEN@host/chan/noarch/web-1.0-0.conda"


def test_a_channel_in_a_spec_is_the_one_whose_url_ends_in_it(engine: CondaEngine, conda: FakeConda) -> None:
    conda.answer_json("create", plan(record("web")))
    solve(engine, "chan::web=1", channels=(CHANNEL, "bioconda"))
    assert conda.call("create").arguments[-1] == f"{CHANNEL}::web=1"
    solve(engine, "chan::web=1")
    assert conda.call("create").arguments[-1] == "web=1"
    solve(engine, "bioconda::web")
    assert conda.call("create").arguments[-1] == "bioconda::web"


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ("b@r", "bad-match-spec"),
        ("--download-only", "bad-match-spec"),
        ("https://host/noarch/web-1.0-0.conda", "archive-spec"),
        ("bioconda::samtools", "unsatisfiable"),
    ],
)
def test_what_conda_would_take_for_something_else_it_is_not_asked(
    engine: CondaEngine, conda: FakeConda, spec: str, code: str
) -> None:
    conda.answer_json("create", plan(record("web")))
    assert failure(engine, spec, only_these=True).code == code
    assert not (conda.directory / "calls.jsonl").exists()
