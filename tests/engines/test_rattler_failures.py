"""What rattler says of a failed installation, as envctl says it: also what no test can always provoke."""

from __future__ import annotations

import pytest

from envctl.engines.rattler_failures import install_failed


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "failed to acquire global cache lock\nno eligible writable layers to cache package to",
            "unwritable",
        ),
        ("target prefix cannot be longer than the placeholder prefix", "path-too-long"),
        ("failed to link a\nNo space left on device (os error 28)", "disk-full"),
        ("failed to link a\nDisk quota exceeded (os error 122)", "disk-full"),
        ("failed to link a\nsomething else", "install-failed"),
    ],
)
def test_a_failure_is_called_by_its_cause(text: str, code: str) -> None:
    assert install_failed(text).code == code
