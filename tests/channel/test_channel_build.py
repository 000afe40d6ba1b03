"""Small channels: built from wheels made here, installed from by py-rattler, without an index."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from envctl import proc
from envctl.channel import interpreter
from envctl.channel.interpreter import Interpreter
from envctl.errors import AbsentError, FailedError, InputError, UsageError
from envctl.ops.channel_build import ChannelBuildOptions, ChannelBuildResult, channel_build
from envctl.progress import SILENT

pytestmark = pytest.mark.channel


@pytest.fixture(scope="module")
def stock(make_wheel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels: a command, a library it needs, and one that is compiled by its tag."""
    folder = tmp_path_factory.mktemp("stock")
    make_wheel(
        folder, "greet", "1.2", requires=["words>=1", "loud; extra == 'party'"],
        metadata="Provides-Extra: party\n", commands={"greet": "greet:main"},
        files={"greet.py": "import words\n\ndef main():\n    print(words.hello())\n"},
    )  # fmt: skip
    make_wheel(folder, "words", "1.0", files={"words.py": "def hello():\n    return 'hello'\n"})
    make_wheel(folder, "words", "2.0", files={"words.py": "def hello():\n    return 'hello, world'\n"})
    make_wheel(
        folder, "native", "0.3", tag="cp36-abi3-manylinux_2_17_x86_64.manylinux_2_17_aarch64",
        commands={"native": "native:main"},
        files={"native.py": "import sys\n\ndef main():\n    print(sys.prefix)\n"},
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def base_channel(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> ChannelBuildResult:
    directory = tmp_path_factory.mktemp("base") / "channel"
    return channel_build(
        ChannelBuildOptions(
            directory=directory, requirements=("greet", "native"), wheels=stock, offline=True
        ),
        SILENT,
    )


@pytest.fixture
def channel(base_channel: ChannelBuildResult, tmp_path: Path) -> Path:
    """A copy to work on."""
    return Path(shutil.copytree(base_channel.directory, tmp_path / "channel"))


def build(directory: Path, stock: Path, *requirements: str, **more: object) -> ChannelBuildResult:
    options = ChannelBuildOptions(
        directory=directory, requirements=requirements, wheels=stock, offline=True, **more
    )
    return channel_build(options, SILENT)


def test_a_channel_holds_the_interpreter_the_request_and_what_it_needs(
    base_channel: ChannelBuildResult, python: Interpreter
) -> None:
    assert [(package.name, package.version) for package in base_channel.packages] == [
        ("greet", "1.2"),
        ("native", "0.3"),
        ("python", python.version),
        ("python_abi", python.short),
        ("words", "2.0"),
    ]
    assert base_channel.url == base_channel.directory.as_uri()
    assert (base_channel.subdir, base_channel.python_version) == (python.subdir, python.version)
    assert (len(base_channel.built), base_channel.kept) == (5, ())


def test_what_is_installed_from_it_runs_from_its_own_prefix(
    base_channel: ChannelBuildResult, install, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    names = install(base_channel.url, prefix, ["greet", "native"])
    assert names == ["greet", "native", "python", "python_abi", "words"]
    assert proc.run([prefix / "bin/greet"]).stdout == "hello, world\n"
    assert proc.run([prefix / "bin/native"]).stdout == f"{prefix}\n"


@pytest.mark.parametrize("name", ["python", "python3"])
def test_every_usual_name_starts_the_interpreter(
    base_channel: ChannelBuildResult, install, tmp_path: Path, name: str
) -> None:
    prefix = tmp_path / "env"
    install(base_channel.url, prefix, ["python"])
    assert proc.run([prefix / "bin" / name, "-c", "import sys; print(sys.prefix)"]).stdout == f"{prefix}\n"


def test_the_same_request_again_builds_nothing_and_asks_nobody(
    channel: Path, stock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("envctl.channel.wheels.download", None)
    again = build(channel, stock, "native", "greet")
    assert (again.built, len(again.kept)) == ((), 5)


def test_a_larger_request_builds_what_is_new(channel: Path, stock: Path, make_wheel) -> None:
    more = Path(shutil.copytree(stock, channel.parent / "more"))
    make_wheel(more, "loud")
    grown = build(channel, more, "greet[party]", "native")
    assert grown.built == ("loud-1.0-py_0.conda",)
    assert len(grown.kept) == 5


def test_a_changed_wheel_of_the_same_version_is_built_again(
    channel: Path, stock: Path, make_wheel, install, tmp_path: Path
) -> None:
    changed = Path(shutil.copytree(stock, tmp_path / "changed"))
    shutil.rmtree(channel / ".envctl" / "wheels")
    make_wheel(changed, "words", "2.0", files={"words.py": "def hello():\n    return 'good evening'\n"})
    assert build(channel, changed, "greet", "native").built == ("words-2.0-py_0.conda",)
    prefix = tmp_path / "env"
    install(channel.as_uri(), prefix, ["greet"])
    assert proc.run([prefix / "bin/greet"]).stdout == "good evening\n"


def test_a_package_that_was_deleted_is_built_again(channel: Path, stock: Path) -> None:
    (channel / "noarch/greet-1.2-py_0.conda").unlink()
    assert build(channel, stock, "greet", "native").built == ("greet-1.2-py_0.conda",)


def test_a_build_that_was_killed_is_completed_by_the_next(
    channel: Path, stock: Path, install, tmp_path: Path
) -> None:
    shutil.rmtree(channel / "noarch")
    (channel / ".envctl/work-killed").mkdir()
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom envctl.channel import index\n"
        "from envctl.ops.channel_build import *\nfrom envctl.progress import SILENT\n"
        "index.write_index = lambda *_: os._exit(9)\n"
        "channel_build(ChannelBuildOptions(directory=Path(sys.argv[1]), requirements=('greet', 'native'), "
        "wheels=Path(sys.argv[2]), offline=True), SILENT)\n"
    )
    assert proc.run([sys.executable, "-c", script, channel, stock]).returncode == 9
    assert build(channel, stock, "greet", "native").built == ()
    assert not (channel / ".envctl/work-killed").exists()
    install(channel.as_uri(), tmp_path / "env", ["greet"])
    assert proc.run([tmp_path / "env/bin/greet"]).stdout == "hello, world\n"


def test_two_builds_of_one_channel_wait_for_each_other(channel: Path, stock: Path, make_wheel) -> None:
    more = Path(shutil.copytree(stock, channel.parent / "more"))
    make_wheel(more, "loud")
    results: list[ChannelBuildResult] = []
    threads = [
        threading.Thread(target=lambda name=name: results.append(build(channel, more, name)))
        for name in ("loud", "greet[party]")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(name for result in results for name in result.built) == ["loud-1.0-py_0.conda"]


def test_a_wheel_that_is_nowhere_is_said_with_what_pip_found(stock: Path, tmp_path: Path) -> None:
    with pytest.raises(AbsentError) as caught:
        build(tmp_path / "channel", stock, "greet", "words>=9")
    assert caught.value.code == "no-wheel"
    assert "words>=9 (from versions: 1.0, 2.0)" in str(caught.value.cause)
    assert "--wheels" in str(caught.value.hint)


def test_a_cuda_build_of_torch_is_given_up_before_its_libraries_are_looked_for(
    make_wheel, stock: Path, tmp_path: Path
) -> None:
    more = Path(shutil.copytree(stock, tmp_path / "more"))
    make_wheel(more, "torch", "2.13.0", requires=["triton==3.7"])
    with pytest.raises(AbsentError) as caught:
        build(tmp_path / "channel", more, "torch")
    assert caught.value.code == "torch-cpu-absent"


def test_a_damaged_wheel_is_named(stock: Path, tmp_path: Path) -> None:
    more = Path(shutil.copytree(stock, tmp_path / "more"))
    wheel = more / "words-2.0-py3-none-any.whl"
    wheel.write_bytes(wheel.read_bytes()[:-200])
    with pytest.raises((FailedError, InputError, AbsentError)) as caught:
        build(tmp_path / "channel", more, "words")
    assert "words-2.0" in f"{caught.value} {caught.value.cause}"


def test_a_request_for_nothing_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        channel_build(ChannelBuildOptions(directory=tmp_path / "channel", requirements=()), SILENT)
    assert caught.value.code == "no-requirements"


def test_a_folder_of_wheels_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        build(tmp_path / "channel", tmp_path / "nowhere", "greet")
    assert caught.value.code == "wheels-missing"


def test_a_channel_where_a_file_stands_cannot_be_written(tmp_path: Path, stock: Path) -> None:
    (tmp_path / "channel").write_text("")
    with pytest.raises(FailedError) as caught:
        build(tmp_path / "channel", stock, "greet")
    assert caught.value.code == "channel-unwritable"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said(tmp_path: Path, stock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        with Path("/dev/full").open("w") as stream:
            stream.write("x")

    monkeypatch.setattr("envctl.channel.wheel_package.build", full)
    with pytest.raises(FailedError) as caught:
        build(tmp_path / "channel", stock, "greet")
    assert caught.value.code == "disk-full"
    assert "run it again" in str(caught.value.hint)


def interpreters() -> Iterator[Path]:
    """Every interpreter on PATH that a channel can be made from, Debian's among them; each real one once."""
    seen: set[Path] = set()
    for candidate in [*interpreter._candidates(), *Path("/usr/bin").glob("python3.[0-9]*[0-9]")]:
        try:
            found = interpreter.inspect(candidate)
            interpreter.check(found)
        except Exception:  # noqa: S112 - what does not run or does not do is no case for this test
            continue
        if found.executable not in seen:
            seen.add(found.executable)
            yield found.executable


@pytest.mark.parametrize("program", list(interpreters()), ids=str)
def test_every_interpreter_on_this_machine_is_packed_so_that_it_lives_alone(
    program: Path, stock: Path, install, tmp_path: Path
) -> None:
    python = interpreter.inspect(program)
    built = build(tmp_path / "channel", stock, "greet", python=program)
    prefix = tmp_path / "env"
    install(built.url, prefix, ["greet"])
    shutil.rmtree(tmp_path / "channel")
    code = (
        "import ctypes, json, sqlite3, ssl, sys, sysconfig, venv\n"
        "purelib, scripts = sysconfig.get_path('purelib'), sysconfig.get_path('scripts')\n"
        "print(json.dumps([sys.version, sys.prefix, purelib, scripts, sysconfig.get_config_var('BINDIR'), "
        "purelib in sys.path]))"
    )
    clean = {"PATH": "/usr/bin:/bin", "HOME": os.environ["HOME"]}
    answer = proc.run([prefix / "bin/python", "-c", code], env=clean)
    version = proc.run([program, "-c", "import sys; print(sys.version, end='')"]).stdout
    purelib = f"{prefix}/{python.site_packages}"
    assert json.loads(answer.stdout) == [
        version,
        str(prefix),
        purelib,
        f"{prefix}/bin",
        f"{prefix}/bin",
        True,
    ]
    assert proc.run([prefix / "bin/greet"], env=clean).stdout == "hello, world\n"
    if python.private:
        assert mentions(prefix, str(python.base_prefix)) == ""
    proc.run([prefix / "bin/python", "-m", "venv", "--without-pip", tmp_path / "venv"], env=clean)
    nested = proc.run([tmp_path / "venv/bin/python", "-c", "import sys; print(sys.base_prefix)"], env=clean)
    assert nested.stdout == f"{prefix}\n"


def mentions(prefix: Path, text: str) -> str:
    """The files that hold this text, as `grep -r` finds them, binary ones too."""
    return proc.run(["grep", "-rlaF", text, prefix]).stdout
