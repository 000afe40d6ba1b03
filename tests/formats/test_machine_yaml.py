"""A machine in a few lines of YAML, and which files describe none."""

from __future__ import annotations

import pytest

from envctl.errors import InputError
from envctl.formats.machine import read_machine
from envctl.model.machine import ComputeCapability, Gpu, Machine

ORIGIN = "file:t4.yaml"


def read(text: str) -> Machine:
    return read_machine(text, file="t4.yaml")


def refused(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.file == "t4.yaml"
    return caught.value


def test_one_name_and_a_count_are_that_many_gpus() -> None:
    machine = read("driver: 535.104.05\ngpus: [Tesla T4]\ncount: 8\n")
    assert machine == Machine(
        driver="535.104.05",
        count=8,
        gpus=tuple(Gpu(index=index, name="Tesla T4") for index in range(8)),
        origin=ORIGIN,
    )


def test_gpus_without_a_count_are_those_that_are_listed() -> None:
    machine = read("gpus:\n- Tesla T4\n- NVIDIA L4\n")
    assert machine.gpus == (Gpu(index=0, name="Tesla T4"), Gpu(index=1, name="NVIDIA L4"))
    assert machine.count == 2


def test_a_gpu_may_say_more_than_its_name() -> None:
    text = """\
driver: "550.54.15"
cuda: 12.4
os: windows
gpus:
- name: NVIDIA A100-SXM4-80GB
  compute_capability: 8.0
  memory_mib: 81920
  mig: true
"""
    gpu = Gpu(
        index=0,
        name="NVIDIA A100-SXM4-80GB",
        compute_capability=ComputeCapability(8, 0),
        memory_mib=81920,
        mig=True,
    )
    assert read(text) == Machine(
        driver="550.54.15", cuda="12.4", system="windows", count=1, gpus=(gpu,), origin=ORIGIN
    )


def test_a_version_is_what_stands_there_and_no_number() -> None:
    machine = read("driver: 550.10\ncuda: 12.0\n")
    assert (machine.driver, machine.cuda) == ("550.10", "12.0")


def test_gpus_that_are_not_mentioned_are_not_known_but_an_empty_list_says_that_there_are_none() -> None:
    assert read("driver: 535.104.05\n") == Machine(driver="535.104.05", origin=ORIGIN)
    assert read("gpus: []\n") == Machine(count=0, origin=ORIGIN)
    assert read("driver: 535.104.05\ncount: 4\n").count == 4


def test_a_mapping_may_stand_in_braces() -> None:
    assert read('{"driver": "535.104.05", "gpus": ["Tesla T4"]}').gpus == (Gpu(index=0, name="Tesla T4"),)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("driver: 535.104.05\ngpu: [Tesla T4]\n", 2, "unknown key 'gpu'"),
        ("gpus:\n- name: Tesla T4\n  memory: 1\n", 3, "unknown key 'memory'"),
        ("driver: 535\n", 1, "driver is no version such as 535.104.05"),
        ("driver: [535.104]\n", 1, "driver is no version such as 535.104.05"),
        ("driver:\n", 1, "driver is no version such as 535.104.05"),
        ("cuda: cu124\n", 1, "cuda is no version such as 12.2"),
        ("driver: 535.104.05\nos: macos\n", 2, "os must be linux or windows"),
        ("os: [linux]\n", 1, "os must be linux or windows"),
        ("gpus: Tesla T4\n", 1, "gpus must be a list of names"),
        ("gpus:\n", 1, "gpus must be a list of names"),
        ("gpus:\n- Tesla T4\n- 4090\n", 3, "a GPU needs its name"),
        ("gpus:\n- compute_capability: 8.0\n", 2, "a GPU needs its name"),
        ("gpus: ['']\n", 1, "a GPU needs its name"),
        ("gpus:\n- [Tesla T4]\n", 2, "must be a mapping (key: value)"),
        ("gpus:\n- {name: L4, compute_capability: sm_89}\n", 2, "no compute capability such as 8.6"),
        ("gpus:\n- {name: L4, memory_mib: 24 GB}\n", 2, "memory_mib must be a whole number"),
        ("gpus:\n- {name: L4, mig: yes please}\n", 2, "mig must be true or false"),
        ("gpus: [Tesla T4]\ncount: many\n", 2, "count must be a whole number from 0 to 1024"),
        ("gpus: [Tesla T4]\ncount: 100000\n", 2, "count must be a whole number from 0 to 1024"),
        ("gpus: [Tesla T4, NVIDIA L4]\ncount: 3\n", 2, "count is 3, but 2 GPUs are listed"),
        ("driver: 535.104.05\ndriver: 550.54.15\n", 2, "the key 'driver' stands twice"),
        ("{}\n", None, "says nothing of a machine"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int | None, message: str) -> None:
    error = refused(text)
    assert (error.code, error.line) == ("bad-machine", line)
    assert message in error.message


def test_broken_yaml_is_named_as_such() -> None:
    error = refused("driver: 535.104.05\ngpus: [Tesla T4\n")
    assert error.code == "yaml-syntax"


@pytest.mark.parametrize("text", ["", "hello\n", "- Tesla T4\n", "0, Tesla T4, 535.104.05\n"])
def test_what_describes_no_machine_is_refused_with_what_would(text: str) -> None:
    error = refused(text)
    assert error.code == "not-a-machine"
    assert error.hint == (
        "capture it (nvidia-smi -q -x > machine.xml), or write driver: 535.104.05, gpus: [Tesla T4]"
    )
