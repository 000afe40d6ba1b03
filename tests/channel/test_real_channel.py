"""The suite's real channel: torch, flask and gunicorn, installed and put to work."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from envctl import proc
from envctl.channel import interpreter
from envctl.ops.channel_build import ChannelBuildOptions, channel_build
from envctl.progress import SILENT

pytestmark = pytest.mark.channel


@pytest.fixture(scope="module")
def environment(local_channel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with everything, made as a user makes it, shared by this file's tests."""
    folder = tmp_path_factory.mktemp("real")
    short = ".".join(local_channel.python_version.split(".")[:2])
    command = ["create", "pytorch-cpu", "--set", f"python={short}", "--with", "serving", "-p", folder / "env"]
    channel = ["-c", local_channel.url, "--override-channels"]
    environ = {**os.environ, "ENVCTL_ROOT": str(folder / "root"), "HOME": str(folder / "home")}
    done = proc.run([sys.executable, "-m", "envctl", *command, *channel], env=environ)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return folder / "env"


def test_nothing_in_an_environment_names_the_interpreter_it_came_from(environment: Path) -> None:
    python = interpreter.find(None)
    if not python.private:
        # /usr is named everywhere, for reasons of its own; what matters is where the interpreter lives.
        assert proc.run(
            [environment / "bin/python", "-c", "import os; print(os.__file__)"]
        ).stdout.startswith(str(environment))
        return
    found = proc.run(["grep", "-rlaF", python.base_prefix, environment])
    assert found.stdout == ""


def test_pip_answers_from_the_environment(environment: Path) -> None:
    answer = proc.run([environment / "bin/pip", "--version"]).stdout
    assert str(environment) in answer
    assert proc.run([environment / "bin/pip", "check"]).stdout == "No broken requirements found.\n"


@pytest.mark.parametrize("name", ["python", "python3", "python{short}"])
def test_every_name_of_the_interpreter_runs(environment: Path, local_channel, name: str) -> None:
    short = ".".join(local_channel.python_version.split(".")[:2])
    program = environment / "bin" / name.format(short=short)
    assert proc.run([program, "--version"]).stdout == f"Python {local_channel.python_version}\n"


def test_torch_multiplies(environment: Path) -> None:
    code = "import torch; print(torch.__version__, int((torch.ones(64, 64) @ torch.ones(64, 64)).sum()))"
    version, total = proc.run([environment / "bin/python", "-c", code]).stdout.split()
    assert (version.split("+")[0], int(total)) == ("2.13.0", 64**3)


def test_commands_of_every_package_start_the_environments_interpreter(environment: Path) -> None:
    for name in ("pip", "flask", "gunicorn", "torchrun", "f2py"):
        assert f"{environment}/bin/python" in (environment / "bin" / name).read_text()


def test_gunicorn_serves_a_flask_application(environment: Path, tmp_path: Path) -> None:
    (tmp_path / "hello.py").write_text(
        "import flask, torch\n\napp = flask.Flask(__name__)\n\n\n"
        "@app.get('/')\ndef total():\n    return {'total': float(torch.ones(3).sum())}\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [environment / "bin/gunicorn", "--bind", f"127.0.0.1:{port}", "--chdir", tmp_path, "hello:app"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        assert answer(f"http://127.0.0.1:{port}/", server) == '{"total":3.0}\n'
    finally:
        server.terminate()
        server.communicate(timeout=30)


def answer(url: str, server: subprocess.Popen[bytes], within_s: float = 60) -> str:
    """What the server says once it is up."""
    last = time.monotonic() + within_s
    while time.monotonic() < last and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=10) as reply:  # noqa: S310 - our own server
                return str(reply.read().decode())
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"no answer from {url}")


def test_a_second_build_builds_nothing_and_asks_nobody(
    local_channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("envctl.channel.wheels.download", None)
    options = ChannelBuildOptions(
        directory=local_channel.directory, requirements=tuple(local_channel.requirements)
    )
    again = channel_build(options, SILENT)
    assert (again.built, len(again.kept)) == ((), len(again.packages))
