"""nvidia-smi asked on a machine: a stub on PATH answers as the real one does."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from stub_nvidia_smi import calls, stub_nvidia_smi

from envctl.verify.here.nvidia_smi import SmiAnswer, ask

CAPTURES = Path(__file__).parents[3] / "shared/data/nvidia-smi"
XML = """\
<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
  <driver_version>535.104.05</driver_version>
  <cuda_version>12.2</cuda_version>
  <attached_gpus>2</attached_gpus>
  <gpu id="00000000:3B:00.0"><product_name>Tesla T4</product_name><uuid>GPU-a</uuid></gpu>
  <gpu id="00000000:D8:00.0"><product_name>NVIDIA L4</product_name><uuid>GPU-b</uuid></gpu>
</nvidia_smi_log>
"""
QUERY = """\
uuid, name, compute_cap, memory.total [MiB]
GPU-b, NVIDIA L4, 8.9, 23034 MiB
GPU-a, Tesla T4, 7.5, 15360 MiB
"""


def on_path(folder: Path) -> dict[str, str]:
    return {**os.environ, "PATH": str(folder)}


def capabilities(answer: SmiAnswer) -> list[tuple[str | None, str | None]]:
    assert answer.machine
    return [(gpu.name, gpu.compute_capability and str(gpu.compute_capability)) for gpu in answer.machine.gpus]


def test_the_xml_is_completed_by_the_compute_capability_of_a_query(tmp_path: Path) -> None:
    answer = ask(on_path(stub_nvidia_smi(tmp_path, xml=XML, query=QUERY)))
    assert (answer.exit, answer.message, answer.failure) == (0, None, None)
    assert answer.machine
    assert (answer.machine.driver, answer.machine.cuda, answer.machine.count) == ("535.104.05", "12.2", 2)
    assert answer.machine.origin == "nvidia-smi"
    assert capabilities(answer) == [("Tesla T4", "7.5"), ("NVIDIA L4", "8.9")]
    assert calls(tmp_path) == ["-q -x", "--query-gpu=uuid,compute_cap --format=csv,noheader"]


def test_an_old_driver_that_refuses_the_query_still_has_its_gpus(tmp_path: Path) -> None:
    query = "uuid, name\nGPU-a, Tesla T4\nGPU-b, NVIDIA L4\n"
    answer = ask(on_path(stub_nvidia_smi(tmp_path, xml=XML, query=query)))
    assert (answer.exit, answer.failure) == (0, None)
    assert capabilities(answer) == [("Tesla T4", None), ("NVIDIA L4", None)]


def test_a_machine_without_it_has_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("envctl.verify.here.nvidia_smi._PLACES", ())
    assert ask(on_path(tmp_path)) == SmiAnswer(failure="absent")


def test_it_is_found_where_drivers_put_it_when_path_does_not_lead_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub_nvidia_smi(tmp_path / "usr", xml=XML, query=QUERY)
    monkeypatch.setattr("envctl.verify.here.nvidia_smi._PLACES", (str(tmp_path / "usr"),))
    assert ask(on_path(tmp_path)).exit == 0
    assert ask({}).exit == 0


def test_one_that_cannot_be_run_is_as_good_as_none_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "nvidia-smi").write_bytes(b"\x7fELF of another machine")
    (tmp_path / "nvidia-smi").chmod(0o755)
    answer = ask(on_path(tmp_path))
    assert (answer.machine, answer.exit, answer.failure) == (None, None, "absent")
    assert answer.message == f"cannot run {tmp_path}/nvidia-smi: Exec format error"


def test_one_that_hangs_is_stopped_and_said_to_hang(tmp_path: Path) -> None:
    stub_nvidia_smi(tmp_path, xml=XML, delay_s=60)
    started = time.monotonic()
    answer = ask(on_path(tmp_path), timeout_s=0.5)
    assert time.monotonic() - started < 10
    assert (answer.machine, answer.exit, answer.failure) == (None, -9, "hung")
    assert answer.message == f"{tmp_path}/nvidia-smi did not end within 0.5 s and was stopped"


NOT_LOADED = (
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. "
    "Make sure that the latest NVIDIA driver is installed and running."
)
MISMATCH = "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.161"
NO_LIBRARY = (
    "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system. "
    "Please make sure that the NVIDIA Display Driver is properly installed and present in your system."
)
LOST = (
    "Unable to determine the device handle for GPU0000:01:00.0: GPU is lost.  "
    "Reboot the system to recover this GPU"
)


@pytest.mark.parametrize(
    ("message", "status", "failure"),
    [
        (NOT_LOADED, 9, "driver-not-loaded"),
        (MISMATCH, 18, "library-mismatch"),
        (NO_LIBRARY, 12, "library-missing"),
        ("No devices were found", 6, "no-devices"),
        ("No devices were found", 0, "no-devices"),
        (LOST, 15, "gpu-lost"),
        ("Failed to initialize NVML: Insufficient Permissions", 4, "insufficient-permissions"),
        ("Failed to initialize NVML: Unknown Error", 255, "unknown-error"),
        ("Le pilote ne répond pas", 9, "driver-not-loaded"),
        ("Le pilote ne répond pas", 99, "unreadable"),
    ],
)
def test_a_failure_is_told_by_its_words_or_else_by_its_exit_status(
    tmp_path: Path, message: str, status: int, failure: str
) -> None:
    answer = ask(on_path(stub_nvidia_smi(tmp_path, message=message, exit=status)))
    assert (answer.machine, answer.exit, answer.failure) == (None, status, failure)
    assert answer.message == message
    assert calls(tmp_path) == ["-q -x"]


def test_silence_is_no_answer(tmp_path: Path) -> None:
    answer = ask(on_path(stub_nvidia_smi(tmp_path)))
    assert answer == SmiAnswer(exit=0, failure="unreadable")


def test_xml_that_is_cut_off_is_no_machine_and_says_so(tmp_path: Path) -> None:
    answer = ask(on_path(stub_nvidia_smi(tmp_path, xml=XML[:300], query=QUERY)))
    assert (answer.machine, answer.exit, answer.failure) == (None, 0, "unreadable")
    assert "XML" in (answer.message or "")


def test_a_report_with_a_complaint_before_it_has_both(tmp_path: Path) -> None:
    answer = ask(on_path(stub_nvidia_smi(tmp_path, xml=f"{LOST}\n{XML}", query=QUERY, exit=15)))
    assert (answer.exit, answer.failure, answer.message) == (15, "gpu-lost", LOST)
    assert answer.machine
    assert [(gpu.name, gpu.lost) for gpu in answer.machine.gpus] == [
        ("Tesla T4", None),
        ("NVIDIA L4", None),
        (None, "GPU is lost"),
    ]


@pytest.mark.parametrize("file", ["infra-h100.xml", "telegraf-rtx-3090-v12.xml"])
def test_a_real_capture_is_a_machine(tmp_path: Path, file: str) -> None:
    capture = CAPTURES / "xml" / file
    if not capture.exists():
        pytest.skip("the captured reports are not here")
    answer = ask(on_path(stub_nvidia_smi(tmp_path, xml=capture.read_text(), query=QUERY)))
    assert (answer.exit, answer.failure) == (0, None)
    assert answer.machine
    assert len(answer.machine.gpus) == answer.machine.count


def test_a_real_query_of_all_fields_gives_its_compute_capability(tmp_path: Path) -> None:
    capture = CAPTURES / "captures/linux-h100-mig-590.48.01.query-gpu.csv"
    if not capture.exists():
        pytest.skip("the captured reports are not here")
    xml = (
        "<nvidia_smi_log><gpu><product_name>NVIDIA H100 80GB HBM3</product_name>"
        "<uuid>GPU-00000000-0000-0000-0000-000000000000</uuid></gpu></nvidia_smi_log>"
    )
    answer = ask(on_path(stub_nvidia_smi(tmp_path, xml=xml, query=capture.read_text())))
    assert capabilities(answer) == [("NVIDIA H100 80GB HBM3", "9.0")]
