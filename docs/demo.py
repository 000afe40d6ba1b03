"""envctl at work: render, create, run, list; each command is printed before it runs.

Takes conda-forge where it is in reach; else builds a local channel first, from wheels and this machine's
Python. Everything stays below `.demo/` and `.cache/` of the checkout. `--picture FILE` draws what the
terminal showed as SVG.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
ROOT = CHECKOUT / ".demo"
CHANNEL = CHECKOUT / ".cache" / "channel"
WHEELS = ["torch==2.13.0", "numpy", "flask", "gunicorn", "psutil", "pip"]
TORCH = "import torch; a = torch.arange(6.0).reshape(2, 3); print(torch.__version__, (a @ a.T).tolist())"
WIDTH = 110


class Demo:
    """Runs commands as a person would type them, and remembers what the terminal showed."""

    def __init__(self, *, colour: bool) -> None:
        self.colour = colour
        self.shown: list[str] = []
        bin_folder = Path(sys.executable).parent
        self.environ = {
            **os.environ,
            "PATH": f"{bin_folder}{os.pathsep}{os.environ.get('PATH', '')}",
            "ENVCTL_ROOT": str(ROOT),
            "CONDA_REGISTER_ENVS": "false",  # nothing of the demo is left in the user's home
            "COLUMNS": str(WIDTH),
            "FORCE_COLOR": "1" if colour else "",
        }

    def run(self, *command: str, check: bool = True) -> int:
        """Print a command, run it, print what it says."""
        self.show(f"\x1b[1;32m$\x1b[0m \x1b[1m{shlex.join(command)}\x1b[0m")
        done = subprocess.run(
            command, env=self.environ, cwd=CHECKOUT, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.show(done.stdout.rstrip("\n").replace(f"file://{CHECKOUT}/", "./").replace(f"{CHECKOUT}/", ""))
        if check and done.returncode != 0:
            sys.exit(done.returncode)
        return done.returncode

    def show(self, text: str) -> None:
        """Print what belongs to the picture."""
        self.shown.append(text)
        print(text if self.colour else re.sub(r"\x1b\[[0-9;]*m", "", text), flush=True)

    def channel_options(self) -> list[str]:
        """None where conda-forge is in reach, else those for a local channel that is built here."""
        command = ["envctl", "create", "pytorch-cpu", "--name", "demo", "--dry-run", "--quiet"]
        with suppress(subprocess.TimeoutExpired):  # a firewall that drops what it does not like
            reach = subprocess.run(
                command, env=self.environ, cwd=CHECKOUT, capture_output=True, check=False, timeout=30
            )
            if reach.returncode == 0:
                return []
        print("conda-forge is out of reach here: building a local channel from wheels\n", flush=True)
        folder = f"./{CHANNEL.relative_to(CHECKOUT)}"
        self.run("envctl", "channel", "build", folder, *WHEELS)
        built = ["envctl", "channel", "build", folder, *WHEELS, "--json", "--quiet"]
        answer = subprocess.run(built, env=self.environ, cwd=CHECKOUT, capture_output=True, check=True)
        python = ".".join(json.loads(answer.stdout)["python_version"].split(".")[:2])
        default = [] if python == "3.11" else ["--set", f"python={python}"]
        return [*default, "--channel", folder, "--override-channels"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picture", type=Path, help="draw what the terminal showed to this SVG file")
    picture = parser.parse_args().picture
    shutil.rmtree(ROOT, ignore_errors=True)
    demo = Demo(colour=picture is not None or (sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    channel = demo.channel_options()
    demo.shown.clear()
    demo.environ["HOME"] = str(ROOT / "home")  # the list below is of this demo's environments alone
    demo.run("envctl", "render", "pytorch-cpu", "--with", "serving")
    demo.run("envctl", "create", "pytorch-cpu", "--with", "serving", "--name", "demo", *channel)
    demo.run("envctl", "run", "demo", "--", "python", "-c", TORCH)
    demo.run("envctl", "list")
    if picture is not None:
        draw(demo.shown, picture)


def draw(shown: list[str], picture: Path) -> None:
    """Write the terminal's content as SVG."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    for text in shown:
        console.print(Text.from_ansi(text))
    console.save_svg(str(picture), title="envctl")


if __name__ == "__main__":
    main()
