"""Which checks there are, which are chosen, and what their verdicts come to."""

from __future__ import annotations

import re

import pytest
from judged import machine, torch

from envctl.errors import UsageError
from envctl.model.machine import Machine
from envctl.model.report import CheckResult, Report
from envctl.model.template import Expectations
from envctl.verify import suite
from envctl.verify.facts import Case, DriverState, Facts
from envctl.verify.programs import BUILD, COMPUTE, DRIVER, PEERS

IDS = [check.id for check in suite.CHECKS]


def chosen(*only: str, skip: tuple[str, ...] = ()) -> list[str]:
    return [check.id for check in suite.choose(only, skip)]


def test_ids_are_kebab_case_and_each_is_there_once() -> None:
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in IDS)
    assert len(set(IDS)) == len(IDS)


def test_every_probe_serves_a_check_and_every_check_asks_for_probes_that_exist() -> None:
    probes = {*DRIVER, *COMPUTE, *PEERS, *(probe for build in BUILD.values() for probe in build)}
    asked = {probe for check in suite.CHECKS for probe in check.probes}
    assert asked == probes


def test_all_checks_are_made_where_none_is_named() -> None:
    assert chosen() == IDS


def test_the_checks_that_are_named_are_made_in_reading_order() -> None:
    assert chosen("pcie-link", "driver-present") == ["driver-present", "pcie-link"]


def test_a_check_that_is_named_and_left_out_is_left_out() -> None:
    assert chosen("mig", "ecc", skip=("ecc",)) == ["mig"]
    assert chosen(skip=("mig",)) == [name for name in IDS if name != "mig"]


@pytest.mark.parametrize(("only", "skip"), [(("heat",), ()), ((), ("heat",)), (("mig", "heat"), ("ecc",))])
def test_a_check_that_does_not_exist_is_usage(only: tuple[str, ...], skip: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="there is no check 'heat'") as caught:
        suite.choose(only, skip)
    assert caught.value.hint == f"one of: {', '.join(IDS)}"


def test_no_check_at_all_is_usage() -> None:
    with pytest.raises(UsageError, match="no check is left"):
        suite.choose((), IDS)


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("facts", [Facts(), Facts(build=torch()), Facts(machine=Machine(origin="x"))])
def test_facts_that_are_not_known_are_no_verdict_and_no_crash(facts: Facts, live: bool) -> None:
    results = suite.judge(Case(facts=facts, live=live), suite.CHECKS)
    assert [result.id for result in results] == IDS
    assert {result.status for result in results} <= {"pass", "skip"}
    assert all(result.summary and "\n" not in result.summary for result in results)


def test_strictly_a_warning_is_a_failure_and_all_else_is_what_it_was() -> None:
    statuses = ("pass", "warn", "fail", "skip", "error")
    results = [CheckResult(id=status, status=status, summary="seen", hint="do") for status in statuses]
    strict = suite.strict(results)
    assert [result.status for result in strict] == ["pass", "fail", "fail", "skip", "error"]
    assert strict[1] == CheckResult(id="warn", status="fail", summary="seen", hint="do")


@pytest.mark.parametrize(
    "facts",
    [
        Facts(),
        Facts(driver=DriverState()),
        Facts(machine=Machine(driver="535.104.05", origin="x")),
        Facts(machine=Machine(driver="535.104.05", count=0, origin="x"), driver=DriverState(pci_gpus=0)),
    ],
)
def test_a_gpu_that_is_wanted_and_nowhere_is_absent(facts: Facts) -> None:
    absent = suite.absent(Case(facts=facts, gpu_wanted=True))
    assert "gpu-present" in absent
    assert set(absent) < set(IDS)
    assert suite.absent(Case(facts=facts)) == ()


@pytest.mark.parametrize(
    "facts",
    [
        Facts(machine=machine("Tesla T4")),
        Facts(machine=Machine(count=1, origin="x")),
        Facts(driver=DriverState(pci_gpus=1)),  # there, and without a driver
    ],
)
def test_a_gpu_that_is_there_and_cannot_be_used_is_a_failure_and_not_absent(facts: Facts) -> None:
    assert suite.absent(Case(facts=facts, gpu_wanted=True)) == ()


@pytest.mark.parametrize(
    ("facts", "expectations", "code"),
    [
        (Facts(build=torch()), Expectations(gpu=True), 5),
        (Facts(build=torch(variant="cpu", cuda=None)), Expectations(gpu=True), 1),
        (Facts(build=torch(), driver=DriverState(pci_gpus=1)), Expectations(gpu=True), 1),
        (Facts(build=torch(variant="cpu", cuda=None)), Expectations(), 0),
        (Facts(), Expectations(), 6),
    ],
)
def test_what_the_verdicts_come_to(facts: Facts, expectations: Expectations, code: int) -> None:
    case = Case(facts=facts, expectations=expectations, expected=True, gpu_wanted=expectations.gpu)
    report = Report(subject="web", checks=suite.judge(case, suite.CHECKS), absent=suite.absent(case))
    assert report.exit_code == code
