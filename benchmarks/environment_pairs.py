"""The pairs about environments, with torch from the local channel: create and check."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from measuring import CHECKOUT, Pair, UnmeasuredError, Workplace

sys.path.insert(0, str(CHECKOUT / "tests" / "support"))
from tiny_channel import TinyChannel

from envctl.prefixes.generations import kept_folder
from envctl.prefixes.place import Place
from envctl.prefixes.records import read_records

CHANNEL = CHECKOUT / ".cache" / "channel"
WHEELS = ("torch==2.13.0", "numpy", "flask", "gunicorn", "psutil", "pip")
SPECS = ("python 3.11.*", "pytorch=*=cpu*", "numpy", "pip", "flask", "gunicorn", "psutil")


def clear(prefix: Path) -> None:
    """Remove what a run has made, and have the disk done with it: envctl waits for the disk before it puts an
    environment in place, and what the run before left to be written is not its own."""
    shutil.rmtree(prefix, ignore_errors=True)
    os.sync()


def create(at: Workplace) -> Pair:
    """A warm create: solve and link from a full cache, in `fast` validation."""
    return _create(at, "create", "fast")


def create_verified(at: Workplace) -> Pair:
    """The same with every file of the cache checked by its hash."""
    return _create(at, "create-all", "full", "--verify-cache")


def _create(at: Workplace, name: str, mode: str, *options: str) -> Pair:
    file = environment_file(at)
    prefix = at.scratch / "env"
    return Pair(
        name=name,
        ours=[at.envctl, "create", "-f", str(file), "-p", str(prefix), *options],
        bare=[at.script("bare_create.py", mode, CHANNEL.as_uri(), prefix, at.scratch / "bare-cache", *SPECS)],
        limit=1.3,
        before=lambda: clear(prefix),
    )


def with_conda(at: Workplace) -> Pair:
    """The same by the embedded engine against the conda of this machine, solve and installation.

    Raises `UnmeasuredError` where there is none.
    """
    conda = os.environ.get("ENVCTL_TEST_CONDA")
    if conda is None:
        raise UnmeasuredError("ENVCTL_TEST_CONDA names no conda")
    file = environment_file(at)
    prefix = at.scratch / "env"
    create = ["create", "--json", "--yes", "--override-channels", "-c", CHANNEL.as_uri(), "-p", str(prefix)]
    return Pair(
        name="conda",
        ours=[at.envctl, "create", "-f", str(file), "-p", str(prefix)],
        bare=[[conda, *create, *SPECS]],
        limit=1.0,
        before=lambda: clear(prefix),
    )


def update(at: Workplace) -> Pair:
    """An update that changes one package of a torch environment, against a warm create of the same."""
    channel = TinyChannel(at.scratch / "marker-channel")
    for version in ("1.0", "2.0"):
        channel.add("marker", version)
    channel.index()
    text = environment_file(at).read_text().replace("channels: [", f"channels: ['{channel.url}', ")
    before, after = at.scratch / "before.yml", at.scratch / "after.yml"
    before.write_text(f"{text}- marker=1.0\n")
    after.write_text(f"{text}- marker=2.0\n")
    updated, fresh = at.scratch / "updated", at.scratch / "fresh"

    def as_before() -> None:
        clear(fresh)
        clear(kept_folder(Place(name=None, prefix=updated)))
        create = [at.envctl, "create", "--quiet", "--replace", "-f", before, "-p", updated]
        subprocess.run(create, check=True, cwd=CHECKOUT)
        os.sync()

    return Pair(
        name="update",
        ours=[at.envctl, "update", str(updated), str(after)],
        bare=[[at.envctl, "create", "-f", str(after), "-p", str(fresh)]],
        limit=1.0,
        before=as_before,
    )


def check(at: Workplace) -> Pair:
    """The packages and every file of an environment, against the digests of the same files alone."""
    prefix = torch_environment(at)
    files = [
        str(prefix / each.path)
        for record in read_records(prefix)
        for each in record.files
        if each.sha256 and "__pycache__/" not in each.path
    ]
    listed = at.scratch / "files.txt"
    listed.write_text("\n".join(files))
    return Pair(
        name="check",
        ours=[at.envctl, "check", str(prefix), "--files"],
        bare=[at.script("bare_sha256.py", listed)],
        limit=1.5,
    )


def torch_environment(at: Workplace) -> Path:
    """An environment with torch, made once in a run."""
    prefix = at.scratch / "torch"
    if not prefix.exists():
        create = [at.envctl, "create", "--quiet", "-f", environment_file(at), "-p", prefix]
        subprocess.run(create, check=True, cwd=CHECKOUT)
    return prefix


def environment_file(at: Workplace) -> Path:
    """What to create, from the local channel, which is built where it is missing."""
    build = [at.envctl, "channel", "build", "--quiet", str(CHANNEL), *WHEELS]
    subprocess.run(build, check=True, cwd=CHECKOUT)
    file = at.scratch / "torch.yml"
    lines = [f"channels: ['{CHANNEL.as_uri()}']", "dependencies:", *(f"- '{spec}'" for spec in SPECS)]
    file.write_text("\n".join(lines) + "\n")
    return file
