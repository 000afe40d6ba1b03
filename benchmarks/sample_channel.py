"""A channel of made-up or real records to solve against, without archives: a solve needs none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from samples import PLATFORMS, chance, digest, names, needs, package

from envctl.model.packages import CondaPackage

SPECS = ("python 3.11.*", "numpy", "pandas", "scipy", "scikit-learn", "pyarrow", "flask", "pip")
"""What is solved for: the made-up channel has them, and the real conda-forge."""
_COMPILED = ("numpy", "pandas", "scipy", "scikit-learn", "pyarrow")
_PURE = ("flask", "pip")
_PYTHONS = {"3.10.20": "310", "3.11.15": "311", "3.12.13": "312"}
_LIBRARIES = [f"lib{name}" for name in names(150)]


def write_channel(folder: Path) -> str:
    """Write a channel's index, some 3,500 records for a platform with noarch, and return its URL."""
    for subdir in ("noarch", *PLATFORMS):
        packages = _noarch() if subdir == "noarch" else _on(subdir)
        records = {package.file_name: _record(package) for package in packages}
        _write(folder, subdir, json.dumps({"info": {"subdir": subdir}, "packages.conda": records}).encode())
    return folder.as_uri()


def unpack_channel(packed: Path, folder: Path) -> str:
    """Unpack the `SUBDIR/repodata.json.zst` of a channel, and return the URL of the copy."""
    from backports import zstd  # noqa: PLC0415  (for this channel alone)

    for file in packed.glob("*/repodata.json.zst"):
        _write(folder, file.parent.name, zstd.decompress(file.read_bytes()))
    return folder.as_uri()


def _write(folder: Path, subdir: str, index: bytes) -> None:
    (folder / subdir).mkdir(parents=True)
    (folder / subdir / "repodata.json").write_bytes(index)


def _noarch() -> Iterator[CondaPackage]:
    yield from _releases([*names(250), *_PURE], "noarch", builds={"pyh": ("python >=3.10",)})
    for python, digits in _PYTHONS.items():
        yield package("python_abi", python.rpartition(".")[0], f"8_cp{digits}", "noarch", ())


def _on(platform: str) -> Iterator[CondaPackage]:
    """Libraries, the interpreters, and Python packages with a build for each of these."""
    yield from _releases(_LIBRARIES, platform, builds={"": ()})
    for python in _PYTHONS:
        yield package("python", python, "h1a2b3c4_0_cpython", platform, needs(_LIBRARIES, chance(python)))
    builds = {f"py{digits}": _for_python(digits) for digits in _PYTHONS.values()}
    compiled = [*(f"py{name}" for name in names(100)), *_COMPILED]
    yield from _releases(compiled, platform, builds=builds, libraries=_LIBRARIES)


def _for_python(digits: str) -> tuple[str, ...]:
    minor = int(digits[1:])
    return f"python >=3.{minor},<3.{minor + 1}.0a0", f"python_abi 3.{minor}.* *_cp{digits}"


def _releases(
    called: Sequence[str],
    subdir: str,
    *,
    builds: Mapping[str, tuple[str, ...]],
    libraries: Sequence[str] = (),
) -> Iterator[CondaPackage]:
    """All versions of each; they need earlier ones of the list, so that a solution exists."""
    rng = chance(called[0])
    for at, name in enumerate(called):
        for release in range(5):
            wanted = (*needs(called[:at], rng, release), *needs(libraries, rng, release))
            for build, more in builds.items():
                text = f"{build}h{digest(f'{name}{release}{build}')[:7]}_0"
                yield package(name, f"2.{release}.0", text, subdir, (*wanted, *more))


def _record(made: CondaPackage) -> dict[str, object]:
    """As a channel's index has it."""
    keys = ("name", "version", "build", "build_number", "subdir", "md5", "sha256", "license", "depends")
    return {
        **{key: getattr(made, key) for key in keys},
        **({"noarch": made.noarch} if made.noarch else {}),
        "size": made.size_bytes,
        "timestamp": made.timestamp_ms,
    }
