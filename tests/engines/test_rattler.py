"""The embedded engine on a real channel: real solves, real archives, real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_channel import TinyChannel

from envctl.engines.interface import InstallRequest, SolveRequest
from envctl.engines.rattler import RattlerEngine
from envctl.errors import AbsentError, EnvctlError, FailedError, UsageError
from envctl.model.packages import Solution
from envctl.prefixes.root import Root
from envctl.progress import SILENT
from envctl.subdirs import current_subdir


@pytest.fixture
def engine(tmp_path: Path) -> RattlerEngine:
    return RattlerEngine(Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache"))


@pytest.fixture
def channel(tmp_path: Path) -> TinyChannel:
    channel = TinyChannel(tmp_path / "channel")
    channel.add("web", "1.0", depends=["json-lib >=1"])
    channel.add("web", "2.0", depends=["json-lib >=2"])
    channel.add("legacy", "1.0", depends=["json-lib <2"])
    channel.add("json-lib", "1.0")
    channel.add("json-lib", "2.0")
    channel.add("gpu", "1.0", depends=["__cuda >=12"])
    return channel.index()


def solve(engine: RattlerEngine, channel: TinyChannel, *specs: str, **options: object) -> Solution:
    request = SolveRequest(specs=specs, channels=(channel.url,), **options)  # type: ignore[arg-type]
    return engine.solve((request,), SILENT)[0]


def install(engine: RattlerEngine, solution: Solution, prefix: Path, *, offline: bool = False) -> None:
    engine.install(InstallRequest(solution=solution, prefix=prefix, final=prefix, offline=offline), SILENT)


def failure(engine: RattlerEngine, channel: TinyChannel, *specs: str, **options: object) -> EnvctlError:
    with pytest.raises(EnvctlError) as caught:
        solve(engine, channel, *specs, **options)
    return caught.value


def test_a_solve_takes_the_newest_that_fits_dependencies_first(
    engine: RattlerEngine, channel: TinyChannel
) -> None:
    solution = solve(engine, channel, "web")
    assert [(package.name, package.version) for package in solution.packages] == [
        ("json-lib", "2.0"),
        ("web", "2.0"),
    ]
    web = solution.packages[1]
    assert web.depends == ("json-lib >=2",)
    assert web.url == f"{channel.url}/noarch/web-2.0-0.tar.bz2"
    assert len(web.sha256 or "") == 64


@pytest.mark.parametrize("spec", ["web=1", "web==1.0", "web 1.*", "web<2", "noarch::web"])
def test_specs_are_read_as_conda_reads_them(engine: RattlerEngine, channel: TinyChannel, spec: str) -> None:
    spec = spec.replace("noarch::web", f"{channel.url}::web=1")
    assert {package.name: package.version for package in solve(engine, channel, spec).packages}[
        "web"
    ] == "1.0"


def test_a_conflict_names_the_requests_that_cannot_hold_together(
    engine: RattlerEngine, channel: TinyChannel
) -> None:
    error = failure(engine, channel, "gpu", "web=2", "legacy", cuda="12.4")
    assert error.code == "unsatisfiable"
    assert "web=2" in error.message
    assert "legacy" in error.message
    assert "gpu" not in error.message
    assert "json-lib" in (error.cause or "")
    assert len((error.cause or "").splitlines()) < 16


def test_a_name_that_no_channel_has_gets_the_nearest(engine: RattlerEngine, channel: TinyChannel) -> None:
    error = failure(engine, channel, "jsonlib")
    assert error.code == "package-not-found"
    assert error.message == f"no channel has a package 'jsonlib' for {current_subdir()}"
    assert error.hint == "did you mean json-lib?"


def test_a_version_that_is_not_there_is_no_missing_package(
    engine: RattlerEngine, channel: TinyChannel
) -> None:
    error = failure(engine, channel, "web=3")
    assert error.code == "unsatisfiable"
    assert error.message == "cannot be installed: web=3"
    assert "there is web 2.0, 1.0" in (error.cause or "")
    assert f"sought in {channel.url}" in (error.cause or "")


def test_a_missing_driver_is_told_with_the_way_around(engine: RattlerEngine, channel: TinyChannel) -> None:
    error = failure(engine, channel, "gpu", cuda="none")
    assert "--cuda VERSION" in (error.hint or "")
    assert [package.name for package in solve(engine, channel, "gpu", cuda="12.4").packages] == ["gpu"]


def test_the_ecosystems_overrides_are_honoured(
    engine: RattlerEngine, channel: TinyChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "12.8")
    monkeypatch.setenv("CONDA_OVERRIDE_GLIBC", "2.17")
    packages = solve(engine, channel, "gpu").virtual_packages
    assert "__cuda=12.8=0" in packages
    assert "__glibc=2.17=0" in packages
    assert not any(
        "__cuda" in package for package in solve(engine, channel, "web", cuda="none").virtual_packages
    )


def test_what_is_no_cuda_version_is_refused(engine: RattlerEngine, channel: TinyChannel) -> None:
    assert failure(engine, channel, "web", cuda="twelve").code == "bad-cuda"


def test_what_is_no_match_spec_is_refused_by_name(engine: RattlerEngine, channel: TinyChannel) -> None:
    with pytest.raises(UsageError, match="numpy >=>1"):
        solve(engine, channel, "numpy >=>1")


@pytest.mark.parametrize("url", ["file:///no/such/channel", "http://127.0.0.1:9/channel"])
def test_a_channel_out_of_reach_is_told(engine: RattlerEngine, url: str) -> None:
    with pytest.raises(AbsentError) as caught:
        engine.solve((SolveRequest(specs=("web",), channels=(url,)),), SILENT)
    assert caught.value.code == "channel-unreachable"


def test_a_channels_priority_is_strict(engine: RattlerEngine, channel: TinyChannel, tmp_path: Path) -> None:
    first = TinyChannel(tmp_path / "first")
    first.add("json-lib", "0.5")
    first.index()
    request = SolveRequest(specs=("json-lib",), channels=(first.url, channel.url))
    assert [package.version for package in engine.solve((request,), SILENT)[0].packages] == ["0.5"]


def test_a_channels_name_in_front_of_a_package_means_its_mirror_too(
    engine: RattlerEngine, tmp_path: Path
) -> None:
    mirror = TinyChannel(tmp_path / "mirror" / "conda-forge")
    mirror.add("web")
    mirror.index()
    assert [package.name for package in solve(engine, mirror, "conda-forge::web").packages] == ["web"]


def test_a_package_may_be_called_as_its_channel(engine: RattlerEngine, tmp_path: Path) -> None:
    named = TinyChannel(tmp_path / "pytorch")
    named.add("pytorch")
    named.index()
    assert [package.name for package in solve(engine, named, "pytorch").packages] == ["pytorch"]


def test_a_channel_that_only_a_package_names_is_searched_last(
    engine: RattlerEngine, channel: TinyChannel, tmp_path: Path
) -> None:
    other = TinyChannel(tmp_path / "other")
    other.add("web", "9.0")
    other.add("extra")
    other.index()
    solution = solve(engine, channel, f"{other.url}::extra", "web")
    assert {package.name: package.version for package in solution.packages} == {
        "extra": "1.0",
        "json-lib": "2.0",
        "web": "2.0",
    }


def test_channels_that_were_overridden_stay_out_even_if_a_package_names_them(
    engine: RattlerEngine, channel: TinyChannel
) -> None:
    error = failure(engine, channel, "conda-forge::web", only_these=True)
    assert error.code == "unsatisfiable"
    assert error.hint == "give that channel too with -c; a mirror is known by the last part of its URL"


def test_a_solution_installs_and_leaves_records(
    engine: RattlerEngine, channel: TinyChannel, tmp_path: Path
) -> None:
    install(engine, solve(engine, channel, "web"), tmp_path / "env")
    assert (tmp_path / "env" / "share" / "web.txt").read_text() == "web 2.0\n"
    assert not (tmp_path / "env" / "CACHEDIR.TAG").exists()
    record = json.loads((tmp_path / "env" / "conda-meta" / "web-2.0-0.json").read_text())
    assert record["timestamp"] == 1_700_000_000_000
    assert record["depends"] == ["json-lib >=2"]
    assert record["license"] == "MIT"


def test_an_archive_that_is_not_what_the_index_says_is_not_linked(
    engine: RattlerEngine, channel: TinyChannel, tmp_path: Path
) -> None:
    solution = solve(engine, channel, "web")
    channel.add("web", "2.0", files={"share/web.txt": b"tampered"})
    with pytest.raises(FailedError) as caught:
        install(engine, solution, tmp_path / "env")
    assert caught.value.code == "hash-mismatch"
    assert caught.value.message == "a package is not what its channel or the lock says"
    url, found, wanted = (caught.value.cause or "").splitlines()
    assert url == solution.packages[-1].url
    assert wanted == f"instead of  {solution.packages[-1].sha256}"
    assert found.startswith("has the sha256  ")
    assert not (tmp_path / "env" / "share").exists()


def test_sizes_are_known_before_and_nothing_is_downloaded_twice(
    engine: RattlerEngine, channel: TinyChannel, tmp_path: Path
) -> None:
    solution = solve(engine, channel, "web")
    before = engine.sizes(solution, SILENT)
    assert before.download_bytes == sum(package.size_bytes or 0 for package in solution.packages) > 0
    assert before.disk_bytes == len(b"web 2.0\n") + len(b"json-lib 2.0\n")
    assert before.unknown == 0
    install(engine, solution, tmp_path / "env")
    after = engine.sizes(solution, SILENT)
    assert (after.download_bytes, after.disk_bytes) == (0, before.disk_bytes)


def test_several_platforms_are_solved_at_once_each_with_its_own_virtual_packages(
    engine: RattlerEngine, channel: TinyChannel
) -> None:
    requests = [
        SolveRequest(specs=("gpu",), channels=(channel.url,), platform=platform, virtual_packages=packages)
        for platform, packages in [
            ("linux-64", ("__cuda=12.4=0",)),
            ("win-64", ("__cuda=13.0=0", "__win=10.0=0")),
        ]
    ]
    linux, windows = engine.solve(requests, SILENT)
    assert (linux.platform, windows.platform) == ("linux-64", "win-64")
    assert linux.virtual_packages == ("__cuda=12.4=0",)
    assert [package.name for package in windows.packages] == ["gpu"]


def test_a_failure_names_the_platform_that_has_no_solution(engine: RattlerEngine, tmp_path: Path) -> None:
    channel = TinyChannel(tmp_path / "platforms")
    channel.add("gpu", subdir="linux-64")
    channel.add("lib", "1.0", subdir="win-64")
    channel.add("lib", "2.0", subdir="linux-64")
    channel.index()

    def told(spec: str) -> tuple[str, str]:
        requests = [
            SolveRequest(specs=(spec,), channels=(channel.url,), platform=platform, virtual_packages=())
            for platform in ("linux-64", "win-64")
        ]
        with pytest.raises(FailedError) as caught:
            engine.solve(requests, SILENT)
        return caught.value.code, caught.value.message

    assert told("gpu") == ("package-not-found", "no channel has a package 'gpu' for win-64")
    assert told("lib=2") == ("unsatisfiable", "cannot be installed for win-64: lib=2")


def test_packages_to_keep_move_only_where_the_specs_leave_no_other_way(
    engine: RattlerEngine, channel: TinyChannel
) -> None:
    old = solve(engine, channel, "web=1", "json-lib=1").packages
    kept = solve(engine, channel, "web", "json-lib", keep=old)
    assert [package.version for package in kept.packages] == ["1.0", "1.0"]
    moved = solve(engine, channel, "web=2", "json-lib", keep=old)
    assert [package.version for package in moved.packages] == ["2.0", "2.0"]


def test_the_purls_of_a_record_are_kept(engine: RattlerEngine, tmp_path: Path) -> None:
    channel = TinyChannel(tmp_path / "with-purls")
    channel.add("web")
    channel.index()
    file = channel.directory / "noarch" / "repodata.json"
    repodata = json.loads(file.read_text())
    repodata["packages"]["web-1.0-0.tar.bz2"]["purls"] = ["pkg:pypi/web-py@1.0"]
    file.write_text(json.dumps(repodata))
    assert solve(engine, channel, "web").packages[0].purls == ("pkg:pypi/web-py@1.0",)
