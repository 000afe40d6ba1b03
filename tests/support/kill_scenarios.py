"""What is killed in the middle, on named environments and on folders, and what must hold afterwards."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from killed import Envctl, Point, count_files
from tiny_channel import TinyChannel
from tiny_wheel import make_wheel

PLACES = {"name": ("-n", "web"), "folder": ("-p", "place/web")}
WORDS = {"name": "env:web", "folder": "prefix:place/web"}
_FILE_POINTS = 16


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One command line; `{place}` is `-n NAME` or `-p DIR`, `{word}` the environment."""

    verb: str
    command: str
    before: tuple[str, ...] = ()
    """The commands that made the environment."""
    place: str = "name"
    """`name` or `folder`."""

    def __str__(self) -> str:
        return f"{self.verb} by {self.place}"

    @property
    def word(self) -> str:
        return WORDS[self.place]

    def arguments(self, command: str) -> list[str]:
        words = command.replace("{word}", self.word).split()
        return [part for word in words for part in (PLACES[self.place] if word == "{place}" else (word,))]


_OLD, _NEW = "create -f old.yml {place}", "update {word} new.yml"
_VERBS = (
    Scenario(verb="create", command="create -f new.yml {place}"),
    Scenario(verb="create with pip", command="create -f new-pip.yml {place}"),
    Scenario(verb="replace", before=(_OLD,), command="create -f new.yml {place} --replace"),
    Scenario(verb="update", before=(_OLD,), command=_NEW),
    Scenario(
        verb="update with pip", before=("create -f old-pip.yml {place}",), command="update {word} new-pip.yml"
    ),
    Scenario(verb="update and prune", before=(_OLD, _NEW), command="update {word} old.yml --keep 1"),
    Scenario(verb="rollback", before=(_OLD, _NEW), command="rollback {word} --to 1"),
    Scenario(verb="remove", before=(_OLD, _NEW), command="remove {word} -y"),
)
SCENARIOS = [
    Scenario(verb=each.verb, command=each.command, before=each.before, place=place)
    for each in _VERBS
    for place in PLACES
]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command line answered."""

    code: int
    out: str
    err: str


def make_sources(folder: Path) -> Path:
    """A channel, wheels, and environment files of an old and a new state.

    Its python is the one that runs the tests, started under the name by which it finds its own prefix.
    """
    channel = TinyChannel(folder / "channel")
    python = Path(os.path.realpath(sys.executable))
    version = "{}.{}".format(*sys.version_info)
    channel.add(
        "python",
        f"{version}.{sys.version_info.micro}",
        files={
            "bin/python": f'#!/bin/bash\nexec -a "$0" {python} "$@"\n'.encode(),
            "pyvenv.cfg": f"home = {python.parent}\n".encode(),
            f"lib/python{version}/site-packages/README.txt": b"",
        },
    )
    channel.add("pip")
    for part in ("one", "two"):
        channel.add(part, files={f"share/{part}/{number}": b"%d" % number for number in range(12)})
    for state, number in (("old", "1.0"), ("new", "2.0")):
        program = f"#!/bin/sh\necho {state}\n".encode()
        channel.add("app", number, depends=["one", "two"], files={"bin/app": program})
        modules: dict[str, str | bytes] = {f"greet_{index}.py": f"'{state}'\n" for index in range(12)}
        make_wheel(folder / "wheels", "greet", number, files=modules, commands={"greet": "greet:main"})
        head = f"channels: ['{channel.url}']\ndependencies:\n  - app={number}\n"
        pip = f"  - python\n  - pip\n  - pip: ['--no-index', '--find-links ./wheels', greet=={number}]\n"
        (folder / f"{state}.yml").write_text(head)
        (folder / f"{state}-pip.yml").write_text(head + pip)
    channel.index()
    return folder


class Bench:
    """A folder in which a scenario starts from the same state each time."""

    def __init__(self, folder: Path, sources: Path, scenario: Scenario) -> None:
        self.scenario = scenario
        self.folder = folder / "bench"
        self._start = folder / "start"
        (self.folder / "place").mkdir(parents=True)
        for source in sources.iterdir():
            (self.folder / source.name).symlink_to(source)
        for command in scenario.before:
            self.envctl(command).run()
        self.before = self.state()
        shutil.copytree(self.folder, self._start, symlinks=True)
        self._files = count_files(self.folder)
        self._changes = self.envctl(scenario.command).run()
        self.after = self.state()
        self._new_files = max(
            count_files(self.folder) - self._files,
            count_files(self._prefix),  # where those of the environment before went at last
        )

    def points(self) -> list[Point]:
        """Sixteen times between the first file that comes and the last, and before each change."""
        at_files = [self._files + 1 + self._new_files * step // _FILE_POINTS for step in range(_FILE_POINTS)]
        return [
            *(Point(at_files=files, with_children=bool(step % 2)) for step, files in enumerate(at_files)),
            *(Point(before_change=nth) for nth in range(1, self._changes + 1)),
        ]

    def survives(self, point: Point) -> None:
        """Kill it at that point; assert that the environment is what it was or what was asked for, and that
        the next run succeeds and leaves nothing else."""
        sys.stdout.write(f"{self.scenario}: {point}\n")  # shown where it fails
        self.reset()
        self.envctl(self.scenario.command).run_killed(point)
        listed = self.call("list")
        assert listed.code == 0, listed
        state = self.state()
        assert state in (self.before, self.after), state
        self._check(state)
        self.goes_on(done=state == self.after)

    def goes_on(self, *, done: bool = False) -> None:
        """Assert that the next run succeeds, or says that it is done already, and leaves nothing else."""
        again = self.call(*self.scenario.arguments(self.scenario.command))
        if done and self.before is None:
            assert again.code == 1, again  # it exists already
        elif done and self.after is None:
            assert again.code in (0, 5), again
        else:
            assert again.code == 0, again
        if self.after is None:  # what is gone leaves room for another
            assert self.call(*self.scenario.arguments(self.scenario.before[0])).code == 0
        else:
            state = self.state()
            assert state == self.after, state
        self._check(self.state())
        left = self.leftovers()
        assert left == [], left

    def reset(self) -> None:
        """Go back to the state that it starts from."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._start, self.folder, symlinks=True)

    def state(self) -> str | None:
        """What its packages are and what its program says; None where it is absent."""
        word = self.scenario.word
        exported = self.call("export", word)
        if exported.code == 5:
            return None
        assert exported.code == 0, exported
        command = [sys.executable, "-m", "envctl", "run", word, "app"]
        done = subprocess.run(
            command, cwd=self.folder, env=self._environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return exported.out + done.stdout

    def call(self, *arguments: str) -> Answer:
        """The command line in this process, as in a shell of its own."""
        from envctl.cli.app import run

        out, err = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as here,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            for name in os.environ.keys() - self._environ.keys():
                here.delenv(name)
            for name, value in self._environ.items():
                here.setenv(name, value)
            here.chdir(self.folder)
            code = run(list(arguments))
        return Answer(code=code, out=out.getvalue(), err=err.getvalue())

    @property
    def _prefix(self) -> Path:
        return self.folder / ("root/envs/web/" if self.scenario.place == "name" else "place/web")

    @property
    def _environ(self) -> dict[str, str]:
        home = self.folder / "home"
        return {
            **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "ENVCTL_ROOT": str(self.folder / "root"),
            "PYTHONDONTWRITEBYTECODE": "1",  # which would be changes too
        }

    def envctl(self, command: str) -> Envctl:
        """The scenario's command, or the one before, to be run in a process of its own."""
        return Envctl(arguments=self.scenario.arguments(command), cwd=self.folder, environ=self._environ)

    def _check(self, state: str | None) -> None:
        checked = self.call("check", self.scenario.word, "--files")
        assert checked.code == (5 if state is None else 0), checked

    def leftovers(self) -> list[str]:
        """What is neither an environment nor a cache: hidden names of envctl's, and links to nothing."""
        places = [self.folder / "place", *(self.folder / "root" / name for name in ("envs", "generations"))]
        found = [path for place in places for path in (place, *place.rglob("*"))]
        return [
            str(path.relative_to(self.folder))
            for path in found
            if ".envctl-" in path.name or (path.is_symlink() and not path.exists())
        ]
