"""Whether the framework is the build that was asked for: for CUDA, of the right version, or for the CPU."""

from __future__ import annotations

from functools import partial

from envctl.model.build import FrameworkBuild
from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.per_build import per_build
from envctl.verify.checks.unjudged import skip
from envctl.verify.facts import Case

_NAMES = {"cpu": "a CPU build", "rocm": "a ROCm build, for AMD's GPUs"}


def _judge(case: Case) -> CheckResult:
    build, wanted = case.facts.build, case.expectations.cuda
    asked = case.gpu_wanted or wanted is not None
    if build is None:
        return _untold("neither torch nor tensorflow is in this environment", asked=asked)
    what = f"{build.framework} {build.version}" if build.version else build.framework
    told = f"told by {build.because}" if build.because else None
    cause = "; ".join(word for word in (build.package, told) if word) or None
    if build.variant == "unknown":
        why = f": {build.because}" if build.because else ""
        return _untold(f"nothing says what {what} is built for{why}", asked=asked)
    result = partial(
        CheckResult,
        id="framework-build",
        cause=cause,
        measured={
            "variant": build.variant,
            "cuda": build.cuda,
            "expected_cuda": wanted,
            "package": build.package,
        },
    )
    if build.variant in _NAMES:
        summary = f"{what} is {_NAMES[build.variant]}"
        if not asked:
            return result(status="pass", summary=summary)
        driver = case.facts.machine.cuda if case.facts.machine else None
        summary = f"{summary}, and one for CUDA{f' {wanted}' if wanted else ''} is asked for"
        return result(status="fail", summary=summary, hint=_cuda_build(build, wanted or driver))
    summary = f"{what} is built for CUDA{f' {build.cuda}' if build.cuda else ''}"
    if wanted and build.cuda is None:
        return skip("framework-build", f"{summary}; nothing says the version, and {wanted} is expected")
    if wanted and build.cuda and build.cuda.split(".")[:2] != wanted.split(".")[:2]:
        summary = f"{summary}, and {wanted} is expected"
        return result(status="fail", summary=summary, hint=_cuda_build(build, wanted))
    if case.expected and not asked and build.framework == "torch":
        hint = (
            "it runs on a CPU too, with gigabytes of CUDA libraries for nothing: create it with --cuda none"
        )
        return result(status="warn", summary=f"{summary}, where a CPU build is expected", hint=hint)
    return result(status="pass", summary=summary)


def _untold(why: str, *, asked: bool) -> CheckResult:
    """Where the build is not known: no answer for who asks for one for CUDA."""
    if not asked:
        return skip("framework-build", why)
    hint = "name the CUDA build in the file (pytorch=*=*cuda*), or judge its lock or the environment itself"
    return CheckResult(id="framework-build", status="error", summary=why, hint=hint)


def _cuda_build(build: FrameworkBuild, cuda: str | None) -> str:
    """How to get the build for a CUDA version, of the newest that the machine's driver knows where none is
    expected."""
    version = ".".join((cuda or "12.6").split(".")[:2])
    if build.framework == "tensorflow":
        spec, wheel = "tensorflow=*=cuda*", "tensorflow[and-cuda]"
    else:
        spec, wheel = "pytorch=*=*cuda*", f"torch of PyTorch's index cu{version.replace('.', '')}"
    return (
        f"create it anew with --cuda {version} (for conda CONDA_OVERRIDE_CUDA={version}) and a CUDA build's "
        f"build string ({spec}); for pip {wheel}"
    )


CHECK = Check(id="framework-build", probes=("torch-import", "tensorflow-import"), judge=per_build(_judge))
