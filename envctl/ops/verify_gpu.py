"""verify-gpu: whether an environment can use the GPUs of this machine, or of one that is described."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path

from envctl.errors import UsageError
from envctl.model.build import FrameworkBuild
from envctl.model.machine import Machine
from envctl.model.report import Report
from envctl.model.template import Expectations
from envctl.ops.verify_baseline import load_baseline, save_baseline
from envctl.ops.verify_subject import Subject, find_subject
from envctl.prefixes.activation import activated
from envctl.prefixes.place import Place
from envctl.prefixes.root import Root
from envctl.progress import Reporter
from envctl.sources import SpecOptions
from envctl.sources.text_file import read_text
from envctl.verify import suite
from envctl.verify.build import completed
from envctl.verify.facts import Case, Facts, Outcome
from envctl.verify.gather import Plan, builds, measurements, this_machine
from envctl.verify.hostile import cleaned
from envctl.verify.plain import about, plain
from envctl.verify.runner import Interpreter

_MAX_CAPTURE_BYTES = 16_000_000
"""`nvidia-smi -q -x` of eight GPUs has up to 0.4 MB."""
TIMEOUT_S = 120.0
"""A first start may have to compile a whole framework's PTX for the GPU."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VerifyOptions:
    """What to verify, where, and against what."""

    source: str
    root: Root
    spec: SpecOptions = field(default_factory=SpecOptions)
    target: str | None = None
    """A file that describes the machine; `-` is standard input; None is this machine."""
    expect: str | None = None
    """A file that says what must hold; None takes what the template said."""
    require_gpu: bool = False
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    timeout_s: float = TIMEOUT_S
    """For each probe."""
    baseline: Path | None = None
    save_baseline: Path | None = None
    strict: bool = False


def verify_gpu(options: VerifyOptions, reporter: Reporter) -> Report:
    """Gather facts and judge them.

    An installed environment runs its probes here, and where another machine is described only tells what its
    framework was built for. A template, a file or a lock is judged by its packages.
    Raises what `load` raises, `UsageError` (`unknown-check`, `bad-timeout`, `stdin-twice`), and `InputError`
    for a target, expectations or a baseline that cannot be read.
    """
    if [options.source, options.target, options.expect, str(options.baseline)].count("-") > 1:
        raise UsageError("standard input can be only one of the files", code="stdin-twice")
    if not options.timeout_s > 0:  # nor NaN
        raise UsageError("--timeout must be more than 0 seconds", code="bad-timeout")
    checks = suite.choose(options.only, options.skip, always=("gpu-present",) if options.require_gpu else ())
    target = _target(options)
    expected = _expected(options)
    baseline = load_baseline(options.baseline)
    subject = find_subject(options.source, options.spec, root=options.root, machine=target, reporter=reporter)
    expectations = expected or subject.expectations
    gpu_wanted = options.require_gpu or bool(expectations and expectations.gpu)
    started, clock = datetime.now(timezone.utc), time.monotonic()
    plan = Plan(
        probes={probe for check in checks for probe in check.probes},
        frameworks=tuple(build.framework for build in subject.builds),
        modules=expectations.imports if expectations and any(it.id == "imports" for it in checks) else (),
        gpu_wanted=gpu_wanted,
        timeout_s=options.timeout_s,
    )
    facts = _facts(subject, target, plan, reporter)
    case = Case(
        facts=facts,
        expectations=expectations or Expectations(),
        expected=expectations is not None,
        gpu_wanted=gpu_wanted,
        live=target is None and subject.place is not None,
        baseline=baseline,
    )
    results = suite.judge(case, checks)
    if options.save_baseline is not None:
        save_baseline(options.save_baseline, facts, label=subject.label, saved=started, reporter=reporter)
    return Report(
        subject=subject.label,
        about=about(facts),
        checks=suite.strict(results) if options.strict else results,
        absent=suite.absent(case),
        facts=plain(facts, started=started, wall_s=time.monotonic() - clock),
    )


def _target(options: VerifyOptions) -> Machine | None:
    if options.target is None:
        return None
    from envctl.formats.machine import read_machine

    text = read_text(options.target, limit_bytes=_MAX_CAPTURE_BYTES, what="the description of a machine")
    return read_machine(text, file=options.target)


def _expected(options: VerifyOptions) -> Expectations | None:
    if options.expect is None:
        return None
    from envctl.formats.expectations_yaml import read as read_expectations

    text = read_text(options.expect, limit_bytes=_MAX_CAPTURE_BYTES, what="expectations")
    return read_expectations(text, file=options.expect)


def _facts(subject: Subject, target: Machine | None, plan: Plan, reporter: Reporter) -> Facts:
    """The machine, and what of the environment can be run."""
    environ, removed = cleaned(os.environ)
    facts = Facts(
        machine=target,
        build=next(iter(subject.builds), None),
        second_build=next(iter(subject.builds[1:]), None),
        packages=subject.packages,
        removed=removed if subject.place else {},
        visible_devices=environ.get("CUDA_VISIBLE_DEVICES") if target is None else None,
    )
    inside = None if subject.place is None else _interpreter(subject.place, environ)
    if target is None:
        asking = inside or Interpreter(command=(sys.executable,), environ=environ)
        machine, driver, outcomes = this_machine(asking, timeout_s=plan.timeout_s, reporter=reporter)
        facts = replace(facts, machine=machine, driver=driver, outcomes=outcomes)
    if inside is None:
        return facts
    if target is None:
        found = builds(inside, plan, reporter)
        found = (*found, *measurements(inside, plan, found, reporter))
    else:  # what a build has kernels for is best told by itself, on whatever machine
        told = {"torch-import", "tensorflow-import", "tensorflow-libraries"} & set(plan.probes)
        found = builds(inside, replace(plan, probes=told, modules=()), reporter)
    return replace(
        facts,
        outcomes=(*facts.outcomes, *found),
        build=facts.build and _completed(facts.build, found),
        second_build=facts.second_build and _completed(facts.second_build, found),
    )


def _completed(build: FrameworkBuild, found: Sequence[Outcome]) -> FrameworkBuild:
    """The build as the framework itself tells it, where it imports."""
    imported = next(
        (it for it in found if it.probe == f"{build.framework}-import" and it.state == "done"), None
    )
    return build if imported is None else completed(build, imported.value)


def _interpreter(place: Place, environ: Mapping[str, str]) -> Interpreter:
    """The environment's Python, as it is when the environment is active."""
    # by its generation's own path, as `envctl run`: it stays whole when the environment is replaced
    prefix = place.prefix.resolve() if place.name else place.prefix
    command, changed = activated(prefix, label=place.name or str(place.prefix), environ=environ)
    return Interpreter(command=(*command, str(prefix / "bin" / "python")), environ=changed)
