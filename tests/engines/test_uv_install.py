"""uv installs the pip packages of a lock into a real Python environment."""

from __future__ import annotations

import hashlib
import venv
from pathlib import Path

import pytest
from tiny_wheel import make_wheel

from envctl.engines.uv_install import install_locked
from envctl.errors import FailedError
from envctl.model.packages import PipPackage
from envctl.progress import SILENT


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    return make_wheel(tmp_path / "my wheels", "greet", "1.0")


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    venv.create(tmp_path / "env", symlinks=True)
    return tmp_path / "env"


def install(package: PipPackage, prefix: Path, directory: Path) -> bool:
    install_locked([package], prefix, directory=directory, offline=True, reporter=SILENT)
    return any(prefix.glob("lib/python3*/site-packages/greet.py"))


@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize("hashed", [False, True])
def test_a_wheel_is_installed_by_its_url_with_and_without_a_hash(
    wheel: Path, prefix: Path, tmp_path: Path, hashed: bool, direct: bool
) -> None:
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest() if hashed else None
    package = PipPackage(name="greet", version="1.0", url=wheel.as_uri(), sha256=sha256, direct=direct)
    assert install(package, prefix, tmp_path)


def test_a_relative_path_starts_from_the_folder_of_the_lock(
    wheel: Path, prefix: Path, tmp_path: Path
) -> None:
    package = PipPackage(name="greet", url=str(wheel.relative_to(tmp_path)), direct=True)
    assert install(package, prefix, tmp_path)


@pytest.mark.parametrize("direct", [False, True])
def test_a_wrong_hash_stops_it(wheel: Path, prefix: Path, tmp_path: Path, direct: bool) -> None:
    package = PipPackage(name="greet", version="1.0", url=wheel.as_uri(), sha256="0" * 64, direct=direct)
    with pytest.raises(FailedError) as caught:
        install(package, prefix, tmp_path)
    assert caught.value.code == "pip-hash-mismatch"
