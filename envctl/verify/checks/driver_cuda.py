"""Whether the driver runs the build's CUDA version."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from envctl.model.build import FrameworkBuild
from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.gpus import attached
from envctl.verify.checks.messages import explain
from envctl.verify.checks.other_builds import create
from envctl.verify.checks.per_build import per_build
from envctl.verify.checks.unjudged import skip, unanswered
from envctl.verify.driver_rule import DriverVerdict, judge_cuda_api, judge_driver
from envctl.verify.facts import Case, Facts
from envctl.verify.tables.gpus import find_gpu

_RUNS = ("matched", "minor", "forward-compat")
_LIMITS = (
    "the build's machine code runs; the driver cannot compile its PTX (error 222), and calls newer than the "
    "driver fail (error 36)"
)


def driver_verdict(facts: Facts, cuda: str) -> DriverVerdict:
    """What the rule says of this machine's driver and a CUDA version. A forward-compatibility package counts
    where its libcuda is the one that is loaded; where nothing was loaded, where the environment has one and
    the driver alone is too old."""
    machine = facts.machine
    if machine is None or not (machine.driver or machine.cuda):
        return DriverVerdict(kind="unknown", reason="the driver's version is not known")
    if machine.driver is None:
        return judge_cuda_api(machine.cuda or "", cuda)
    judge = partial(judge_driver, machine.driver, cuda, system=machine.system or "linux")
    libcuda = facts.driver.libcuda if facts.driver else None
    loaded = bool(libcuda and "compat" in libcuda)
    alone = judge(driver_cuda=machine.cuda)
    if loaded or (libcuda is None and "cuda-compat" in facts.packages and alone.kind == "too-old"):
        made = _datacenter(facts)
        if made is None and loaded and facts.driver and facts.driver.cuda_code == 0:
            made = True  # other GPUs refuse it by 804
        return judge(compat=True, compat_cuda=_compat_cuda(facts, loaded), datacenter=made)
    return alone


def runs(facts: Facts, cuda: str) -> bool:
    """Whether this machine's driver is known to run what is built with a CUDA version."""
    return driver_verdict(facts, cuda).kind in _RUNS


def _compat_would_do(facts: Facts, cuda: str) -> bool:
    """Whether a forward-compatibility package, which is not there yet, would run a CUDA version."""
    machine = facts.machine
    if machine is None or machine.driver is None or machine.system == "windows":
        return False
    if "cuda-compat" in facts.packages or not _datacenter(facts):
        return False
    return (
        judge_driver(machine.driver, cuda, system="linux", compat=True, datacenter=True).kind
        == "forward-compat"
    )


def _compat_cuda(facts: Facts, loaded: bool) -> str | None:
    """The CUDA version of the forward-compatibility package; None where nothing says it."""
    probe = facts.one("cuda-driver") if loaded else None
    if probe and probe.value.get("version"):
        return str(probe.value["version"])
    version = facts.packages.get("cuda-compat", "").partition(" ")[0]
    return ".".join(version.split(".")[:2]) or None


def _datacenter(facts: Facts) -> bool | None:
    """Whether forward compatibility is made for all GPUs of the machine; None where that is not known."""
    found = [find_gpu(gpu.name) if gpu.name else None for gpu in facts.machine.gpus] if facts.machine else []
    made = [model.forward_compat if model else None for model in found]
    if False in made:
        return False
    return True if made and None not in made else None


def _judge(case: Case) -> CheckResult:
    facts, build = case.facts, case.facts.build
    if build and build.variant == "unknown":
        return skip("driver-cuda", f"nothing says whether {build.framework} is built for CUDA")
    if build is None or build.variant != "cuda":
        return skip("driver-cuda", "there is no CUDA build to judge a driver for")
    # where it can be run, driver-loaded and cuda-available tell more
    asked = case.gpu_wanted and not case.live and attached(facts) > 0
    if build.cuda is None:
        why = "nothing says which CUDA version the build is for"
        return replace(
            unanswered("driver-cuda", why, asked=asked), hint="judge its lock, or the environment itself"
        )
    verdict = driver_verdict(facts, build.cuda)
    driver = facts.machine.driver if facts.machine else None
    result = partial(
        CheckResult,
        id="driver-cuda",
        measured={
            "driver": driver,
            "cuda": build.cuda,
            "verdict": verdict.kind,
            "needed": verdict.needed,
            "floor": verdict.floor,
        },
    )
    if verdict.kind == "unknown":
        return unanswered("driver-cuda", verdict.reason, asked=asked)
    if verdict.kind == "minor":
        hint = f"driver {verdict.needed} or newer lifts the limits" if verdict.needed else None
        return result(status="pass", summary=verdict.reason, cause=_LIMITS, hint=hint)
    if verdict.kind == "too-old":
        return result(status="fail", summary=verdict.reason, hint=_instead(facts, build, verdict))
    if verdict.kind == "compat-unsupported":
        known = explain("CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE", facts)
        cause, hint = (known.cause, known.fix) if known else (None, None)
        return result(status="fail", summary=verdict.reason, cause=cause, hint=hint)
    return result(status="pass", summary=verdict.reason)


def _instead(facts: Facts, build: FrameworkBuild, verdict: DriverVerdict) -> str:
    """What would do: a newer driver, a build for an older CUDA, a forward-compatibility package."""
    drivers = list(dict.fromkeys(filter(None, (verdict.floor, verdict.needed))))
    ways = [f"driver {drivers[0]} or newer" if drivers else "a newer driver"]
    if len(drivers) == 2:
        ways[0] += f" ({drivers[1]} without limits)"
    older = create(build, lambda cuda: runs(facts, cuda), newest=True)
    if older:
        ways.append(older)
    libcuda = facts.driver.libcuda if facts.driver else None
    if libcuda and "compat" not in libcuda and "cuda-compat" in facts.packages:  # old ones need to be found
        ways.append("LD_LIBRARY_PATH=$CONDA_PREFIX/cuda-compat, to load the cuda-compat that is there")
    if _compat_would_do(facts, build.cuda or ""):
        ways.append("conda-forge's cuda-compat")
    return "; or ".join(ways)


CHECK = Check(id="driver-cuda", judge=per_build(_judge))
