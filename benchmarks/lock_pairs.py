"""The pairs about locks: diff, lock, its pip part, and conda-lock."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from measuring import CHECKOUT, Pair, UnmeasuredError, Workplace
from sample_channel import SPECS, unpack_channel, write_channel
from sample_locks import write_locks
from samples import PLATFORMS

from envctl import proc
from envctl.engines.registry import find_engine
from envctl.errors import EnvctlError
from envctl.ops.lock_pip import resolve_pip
from envctl.ops.solve import Solved, Target, solve_on
from envctl.prefixes.root import find_root
from envctl.progress import SILENT
from envctl.sources import SpecOptions, load_spec
from envctl.virtual_packages import virtual_packages_of

PIP_LINES = ("rich", "tokenizers", "torchmetrics")
_PLATFORM_OPTIONS = tuple(word for platform in PLATFORMS for word in ("--platform", platform))


def diff(at: Workplace) -> Pair:
    """Two locks of 5,000 packages, against reading the two with libyaml and nothing else."""
    files = [str(at.scratch / "before.yml"), str(at.scratch / "after.yml")]
    write_locks(*map(Path, files))
    read = "import sys, yaml\nfor file in sys.argv[1:]: yaml.load(open(file).read(), Loader=yaml.CSafeLoader)"
    return Pair(
        name="diff",
        ours=[at.envctl, "diff", *files, "--format", "json"],
        bare=[[at.python, "-c", read, *files]],
        limit=1.6,
    )


def lock(at: Workplace) -> Pair:
    """Four platforms without pip, from a warm cache, against one process that makes the four solves one after
    another, and one start of the program: `envctl lock --help`."""
    spec = _environment_file(at)
    request = {
        "channel": _channel(at),
        "cache": str(at.scratch / "bare-repodata"),
        "specs": SPECS,
        "virtual_packages": {platform: _machine(platform) for platform in PLATFORMS},
    }
    return Pair(
        name="lock",
        ours=[at.envctl, "lock", spec, *_PLATFORM_OPTIONS, "-o", str(at.scratch / "conda-lock.yml")],
        bare=[at.script("bare_lock.py", json.dumps(request)), [at.envctl, "lock", "--help"]],
        limit=1.3,
    )


def lock_pip(at: Workplace) -> Pair:
    """The pip part of a lock on four platforms, against the uv commands that it runs and one start of
    `pip_part.py` with nothing to resolve."""
    source = load_spec(_environment_file(at, PIP_LINES), SpecOptions())
    engine = find_engine(find_root(os.environ))
    targets = [Target(subdir=platform, virtual_packages=_machine(platform)) for platform in PLATFORMS]
    solved = solve_on(source, engine, targets, offline=False, reporter=SILENT)
    try:
        commands = _uv_commands(solved, at.scratch / "uv")
    except EnvctlError as error:
        reason = (error.cause or "").partition("\n")[0]
        raise UnmeasuredError(f"{error.message}: {reason}") from error
    (at.scratch / "uv.json").write_text(json.dumps(commands))
    files = at.scratch / "solved.pickle", at.scratch / "without-pip.pickle"
    files[0].write_bytes(pickle.dumps(solved))
    files[1].write_bytes(pickle.dumps([replace(one, spec=replace(one.spec, pip=None)) for one in solved]))
    ours, nothing = (at.script("pip_part.py", file) for file in files)
    return Pair(
        name="lock-pip",
        ours=ours,
        bare=[at.script("bare_uv.py", at.scratch / "uv.json"), nothing],
        limit=1.2,
    )


def conda_lock(at: Workplace) -> Pair:
    """conda-lock on the specification of `lock`."""
    conda, program = (
        os.environ.get("ENVCTL_TEST_CONDA"),
        CHECKOUT / ".cache" / "interop" / "bin" / "conda-lock",
    )
    if not conda:
        raise UnmeasuredError("ENVCTL_TEST_CONDA names no conda")
    if not program.is_file():
        raise UnmeasuredError("conda-lock is not installed: pytest tests/interop installs it")
    spec = _environment_file(at)
    theirs = [str(program), "lock", "--conda", conda, "--file", spec, *_PLATFORM_OPTIONS]
    return Pair(
        name="conda-lock",
        ours=[at.envctl, "lock", spec, *_PLATFORM_OPTIONS, "-o", str(at.scratch / "conda-lock.yml")],
        bare=[[*theirs, "--lockfile", str(at.scratch / "their-lock.yml")]],
        limit=None,
    )


def _environment_file(at: Workplace, pip: tuple[str, ...] = ()) -> str:
    file = at.scratch / ("pip.yml" if pip else "environment.yml")
    dependencies: list[Any] = [*SPECS, *([{"pip": pip}] if pip else [])]
    file.write_text(json.dumps({"channels": [_channel(at)], "dependencies": dependencies}))
    return str(file)


def _channel(at: Workplace) -> str:
    folder = at.scratch / "conda-forge"
    if folder.exists():
        return folder.as_uri()
    return unpack_channel(at.channel, folder) if at.channel else write_channel(folder)


def _machine(platform: str) -> tuple[str, ...]:
    return virtual_packages_of(platform, cuda=None, environ={})


def _uv_commands(solved: tuple[Solved, ...], folder: Path) -> list[dict[str, Any]]:
    """What envctl starts as it resolves the pip sections, with copies of the files that it hands over.

    Raises what `resolve_pip` raises, such as for an index out of reach.
    """
    commands: list[dict[str, Any]] = []
    run_together = proc.run_together

    def noted(calls: Sequence[proc.Call], **more: Any) -> tuple[proc.Completed, ...]:
        for call in calls:
            args = [str(arg) for arg in call.args]
            handed = Path(args[args.index("--constraints") + 1]).parent
            kept = folder / str(len(commands))
            shutil.copytree(handed, kept)
            constraints = kept / "constraints.txt"
            constraints.write_text(constraints.read_text().replace(str(handed), str(kept)))
            replaced = [arg.replace(str(handed), str(kept)) for arg in args]
            environ = {**(call.env or {}), "TMPDIR": str(folder)}
            commands.append({"args": replaced, "input": call.stdin, "env": environ})
        return run_together(calls, **more)

    proc.run_together = noted  # type: ignore[assignment]
    try:
        resolve_pip(solved, offline=False, folder=folder)
    finally:
        proc.run_together = run_together
    return commands
