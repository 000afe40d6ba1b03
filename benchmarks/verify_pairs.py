"""What verify-gpu costs beyond its measurements: a ratio of whole processes, less what they measured."""

from __future__ import annotations

import json
import statistics

from environment_pairs import torch_environment
from measuring import Workplace, measure

from envctl.verify.programs import BUILD, COMPUTE, DRIVER

_PROGRAMS = {"driver": DRIVER, "torch_build": BUILD["torch"], "torch_compute": COMPUTE}
_MODULES = ("torch", "numpy")
"""What the template pytorch-cpu expects to import."""


def overhead(at: Workplace, turns: int) -> None:
    """The whole suite on a CPU environment, against one `import torch` for each process that it started and
    the measuring time that it reports. The process `driver` imports none: without it is told too.
    """
    prefix = torch_environment(at)
    expected, report = at.scratch / "expected.yaml", at.scratch / "report.json"
    expected.write_text(f"imports: [{', '.join(_MODULES)}]\n")
    ours = [at.envctl, "verify-gpu", str(prefix), "--expect", str(expected), "-o", str(report)]
    bare = [str(prefix / "bin" / "python"), "-I", "-c", "import torch"]
    walls_s, allowed_s, stricter_s, processes = [], [], [], []
    for turn in range(turns + 1):
        wall_s = measure(ours).wall_s
        facts = json.loads(report.read_text())["facts"]
        processes = _processes(facts["probes"])
        import_s = statistics.median(measure(bare).wall_s for _ in processes)
        if turn:  # the first turn warms the caches
            walls_s.append(wall_s)
            measured_s = facts["run"]["measured_s"]
            allowed_s.append(len(processes) * import_s + measured_s)
            stricter_s.append((len(processes) - processes.count("driver")) * import_s + measured_s)
    ratios, stricter = (
        [wall_s / bare_s for wall_s, bare_s in zip(walls_s, column, strict=True)]
        for column in (allowed_s, stricter_s)
    )
    ours_s, bare_s = statistics.median(walls_s), statistics.median(allowed_s)
    print(
        f"{'verify':10} {f'{ours_s * 1000:.0f} ms':>9} {f'{bare_s * 1000:.0f} ms':>9}"
        f" {statistics.median(ratios):6.2f}  ({min(ratios):.2f} to {max(ratios):.2f}, at most 1.25)"
        f"  {len(processes)} processes: {', '.join(processes)}; without driver"
        f" {statistics.median(stricter):.2f}",
        flush=True,
    )


def _processes(probes: list[dict[str, str]]) -> list[str]:
    """The programs that ran, from the probes whose outcomes are told; one process each where none died."""
    ran = {probe["probe"] for probe in probes}
    found = [name for name, its in _PROGRAMS.items() if ran.intersection(its)]
    return [*found, "imports"] if any(name.startswith("import:") for name in ran) else found
