"""envctl against the bare tools it is made of: whole processes, in turn, as ratios of one run.

    make bench                      everything (builds the local channel first where it is missing)
    python benchmarks/bench.py -n 20 version render

Each pair runs A B A B …; a ratio is the median of the ratios pair by pair, which holds still while the
machine's speed drifts. Memory is the peak of the largest process, as the system counts it.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
CHANNEL = CHECKOUT / ".cache" / "channel"
BARE_CREATE = Path(__file__).parent / "bare_create.py"
WHEELS = ["torch==2.13.0", "numpy", "flask", "gunicorn", "psutil", "pip"]
SPECS = ["python 3.11.*", "pytorch=*=cpu*", "numpy", "pip", "flask", "gunicorn", "psutil"]


@dataclass(frozen=True, kw_only=True)
class Run:
    """One process, measured from outside."""

    wall_s: float
    peak_bytes: int


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two commands that do the same, and the ratio that envctl keeps below."""

    name: str
    ours: list[str]
    bare: list[str]
    limit: float
    before: Callable[[], None] = lambda: None


def measure(command: list[str]) -> Run:
    """Run a command to its end; raises if it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=CHECKOUT)
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"failed with {process.returncode}: {' '.join(command)}")
    return Run(wall_s=wall_s, peak_bytes=usage.ru_maxrss * 1024)


def compare(pair: Pair, runs: int) -> None:
    """Print one line: the median times, the ratio, the memory."""
    ours, bare = [], []
    for turn in range(runs + 1):
        for command, found in ((pair.ours, ours), (pair.bare, bare)):
            pair.before()
            run = measure(command)
            if turn:  # the first turn warms the caches
                found.append(run)
    ratios = [a.wall_s / b.wall_s for a, b in zip(ours, bare, strict=True)]
    memory = statistics.median(a.peak_bytes / b.peak_bytes for a, b in zip(ours, bare, strict=True))
    print(
        f"{pair.name:10} {_ms(ours):>9} {_ms(bare):>9} {statistics.median(ratios):6.2f}"
        f"  ({min(ratios):.2f} to {max(ratios):.2f}, at most {pair.limit})  memory {memory:.2f}",
        flush=True,
    )


def _ms(runs: list[Run]) -> str:
    return f"{statistics.median(run.wall_s for run in runs) * 1000:.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pairs", nargs="*", help="version, render, create (default: all)")
    parser.add_argument("-n", "--runs", type=int, default=11, help="counted turns of each pair")
    options = parser.parse_args()
    python, envctl = sys.executable, str(Path(sys.executable).parent / "envctl")
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
    )
    print(f"{'':10} {'envctl':>9} {'bare':>9} {'ratio':>6}", flush=True)
    with tempfile.TemporaryDirectory(dir=_scratch()) as folder:
        scratch = Path(folder)
        os.environ |= {"ENVCTL_ROOT": str(scratch / "root"), "CONDA_REGISTER_ENVS": "false"}
        pairs = [
            Pair(name="version", ours=[envctl, "--version"], bare=[python, "-c", "pass"], limit=4),
            Pair(
                name="render",
                ours=[envctl, "render", "pytorch-cpu"],
                bare=[python, "-c", "import typer, yaml, jinja2"],
                limit=1.5,
            ),
        ]
        wanted = options.pairs or ["version", "render", "create"]
        if "create" in wanted:
            pairs.append(create_pair(python, envctl, scratch))
        for pair in pairs:
            if pair.name in wanted:
                compare(pair, options.runs)


def create_pair(python: str, envctl: str, scratch: Path) -> Pair:
    """A warm create of the torch environment: solve and link from a full cache, in `fast` validation."""
    build = [envctl, "channel", "build", "--quiet", str(CHANNEL), *WHEELS]
    subprocess.run(build, check=True, cwd=CHECKOUT)
    file = scratch / "environment.yml"
    lines = [f"channels: ['{CHANNEL.as_uri()}']", "dependencies:", *(f"- '{spec}'" for spec in SPECS)]
    file.write_text("\n".join(lines) + "\n")
    prefix = scratch / "env"
    return Pair(
        name="create",
        ours=[envctl, "create", "-f", str(file), "-p", str(prefix)],
        bare=[python, str(BARE_CREATE), CHANNEL.as_uri(), str(prefix), str(scratch / "bare-cache"), *SPECS],
        limit=1.3,
        before=lambda: shutil.rmtree(prefix, ignore_errors=True),
    )


def _scratch() -> Path:
    folder = CHECKOUT / ".cache"
    folder.mkdir(exist_ok=True)
    return folder


if __name__ == "__main__":
    main()
