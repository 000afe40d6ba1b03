"""An nvidia-smi that says what a test wants: put its folder first on PATH."""

from __future__ import annotations

import json
import sys
from pathlib import Path

_PROGRAM = """\
#!{python} -IS
import json, os, sys, time

with open({answers!r}) as file:
    answers = json.load(file)
time.sleep(answers["delay_s"])
asked = sys.argv[1:]
names = [name for word in asked if word.startswith("--query-gpu=") for name in word[12:].split(",")]
with open({log!r}, "a") as log:
    log.write(" ".join(asked) + "\\n")
if answers["message"]:
    print(answers["message"])
elif asked == ["-q", "-x"]:
    print(answers["xml"])
elif names:
    header, *rows = [line.split(", ") for line in answers["query"].splitlines()]
    known = [name.split(" [")[0] for name in header]
    for name in names:
        if name not in known:
            print(f'Field "{{name}}" is not a valid field to query.\\n')
            sys.exit(2)
    columns = [known.index(name) for name in names]
    if not any("noheader" in word for word in asked):
        print(", ".join(header[column] for column in columns))
    for row in rows:
        print(", ".join(row[column] for column in columns))
else:
    print("Unknown argument.")
    sys.exit(2)
sys.exit(answers["exit"])
"""


def stub_nvidia_smi(
    folder: Path, *, xml: str = "", query: str = "", exit: int = 0, message: str = "", delay_s: float = 0.0
) -> Path:
    """Write an nvidia-smi into a folder, and return the folder.

    `xml` is what `-q -x` prints. `query` is CSV with a header, such as a capture of all fields, from which
    `--query-gpu` takes its columns; a field that it lacks is refused as the real one does. `message` takes
    the place of both. `calls(folder)` says afterwards how it was called.
    """
    folder.mkdir(parents=True, exist_ok=True)
    answers = folder / "nvidia-smi.json"
    told = {"xml": xml, "query": query, "exit": exit, "message": message, "delay_s": delay_s}
    answers.write_text(json.dumps(told))
    program = folder / "nvidia-smi"
    program.write_text(
        _PROGRAM.format(python=sys.executable, answers=str(answers), log=str(folder / "nvidia-smi.log"))
    )
    program.chmod(0o755)
    return folder


def calls(folder: Path) -> list[str]:
    """The arguments of each call, in order."""
    return (folder / "nvidia-smi.log").read_text().splitlines()
