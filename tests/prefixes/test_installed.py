"""What is installed in a prefix, whoever made it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from forged_prefix import CHANNEL, Conda, Pip, forge
from tiny_channel import TinyChannel

from envctl.engines.interface import InstallRequest, SolveRequest
from envctl.engines.rattler import RattlerEngine
from envctl.errors import InputError
from envctl.model.lock import Lock, PlatformLock
from envctl.model.provenance import Provenance
from envctl.prefixes.installed import read_installed
from envctl.prefixes.meta import finish_records, write_history, write_provenance
from envctl.prefixes.root import Root
from envctl.progress import SILENT
from envctl.subdirs import current_subdir


def names(lock: Lock) -> list[str]:
    return [entry.package.name for entry in lock.platforms[0].packages]


def requested(lock: Lock) -> dict[str, tuple[str, ...]]:
    return {entry.package.name: entry.requested for entry in lock.platforms[0].packages if entry.requested}


def run(*lines: str) -> str:
    """One run in conda's log."""
    return "\n".join(("==> 2024-01-01 00:00:00 <==", "# cmd: conda install", *lines, ""))


def test_the_folder_of_a_record_without_subdir_is_in_its_url(tmp_path: Path) -> None:
    forge(tmp_path, conda=[Conda(name="a", fields={"subdir": None})])
    assert read_installed(tmp_path).platforms[0].platform == "linux-64"


def test_a_package_from_a_lone_file_has_the_channel_of_its_record(tmp_path: Path) -> None:
    fields = {"url": "file:///tmp/a-1.0-0.conda", "channel": "local/linux-64"}
    forge(tmp_path, conda=[Conda(name="a", fields=fields)])
    assert read_installed(tmp_path).channels == ("local",)


def test_no_credential_comes_out_of_a_record(tmp_path: Path) -> None:
    secret = "https://user:secret@host.example/t/tk-123/main"
    forge(tmp_path, conda=[Conda(name="a", channel=secret, requested=[f"{secret}::a"])])
    text = repr(read_installed(tmp_path))
    assert "secret" not in text
    assert "tk-123" not in text
    assert "https://host.example/main/linux-64/a-1.0-0.conda" in text


def test_a_package_stands_behind_what_it_needs_and_names_decide_the_rest(tmp_path: Path) -> None:
    packages = [
        Conda(name="app", depends=["web >=1", "__glibc >=2.17", f"{CHANNEL}::db"]),
        Conda(name="web", depends=["python", "zlib 1.*"]),
        Conda(name="db", depends=["zlib"]),
        Conda(name="python"),
        Conda(name="zlib"),
        Conda(name="aardvark", depends=["not-installed"]),
    ]
    forge(tmp_path, conda=packages)
    assert names(read_installed(tmp_path)) == ["aardvark", "zlib", "db", "python", "web", "app"]


def test_python_does_not_wait_for_the_pip_that_needs_it(tmp_path: Path) -> None:
    packages = [
        Conda(name="a", depends=["python"]),
        Conda(name="python", depends=["pip"]),
        Conda(name="pip", depends=["python >=3.9", "setuptools"]),
        Conda(name="setuptools", depends=["python"]),
    ]
    forge(tmp_path, conda=packages)
    assert names(read_installed(tmp_path)) == ["python", "a", "setuptools", "pip"]


def test_packages_that_need_each_other_come_in_some_order(tmp_path: Path) -> None:
    forge(
        tmp_path,
        conda=[
            Conda(name="a", depends=["b"]),
            Conda(name="b", depends=["c", "b"]),
            Conda(name="c", depends=["a"]),
        ],
    )
    assert names(read_installed(tmp_path)) == ["c", "b", "a"]


def test_a_long_chain_of_packages_is_followed_to_its_end(tmp_path: Path) -> None:
    chain = [Conda(name=f"p{number:04}", depends=[f"p{number + 1:04}"]) for number in range(1500)]
    forge(tmp_path, conda=chain)
    assert names(read_installed(tmp_path))[:2] == ["p1499", "p1498"]


def test_names_that_differ_in_their_dashes_are_two_conda_packages(tmp_path: Path) -> None:
    packages = [Conda(name="a-b", depends=["a_b 1.0"]), Conda(name="a_b")]
    forge(tmp_path, conda=packages)
    assert names(read_installed(tmp_path)) == ["a_b", "a-b"]


def test_a_record_says_what_asked_for_its_package(tmp_path: Path) -> None:
    packages = [
        Conda(name="a", requested=["a >=1", "a <2"], fields={"requested_spec": "a[version='>=1,<2']"}),
        Conda(name="b", fields={"requested_spec": "b=1", "requested_specs": None}),
        Conda(name="c", fields={"requested_spec": "None", "requested_specs": None}),
        Conda(name="d", fields={"requested_spec": ""}),
    ]
    forge(tmp_path, conda=packages)
    assert requested(read_installed(tmp_path)) == {"a": ("a >=1", "a <2"), "b": ("b=1",)}


def test_condas_log_is_newer_than_a_record(tmp_path: Path) -> None:
    """A request for what is there already goes into the log alone."""
    forge(
        tmp_path,
        conda=[Conda(name="a", requested=["a=1.0"]), Conda(name="b")],
        history=run("# update specs: ['a', 'gone']"),
    )
    assert requested(read_installed(tmp_path)) == {"a": ("a",)}


