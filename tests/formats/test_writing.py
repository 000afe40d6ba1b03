"""What is lost where a lock is written as a specification."""

from __future__ import annotations

from dataclasses import replace

import pytest
from diff_samples import conda, lock, pip

from envctl.formats.writing import write_lock
from envctl.model.format_names import ExportFormat
from envctl.model.lock import LockedPackage

WHOLE = lock(conda("numpy"), conda("mine", url="./mine"), pip("torch"), pip("odd", None))
DEV = LockedPackage(package=conda("pytest"), category="dev", optional=True)
LOCK = replace(WHOLE, platforms=(replace(WHOLE.platforms[0], packages=(*WHOLE.platforms[0].packages, DEV)),))


@pytest.mark.parametrize("form", ["environment-yaml", "environment-json"])
def test_what_a_specification_cannot_say_of_a_lock_is_lost(form: ExportFormat) -> None:
    assert write_lock(LOCK, form).lost == (
        "1 conda package that no archive holds: mine",
        "1 pip package without a version: odd",
        "1 category: dev",
    )


def test_what_was_asked_for_may_leave_versions_open() -> None:
    assert write_lock(LOCK, "environment-yaml", from_history=True).lost == (
        "1 conda package that no archive holds: mine",
        "1 category: dev",
    )
