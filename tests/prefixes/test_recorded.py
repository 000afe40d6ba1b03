"""What an installation writes down of its packages, read again."""

from __future__ import annotations

from pathlib import Path

import pytest
from diff_samples import conda, lock, pip

from envctl.errors import InputError
from envctl.prefixes.recorded import read_recorded, write_recorded

LOCK = lock(conda("numpy", depends=("python",)), pip("torch", sha256="a" * 64), variables={"A": "1"})


@pytest.fixture
def record(tmp_path: Path) -> Path:
    write_recorded(tmp_path, LOCK)
    return tmp_path / "conda-meta" / "envctl" / "lock.json"


def test_what_is_written_is_read(tmp_path: Path, record: Path) -> None:
    assert record.is_file()
    assert read_recorded(tmp_path) == LOCK


def test_there_is_none_where_envctl_wrote_none_or_a_later_one_did(tmp_path: Path, record: Path) -> None:
    record.write_text('{"schema_version": 2, "parts": []}')
    assert read_recorded(tmp_path) is None
    record.unlink()
    assert read_recorded(tmp_path) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema_version": 1}',
        '{"schema_version": 1, "platforms": [{"packages": []}]}',
        '{"schema_version": 1, "platforms": [{"platform": "linux-64", "packages": [{"package": {}}]}]}',
        '{"schema_version": 1, "platforms": [], "no_field": 1}',
    ],
)
def test_a_damaged_record_is_told_with_its_file(tmp_path: Path, record: Path, text: str) -> None:
    record.write_text(text)
    with pytest.raises(InputError) as caught:
        read_recorded(tmp_path)
    assert (caught.value.code, caught.value.file) == ("bad-record", str(record))


def test_a_record_that_was_cut_off_is_damaged(tmp_path: Path, record: Path) -> None:
    record.write_text(record.read_text()[:-20])
    with pytest.raises(InputError, match="not valid JSON"):
        read_recorded(tmp_path)