def test_the_platform_is_that_of_most_packages(tmp_path: Path) -> None:
    packages = [
        Conda(name="a", subdir="osx-arm64"),
        Conda(name="b", subdir="osx-arm64"),
        Conda(name="c", subdir="osx-64"),
        *(Conda(name=f"n{number}", subdir="noarch") for number in range(5)),
    ]
    forge(tmp_path, conda=packages)
    assert read_installed(tmp_path).platforms[0].platform == "osx-arm64"


def test_an_environment_of_noarch_packages_is_for_this_machine(tmp_path: Path) -> None:
    forge(tmp_path, conda=[Conda(name="a", subdir="noarch")])
    assert read_installed(tmp_path).platforms[0].platform == current_subdir()


def test_an_empty_environment_has_no_packages(tmp_path: Path) -> None:
    assert read_installed(forge(tmp_path)) == Lock(
        platforms=(PlatformLock(platform=current_subdir(), packages=()),), variables={}
    )


def test_channels_come_by_the_number_of_their_packages(tmp_path: Path) -> None:
    one, other = "https://conda.example/one", "https://conda.example/other"
    packages = [
        Conda(name="a", channel=one),
        Conda(name="b", channel=other),
        Conda(name="c", channel=other, subdir="noarch"),
    ]
    forge(tmp_path, conda=packages)
    assert read_installed(tmp_path).channels == (other, one)


def test_channels_that_envctl_wrote_down_come_first(tmp_path: Path) -> None:
    packages = [
        Conda(name="a", channel="https://conda.example/later"),
        Conda(name="b", channel="https://conda.anaconda.org/conda-forge"),
        Conda(name="c", channel="https://conda.example/main"),
    ]
    forge(tmp_path, conda=packages)
    known = ("nvidia", "conda-forge", "https://conda.example/main/")
    provenance = Provenance(
        envctl_version="1",
        created="",
        source="",
        spec="",
        spec_sha256="",
        channels=known,
        virtual_packages=("__cuda=12.4=0",),
    )
    write_provenance(tmp_path, provenance)
    lock = read_installed(tmp_path)
    assert lock.channels == (*known, "https://conda.example/later")
    assert lock.platforms[0].virtual_packages == ("__cuda=12.4=0",)


def test_variables_are_those_of_condas_state_but_the_unset(tmp_path: Path) -> None:
    forge(tmp_path, variables={"OMP_NUM_THREADS": "4", "GONE": "***unset***"})
    assert read_installed(tmp_path).variables == {"OMP_NUM_THREADS": "4"}


@pytest.mark.parametrize("text", ["{", "[1]", '{"env_vars": [1]}'])
def test_a_broken_state_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    forge(tmp_path)
    (tmp_path / "conda-meta" / "state").write_text(text)
    with pytest.raises(InputError) as caught:
        read_installed(tmp_path)
    assert caught.value.file == str(tmp_path / "conda-meta" / "state")


def test_pip_packages_come_after_condas_each_behind_what_it_needs(tmp_path: Path) -> None:
    forge(
        tmp_path,
        conda=[Conda(name="python", version="3.11.7")],
        pip=[
            Pip(name="App", requires=["web_kit[fast]>=1; python_version > '3'", "python"], requested=True),
            Pip(name="web.kit", requires=["App"]),
            Pip(name="base"),
        ],
    )
    lock = read_installed(tmp_path)
    assert names(lock) == ["python", "web.kit", "App", "base"]
    assert requested(lock) == {"App": ("App",)}


def test_what_pip_replaced_of_condas_is_told_twice(tmp_path: Path) -> None:
    conda = [Conda(name="python", version="3.11.7"), Conda(name="numpy", version="1.26")]
    forge(tmp_path, conda=conda, pip=[Pip(name="numpy", version="2.0")])
    packages = [entry.package for entry in read_installed(tmp_path).platforms[0].packages]
    found = [(package.manager, package.name) for package in packages]
    assert found == [("conda", "numpy"), ("conda", "python"), ("pip", "numpy")]


def test_what_the_engine_solved_and_installed_is_what_is_read(tmp_path: Path) -> None:
    channel = TinyChannel(tmp_path / "channel")
    channel.add("web", "2.0", build="py_1", depends=["json-lib >=1"], constrains=["old <1"])
    channel.add("json-lib", "1.0")
    channel.add("app", depends=["web"])
    channel.index()
    engine = RattlerEngine(Root(data=tmp_path / "root", cache=tmp_path / "root" / "cache"))
    request = SolveRequest(specs=("app", "web=2"), channels=(channel.url,))
    (solution,) = engine.solve([request], SILENT)
    prefix = tmp_path / "prefix"
    engine.install(InstallRequest(solution=solution, prefix=prefix, final=prefix), SILENT)
    finish_records(prefix, {"app": ["app"], "web": ["web=2"]})
    write_history(
        prefix, when="2026-01-02 03:04:05", verb="create", version="1", specs=["app", "web=2"], packages=[]
    )
    lock = read_installed(prefix)
    assert [entry.package for entry in lock.platforms[0].packages] == [
        replace(package, channel=channel.url) for package in solution.packages
    ]
    assert requested(lock) == {"app": ("app",), "web": ("web=2",)}
    assert lock.channels == (channel.url,)
