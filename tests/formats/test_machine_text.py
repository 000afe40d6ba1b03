"""A description of a machine as it comes off terminals and out of logs: coloured, twice, or not at all."""

from __future__ import annotations

import pytest

from envctl.errors import InputError
from envctl.formats.machine import read_machine
from envctl.model.machine import Machine

LISTING = """\
==============NVSMI LOG==============
Driver Version                            : 550.54.15
Attached GPUs                             : 1
GPU 00000000:3B:00.0
    Product Name                          : Tesla T4
"""
TABLE = """\
| NVIDIA-SMI 535.104.05   Driver Version: 535.104.05   CUDA Version: 12.2 |
|   0  Tesla T4            Off  | 00000000:00:1E.0 Off |                    0 |
"""
NAMES = "GPU 0: Tesla T4 (UUID: GPU-a)\nGPU 1: Tesla T4 (UUID: GPU-b)\n"
CSV = "name, driver_version\nTesla T4, 535.104.05\nTesla T4, 535.104.05\n"
XML = "<nvidia_smi_log>\n<driver_version>535.104.05</driver_version>\n</nvidia_smi_log>\n"

FORMS = [LISTING, TABLE, NAMES, CSV, XML]


def read(text: str) -> Machine:
    return read_machine(text, file="node.txt")


@pytest.mark.parametrize("text", FORMS)
def test_the_colours_of_a_terminal_say_nothing(text: str) -> None:
    coloured = "".join(f"\x1b[1;32m{line}\x1b[0m\x1b[K\n" for line in text.splitlines())
    assert read(coloured) == read(text)
    assert read(text).gpus or text is XML


@pytest.mark.parametrize("text", FORMS)
def test_two_reports_are_no_machine_since_the_first_driver_would_stand_for_both(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text + text.replace("535.104.05", "470.82.01"))
    assert (caught.value.code, caught.value.message) == (
        "several-machines",
        "node.txt: holds more than one report of nvidia-smi",
    )
    assert caught.value.hint == "a file for each machine; and without -l, which repeats the report"


def test_a_report_in_two_forms_is_one_machine() -> None:
    assert read(NAMES + LISTING) == read(LISTING)


@pytest.mark.parametrize("text", ["bash: nvidia-smi: command not found\n", "a: b: c\n", "nvcc: a\nV12.6\n"])
def test_what_is_no_yaml_either_has_the_hint_how_to_describe_a_machine(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.code == "yaml-syntax"
    assert caught.value.hint is not None
    assert "nvidia-smi -q -x > machine.xml" in caught.value.hint
