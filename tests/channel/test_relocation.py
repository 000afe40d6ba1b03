"""Files of an interpreter that forget where they were."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from envctl.channel import elf
from envctl.channel.archive import PLACEHOLDER
from envctl.channel.interpreter import Interpreter
from envctl.channel.relocation import nowhere, relocate, undo_debian

SETTINGS = "lib/python3.11/_sysconfigdata__linux.py"


@pytest.fixture
def private(python: Interpreter) -> Interpreter:
    home = "/home/me/python/3.11.7"
    return dataclasses.replace(python, base_prefix=Path(home), spellings=(f"/data{home}", home))


@pytest.fixture
def shared(python: Interpreter) -> Interpreter:
    return dataclasses.replace(python, base_prefix=Path("/usr"), spellings=("/usr",))


def test_text_names_the_placeholder_in_the_place_of_a_prefix(private: Interpreter) -> None:
    text = b"prefix='/home/me/python/3.11.7'\nlib=/home/me/python/3.11.7/lib\n"
    assert (
        relocate(text, "lib/any.py", private) == f"prefix='{PLACEHOLDER}'\nlib={PLACEHOLDER}/lib\n".encode()
    )


def test_a_prefix_behind_a_link_is_found_under_either_name(private: Interpreter) -> None:
    text = b"/data/home/me/python/3.11.7/lib:/home/me/python/3.11.7/bin"
    assert relocate(text, "lib/any.py", private) == f"{PLACEHOLDER}/lib:{PLACEHOLDER}/bin".encode()


def test_other_data_stays_as_it_is(private: Interpreter) -> None:
    data = b"\0\1/home/me/python/3.11.7"
    assert relocate(data, "lib/some.dat", private) == data


@pytest.mark.parametrize(
    ("line", "moved"),
    [
        ("'prefix': '/usr'", f"'prefix': '{PLACEHOLDER}'"),
        ("'BINDIR': '/usr/bin'", f"'BINDIR': '{PLACEHOLDER}/bin'"),
        ("prefix=/usr\n", f"prefix={PLACEHOLDER}\n"),
        ("'/usr/lib/python3.11/config'", f"'{PLACEHOLDER}/lib/python3.11/config'"),
        ("'-I/usr/include/python3.11 '", f"'-I{PLACEHOLDER}/include/python3.11 '"),
        ("'INSTALL': '/usr/bin/install -c'", None),
        ("'/usr/share/zoneinfo:/usr/lib/zoneinfo'", None),
        ("'./usr/lib/python3.11'", None),
        ("'/opt/usr'", None),
    ],
)
def test_of_a_shared_prefix_only_what_moves_is_replaced(
    shared: Interpreter, line: str, moved: str | None
) -> None:
    assert relocate(line.encode(), SETTINGS, shared).decode() == (moved or line)


def test_code_may_go_on_naming_a_shared_prefix(shared: Interpreter) -> None:
    text = b"known = ['/usr/lib', '/usr']"
    assert relocate(text, "lib/python3.11/ctypes/util.py", shared) == text


def test_a_path_to_nowhere_keeps_its_length_and_its_last_part() -> None:
    assert nowhere(b"/home/me/python/3.11.7") == b"/nowhere/nowher/3.11.7"
    assert nowhere(b"/opt/python") == b"/now/python"
    assert nowhere(b"/python") == b"/python"


def test_binaries_look_for_libraries_beside_themselves_and_forget_the_prefix(python: Interpreter) -> None:
    source = python.executable
    data = relocate(source.read_bytes(), f"bin/python{python.short}", python)
    runpath = elf.dynamic(data).runpath
    assert len(data) == source.stat().st_size
    assert runpath in (None, "$ORIGIN/../lib") or str(python.base_prefix) not in str(runpath)
    assert not python.private or str(python.base_prefix).encode() not in data


def test_debians_folder_for_packages_becomes_the_usual_one() -> None:
    assert undo_debian(b"x dist-packages y", "bin/python3.11") == b"x site-packages y"
    assert undo_debian(b'"dist-packages"', "lib/python3.11/site.py") == b'"site-packages"'


def test_debians_question_for_a_virtual_environment_is_answered() -> None:
    text = b'    if sys.base_prefix != sys.prefix or hasattr(sys, "real_prefix"):\n'
    assert undo_debian(text, "lib/python3.11/sysconfig.py") == b"    if True:\n"
    assert undo_debian(text, "lib/python3.13/sysconfig/__init__.py") == b"    if True:\n"
    assert undo_debian(text, "lib/python3.11/venv/__init__.py") == text
