"""An environment with torch and TensorFlow in it: each build counts."""

from __future__ import annotations

from judged import T4, done, judge, machine, tensorflow, torch

from envctl.verify.facts import Facts

BOTH = Facts(machine=machine(T4), build=torch(cuda="12.1"), second_build=tensorflow(cuda="12.5"))


def test_what_is_said_of_both_is_told_of_both() -> None:
    result = judge("framework-build", BOTH)
    assert result.status == "pass"
    assert "torch 2.5.1 is built for CUDA 12.1; tensorflow 2.20.0 is built for CUDA 12.5" in result.summary


def test_the_worse_of_the_two_is_the_verdict() -> None:
    facts = Facts(machine=machine(T4), build=torch(cuda="12.1"), second_build=tensorflow(cuda="13.0"))
    result = judge("driver-cuda", facts)
    assert (result.status, result.measured["cuda"]) == ("fail", "13.0")


def test_both_must_import() -> None:
    facts = Facts(
        build=torch(),
        second_build=tensorflow(),
        outcomes=(done("torch-import", version="2.5.1"), done("tensorflow-import", version="2.20.0")),
    )
    assert judge("framework-import", facts).summary == "torch 2.5.1 imports; tensorflow 2.20.0 imports"


def test_the_second_one_is_asked_for_its_gpus() -> None:
    facts = Facts(
        machine=machine(T4),
        build=torch(),
        second_build=tensorflow(),
        outcomes=(done("tensorflow-gpu", devices=[{"name": T4}], messages=[]),),
    )
    assert judge("tensorflow-gpu", facts).status == "pass"


def test_one_that_cannot_be_judged_is_told_beside_the_other() -> None:
    unknown = tensorflow(variant="unknown", cuda=None)
    result = judge("driver-cuda", Facts(machine=machine(T4), build=torch(cuda="12.1"), second_build=unknown))
    assert (result.status, result.summary.endswith("tensorflow is built for CUDA")) == ("pass", True)
