"""envctl against the bare tools it is made of: whole processes, in turn, as ratios of one run.

make bench                                    everything (builds the local channel first where it is missing)
python benchmarks/bench.py -n 20 version render
python benchmarks/bench.py --channel DIR lock
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path

import environment_pairs
import lock_pairs
import verify_figures
import verify_pairs
from measuring import CHECKOUT, Pair, UnmeasuredError, Workplace, compare


def version(at: Workplace) -> Pair:
    return Pair(name="version", ours=[at.envctl, "--version"], bare=[[at.python, "-c", "pass"]], limit=4)


def render(at: Workplace) -> Pair:
    """A template to a file's text, against importing the libraries that this takes."""
    imports = [at.python, "-c", "import typer, yaml, jinja2"]
    return Pair(name="render", ours=[at.envctl, "render", "pytorch-cpu"], bare=[imports], limit=1.5)


PAIRS: dict[str, Callable[[Workplace], Pair]] = {
    "version": version,
    "render": render,
    "create": environment_pairs.create,
    "create-all": environment_pairs.create_verified,
    "conda": environment_pairs.with_conda,
    "update": environment_pairs.update,
    "check": environment_pairs.check,
    "diff": lock_pairs.diff,
    "lock": lock_pairs.lock,
    "lock-pip": lock_pairs.lock_pip,
    "conda-lock": lock_pairs.conda_lock,
}
FIGURES: dict[str, Callable[[Workplace, int], None]] = {
    "verify": verify_pairs.overhead,
    "matmul": verify_figures.matmul,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pairs", nargs="*", help=f"{', '.join([*PAIRS, *FIGURES])} (default: all)")
    parser.add_argument("-n", "--runs", type=int, default=11, help="counted turns of each pair")
    parser.add_argument(
        "--channel", type=Path, help="solve with its SUBDIR/repodata.json.zst, not with made-up records"
    )
    options = parser.parse_args()
    if unknown := set(options.pairs) - PAIRS.keys() - FIGURES.keys():
        parser.error(f"no pair {', '.join(sorted(unknown))}")
    if options.channel and not any(options.channel.glob("*/repodata.json.zst")):
        parser.error(f"no SUBDIR/repodata.json.zst in {options.channel}")
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs"
    print(f"{system}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    print(f"{'':10} {'envctl':>9} {'bare':>9} {'ratio':>6}", flush=True)
    with tempfile.TemporaryDirectory(dir=_cache()) as folder:
        at = Workplace(scratch=Path(folder), channel=options.channel)
        os.environ |= {"ENVCTL_ROOT": str(at.scratch / "root"), "CONDA_REGISTER_ENVS": "false"}
        os.environ |= {"CONDA_PKGS_DIRS": str(at.scratch / "conda-pkgs")}
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed envctl has its bytecode
        for name in options.pairs or [*PAIRS, *FIGURES]:
            try:
                if name in FIGURES:
                    FIGURES[name](at, options.runs)
                else:
                    compare(PAIRS[name](at), options.runs)
            except UnmeasuredError as reason:
                print(f"{name:10} not measured: {reason}", flush=True)


def _cache() -> Path:
    folder = CHECKOUT / ".cache"
    folder.mkdir(exist_ok=True)
    return folder


if __name__ == "__main__":
    main()
