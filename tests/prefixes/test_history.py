"""What conda's log says was asked for."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from forged_prefix import forge
from hypothesis import given, settings
from hypothesis import strategies as st

from envctl.prefixes.history import requested_in_history

ARCHIVE = "https://files.example/linux-64/a-b-1.0-0.conda#00"


def run(*lines: str) -> str:
    """One run in conda's log."""
    return "\n".join(("==> 2024-01-01 00:00:00 <==", "# cmd: conda install", *lines, ""))


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (run("# update specs: ['a=1', 'conda-forge::b']"), {"a": ("a=1",), "b": ("conda-forge::b",)}),
        (run('# update specs: ["a=1"]'), {"a": ("a=1",)}),
        (run("# create specs: ['a']"), {"a": ("a",)}),
        (run("# install specs: ['A[version=\\'>=1\\']']"), {"a": ("A[version='>=1']",)}),
        (run("# update specs: ['a >=1', 'b', 'a <2']"), {"a": ("a >=1", "a <2"), "b": ("b",)}),
        (run("# update specs: ['a=1']") + run("# update specs: ['a=2']"), {"a": ("a=2",)}),
        (run("# update specs: ['a']") + run("# remove specs: ['a']"), {}),
        (run("# remove specs: ['a']", "# update specs: ['a=2']"), {"a": ("a=2",)}),
        (run("# update specs: ['a=1', 'b']") + run("# neutered specs: ['a']"), {"a": ("a",), "b": ("b",)}),
        (run("# update specs: ['a']", "# update specs: ['b']"), {"b": ("b",)}),
        (run("# update specs: a>=1,<2,b >1, <2,c"), {"a": ("a>=1,<2",), "b": ("b >1, <2",), "c": ("c",)}),
        (run(f"# update specs: ['{ARCHIVE}']"), {"a-b": (ARCHIVE,)}),
        (run("# update specs: ['main/linux-64::a==1.0=0']"), {"a": ("main/linux-64::a==1.0=0",)}),
        (run("# update specs: ['feature@']"), {}),
        (run("# update specs: ['a'"), {}),
        (run("# update specs: [a]"), {}),
        (run("# update specs: a[x]"), {}),
        (run("# pinned specs: ['a']"), {}),
        ("# cmd: conda create\n# update specs: ['a']\n", {}),
        ("==> 2024 <==\n# update specs: ['a']\n", {}),
        ("", {}),
    ],
)
def test_the_log_is_read_as_conda_reads_it(
    tmp_path: Path, history: str, expected: dict[str, tuple[str, ...]]
) -> None:
    forge(tmp_path, history=history)
    assert requested_in_history(tmp_path) == expected


@given(
    st.lists(st.sampled_from(["==> x <==", "# cmd: y", "# update specs: ", "# remove specs: ['"]) | st.text())
)
@settings(max_examples=300)
def test_no_log_is_an_error(lines: list[str]) -> None:
    with TemporaryDirectory() as folder:
        forge(Path(folder), history="\n".join(lines).encode(errors="replace").decode())
        requested_in_history(Path(folder))
