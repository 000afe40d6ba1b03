"""Which of the caller's variables a probe does not get."""

from __future__ import annotations

from pathlib import Path

import pytest

from envctl.verify.hostile import HOSTILE, cleaned


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_variable_is_taken_out_and_told(name: str) -> None:
    assert cleaned({name: "/x", "HOME": "/root"}) == ({"HOME": "/root"}, {name: "/x"})


@pytest.mark.parametrize("name", ["CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "PYTORCH_CUDA_ALLOC_CONF"])
def test_what_schedulers_and_people_set_on_purpose_stays(name: str) -> None:
    assert cleaned({name: "1"}) == ({name: "1"}, {})


def test_an_empty_variable_is_not_worth_a_word() -> None:
    assert cleaned({"LD_LIBRARY_PATH": "", "PYTHONPATH": ""}) == ({}, {})


@pytest.mark.parametrize("library", ["libcuda.so.1", "libnvidia-ml.so.1"])
def test_a_folder_with_the_driver_stays_on_the_library_path(tmp_path: Path, library: str) -> None:
    driver, other = tmp_path / "driver", tmp_path / "other"
    for folder in (driver, other):
        folder.mkdir()
    (driver / library).touch()
    assert cleaned({"LD_LIBRARY_PATH": f"{other}::{driver}"}) == (
        {"LD_LIBRARY_PATH": str(driver)},
        {"LD_LIBRARY_PATH": f"{other}:"},
    )


def test_a_library_path_of_the_driver_alone_is_kept_in_silence(tmp_path: Path) -> None:
    (tmp_path / "libcuda.so.1").touch()
    assert cleaned({"LD_LIBRARY_PATH": str(tmp_path)}) == ({"LD_LIBRARY_PATH": str(tmp_path)}, {})


def test_the_file_that_every_shell_reads_first_is_none_of_a_probes_business() -> None:
    assert cleaned({"BASH_ENV": "/etc/modules.sh", "HOME": "/root"}) == ({"HOME": "/root"}, {})
