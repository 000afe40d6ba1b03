"""Whether the GPUs' memory is sound, and whether they are cut into instances."""

from __future__ import annotations

import pytest
from judged import A100, described, judge, machine

from envctl.model.machine import Ecc, Gpu, RemappedRows, RetiredPages
from envctl.verify.facts import Facts


@pytest.mark.parametrize(
    ("ecc", "status", "summary", "hint"),
    [
        (Ecc(enabled=True, uncorrected_volatile=0), "pass", "no uncorrected memory errors", None),
        (Ecc(uncorrected_volatile=0, corrected_volatile=9), "pass", "no uncorrected memory errors", None),
        (Ecc(corrected_volatile=9, corrected_aggregate=90), "skip", "no GPU counts memory errors", None),
        (
            Ecc(uncorrected_volatile=2, uncorrected_aggregate=2),
            "fail",
            "GPU 0: 2 uncorrected memory errors since the driver was loaded",
            "--gpu-reset",
        ),
        (
            Ecc(uncorrected_volatile=0, uncorrected_aggregate=5),
            "warn",
            "GPU 0: 5 uncorrected memory errors in its life, none of late",
            "watch it",
        ),
        (
            Ecc(sram_threshold_exceeded=True),
            "fail",
            "GPU 0: its SRAM had more uncorrected errors than NVIDIA allows",
            "replace the GPU",
        ),
        (Ecc(enabled=False), "skip", "ECC is switched off", None),
        (Ecc(), "skip", "no GPU counts memory errors", None),
    ],
)
def test_ecc(ecc: Ecc, status: str, summary: str, hint: str | None) -> None:
    result = judge("ecc", described(ecc=ecc), live=False)
    assert (result.status, result.summary) == (status, summary)
    assert (hint or "") in (result.hint or "")


@pytest.mark.parametrize(
    ("memory", "status", "summary", "hint"),
    [
        (
            {"remapped": RemappedRows(correctable=3, pending=False)},
            "pass",
            "no memory waits to be replaced",
            None,
        ),
        (
            {"remapped": RemappedRows(pending=True, failure=False)},
            "warn",
            "GPU 0: a broken memory row waits to be replaced",
            "--gpu-reset",
        ),
        (
            {"remapped": RemappedRows(pending=False, failure=True)},
            "fail",
            "GPU 0: a broken memory row could not be replaced",
            "replace the GPU",
        ),
        (
            {"retired": RetiredPages(single_bit=20, double_bit=39)},
            "pass",
            "no memory waits to be replaced",
            None,
        ),
        (
            {"retired": RetiredPages(single_bit=20, double_bit=40)},
            "fail",
            "GPU 0: 60 memory pages are retired",
            "replace the GPU",
        ),
        ({"retired": RetiredPages(pending=True)}, "warn", "GPU 0: memory pages wait to be retired", "reboot"),
        ({"remapped": RemappedRows()}, "skip", "no GPU says whether memory was replaced", None),
        ({}, "skip", "no GPU says whether memory was replaced", None),
    ],
)
def test_remapped_rows_and_retired_pages(
    memory: dict[str, object], status: str, summary: str, hint: str | None
) -> None:
    result = judge("remapped-rows", described(**memory), live=False)
    assert (result.status, result.summary) == (status, summary)
    assert (hint or "") in (result.hint or "")


def test_each_gpu_that_is_not_sound_is_named_and_the_same_advice_given_once() -> None:
    bad = Ecc(uncorrected_volatile=1)
    gpus = (Gpu(index=0, ecc=bad), Gpu(index=1, ecc=Ecc(uncorrected_volatile=0)), Gpu(index=2, ecc=bad))
    result = judge("ecc", Facts(machine=machine(gpus=gpus)))
    assert result.summary.count("uncorrected memory errors") == 2
    assert (result.hint or "").startswith("GPU 0, 2: ")
    assert result.measured["GPU 1"] == {"uncorrected_volatile": 0}


def test_gpus_that_do_not_say_what_decides_are_counted() -> None:
    gpus = (Gpu(index=0, ecc=Ecc(uncorrected_volatile=0)), Gpu(index=1, ecc=Ecc(corrected_volatile=0)))
    result = judge("ecc", Facts(machine=machine(gpus=gpus)))
    assert (result.status, result.summary) == (
        "pass",
        "no uncorrected memory errors; 1 of 2 GPUs do not say",
    )


@pytest.mark.parametrize("check", ["ecc", "remapped-rows"])
def test_no_gpu_no_memory(check: str) -> None:
    assert judge(check, Facts()).summary == "there is no GPU"
    assert judge(check, described(lost="GPU is lost")).summary == "there is no GPU"


def test_mig_is_told_with_its_instances_and_what_it_means() -> None:
    cut = Gpu(index=0, name=A100, mig=True, mig_devices=("3g.40gb", "3g.40gb"))
    result = judge("mig", Facts(machine=machine(gpus=(cut, Gpu(index=1, name=A100, mig=False)))))
    assert (result.status, result.summary) == ("pass", "1 of 2 GPUs have MIG on: 2 x 3g.40gb")
    assert "one instance only" in (result.cause or "")


def test_mig_without_an_instance_is_told_and_no_pass() -> None:
    result = judge("mig", described(mig=True))
    assert (result.status, result.summary) == ("skip", "1 of 1 GPUs have MIG on: no instance is listed")


def test_without_mig_there_is_nothing_to_tell() -> None:
    assert judge("mig", described(mig=False)).summary == "no GPU is cut into instances"
    assert judge("mig", described()).summary == "no GPU has MIG"
