"""The package's name in a match spec, found without an engine."""

from __future__ import annotations

import pytest

from envctl.formats.match_spec_syntax import name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("numpy", "numpy"),
        ("NumPy >=1.26", "numpy"),
        ("conda-forge::pip=23", "pip"),
        ("conda-forge/linux-64::pytorch[build=cuda*]", "pytorch"),
        ("https://host.example/c::mkl<2024.1", "mkl"),
        ("__cuda>=12", "__cuda"),
        ("ruamel.yaml~=0.18 # why", "ruamel.yaml"),
        ("https://host.example/noarch/x-1.0-0.conda", ""),
        ("", ""),
    ],
)
def test_the_name(text: str, expected: str) -> None:
    assert name(text) == expected
