"""A program that answers as a conda does, out of what a test gives it, and notes how it was called."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envctl.engines.conda_find import Conda

TRANSCRIPTS = Path(__file__).parents[3] / "shared" / "data" / "conda-transcripts"
"""Runs of real condas, where the checkout has them."""

_PROGRAM = """#!{python} -SE
import json, os, signal, sys
here = os.path.dirname(os.path.abspath(__file__))
arguments = sys.argv[1:]
environ = {{name: value for name, value in os.environ.items()}}
with open(os.path.join(here, "calls.jsonl"), "a") as calls:
    calls.write(json.dumps({{"arguments": arguments, "environ": environ}}) + "\\n")
with open(os.path.join(here, "answers.json")) as stream:
    answer = json.load(stream).get(arguments[0] if arguments else "", {{"returncode": 2}})
if "--file" in arguments:
    with open(arguments[arguments.index("--file") + 1]) as stream:
        with open(os.path.join(here, "explicit.txt"), "w") as copy:
            copy.write(stream.read())
def write(folder, files):
    for path, text in files.items():
        file = os.path.join(folder, path)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w") as stream:
            stream.write(text)
write(os.path.join(here, "pkgs"), answer.get("fetched", {{}}))
prefix = arguments[arguments.index("--prefix") + 1] if "--prefix" in arguments else here
try:
    write(prefix, answer.get("files", {{}}))
except NotADirectoryError:
    print(json.dumps({{"exception_name": "CondaError", "message": "Unable to create prefix directory 'x'."}}))
    sys.exit(1)
sys.stdout.write(answer.get("stdout", ""))
sys.stderr.write(answer.get("stderr", ""))
sys.stdout.flush()
if answer.get("returncode", 0) < 0:
    os.kill(os.getpid(), -answer["returncode"])
sys.exit(answer.get("returncode", 0))
"""


@dataclass(frozen=True, kw_only=True)
class Call:
    arguments: list[str]
    environ: dict[str, str]

    def value(self, option: str) -> str:
        return self.arguments[self.arguments.index(option) + 1]


class FakeConda:
    """An executable; each verb has the answer that a test gave it last."""

    def __init__(self, directory: Path, *, version: str = "26.7.1") -> None:
        self.directory = directory
        self.version = version
        directory.mkdir(parents=True)
        self.executable = directory / "conda"
        self.executable.write_text(_PROGRAM.format(python=sys.executable))
        self.executable.chmod(0o755)
        self._answers: dict[str, dict[str, Any]] = {}
        self.answer("--version", stdout=f"conda {version}\n")
        self.answer_json("info", {"virtual_pkgs": [["__glibc", "2.36", "0"]], "pkgs_dirs": [str(self.pkgs)]})

    @property
    def conda(self) -> Conda:
        return Conda(executable=self.executable, version=self.version)

    @property
    def pkgs(self) -> Path:
        """The package folder that it says it has."""
        return self.directory / "pkgs"

    @property
    def explicit(self) -> str:
        """The explicit list that it was given last."""
        return (self.directory / "explicit.txt").read_text()

    def answer(
        self,
        verb: str,
        *,
        stdout: str = "",
        stderr: str = "",
        returncode: int = 0,
        files: Mapping[str, str] | None = None,
        fetched: Mapping[str, str] | None = None,
    ) -> None:
        """What it writes from now on when the verb is asked, below the prefix (`files`) and into its package
        folder (`fetched`) too; a negative code is the signal that ends it."""
        self._answers[verb] = {
            "stdout": stdout,
            "stderr": stderr,
            "returncode": returncode,
            "files": dict(files or {}),
            "fetched": dict(fetched or {}),
        }
        (self.directory / "answers.json").write_text(json.dumps(self._answers))

    def answer_json(self, verb: str, document: Any, *, returncode: int = 0) -> None:
        self.answer(verb, stdout=json.dumps(document, indent=2) + "\n", returncode=returncode)

    @property
    def calls(self) -> list[Call]:
        lines = (self.directory / "calls.jsonl").read_text().splitlines()
        return [Call(**json.loads(line)) for line in lines]

    def call(self, verb: str) -> Call:
        """Its last call with the verb."""
        return [call for call in self.calls if call.arguments[0] == verb][-1]


def record(name: str, version: str = "1.0", **fields: Any) -> dict[str, Any]:
    """A package's record as conda prints it under FETCH."""
    subdir = fields.get("subdir", "noarch")
    file = f"{name}-{version}-0.conda"
    return {
        "name": name,
        "version": version,
        "build": "0",
        "build_number": 0,
        "channel": f"https://host/chan/{subdir}",
        "subdir": subdir,
        "fn": file,
        "url": f"https://host/chan/{subdir}/{file}",
        "md5": "d" * 32,
        "sha256": "a" * 64,
        "size": 100,
        "depends": [],
        "constrains": [],
        **fields,
    }


def plan(
    *fetched: Mapping[str, Any],
    linked: list[Mapping[str, Any]] | None = None,
    unlinked: list[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """What conda prints of a dry run."""
    return {
        "success": True,
        "dry_run": True,
        "actions": {
            "FETCH": list(fetched),
            "LINK": [item(each) for each in (*fetched, *(linked or ()))],
            "UNLINK": [item(each) for each in unlinked or ()],
        },
    }


def item(record: Mapping[str, Any]) -> dict[str, Any]:
    """A package as conda lists it under LINK: without its URL and hash."""
    return {
        "base_url": record["url"].rpartition("/")[0].rpartition("/")[0],
        "build_number": record["build_number"],
        "build_string": record["build"],
        "channel": record["channel"].rpartition("/")[0],
        "dist_name": f"{record['name']}-{record['version']}-{record['build']}",
        "name": record["name"],
        "platform": record["subdir"],
        "version": record["version"],
    }


def transcripts() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each recorded call with a name for it; none where the checkout has no transcripts."""
    for file in sorted(TRANSCRIPTS.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            yield f"{file.stem}-{said['case']}", said
