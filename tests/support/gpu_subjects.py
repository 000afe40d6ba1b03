"""One build of torch, written down in every way in which an environment can be named or handed over."""

from __future__ import annotations

from pathlib import Path

from forged_prefix import Conda, forge

_CHANNEL = "https://conda.example/conda-forge"
_MD5, _SHA256 = "a" * 32, "b" * 64

TEMPLATE = """\
name: served
summary: torch for a GPU
channels: [conda-forge]
dependencies: ["python 3.12.*", {spec}]
"""


def build_string(cuda: str) -> str:
    """As conda-forge writes it: `cuda126_mkl_py312_h0_300`."""
    return f"cuda{cuda.replace('.', '')}_mkl_py312_h0_300" if cuda != "cpu" else "cpu_mkl_py312_h0_100"


def specification(cuda: str) -> str:
    return f"conda-forge::pytorch=2.9.1={build_string(cuda)[:8].rstrip('_')}*"


def packages(cuda: str) -> tuple[tuple[str, str, str], ...]:
    """Name, version and build of each."""
    torch = ("pytorch", "2.9.1", build_string(cuda))
    return (torch,) if cuda == "cpu" else (torch, ("cuda-version", cuda, "h0_3"))


def url(package: tuple[str, str, str], platform: str = "linux-64") -> str:
    return f"{_CHANNEL}/{platform}/{'-'.join(package)}.conda"


def template(folder: Path, cuda: str, *, verify: str = "") -> str:
    """A template by its name; `ENVCTL_TEMPLATES` is the folder."""
    text = TEMPLATE.format(spec=f"'{specification(cuda)}'") + (f"verify: {verify}\n" if verify else "")
    (folder / "served.yaml").write_text(text)
    return "served"


def environment_file(folder: Path, cuda: str) -> str:
    file = folder / "environment.yml"
    file.write_text(f"channels: [conda-forge]\ndependencies: ['python 3.12.*', '{specification(cuda)}']\n")
    return str(file)


def conda_lock(folder: Path, cuda: str, *, others: tuple[tuple[str, str], ...] = ()) -> str:
    """A lock for linux-64; `others` are more platforms, each with its CUDA version."""
    builds = (("linux-64", cuda), *others)
    lines = ["version: 1", "metadata:", "  content_hash:"]
    lines += [f"    {platform}: {_SHA256}" for platform, _ in builds]
    lines += [f"  channels: [{{url: {_CHANNEL}, used_env_vars: []}}]"]
    lines += [f"  platforms: [{', '.join(platform for platform, _ in builds)}]", "  sources: [e.yml]"]
    lines += ["package:"]
    for platform, made_for in builds:
        for package in packages(made_for):
            name, version, build = package
            lines += [
                f"- name: {name}",
                f"  version: '{version}'",
                f"  build: {build}",
                "  manager: conda",
                f"  platform: {platform}",
                "  dependencies: {}",
                f"  url: {url(package, platform)}",
                f"  hash: {{md5: {_MD5}, sha256: {_SHA256}}}",
                "  category: main",
                "  optional: false",
            ]
    return _written(folder / "conda-lock.yml", lines)


def pixi_lock(folder: Path, cuda: str) -> str:
    urls = [url(package) for package in packages(cuda)]
    lines = ["version: 6", "environments:", "  default:", f"    channels: [{{url: {_CHANNEL}/}}]"]
    lines += ["    packages:", "      linux-64:", *(f"      - conda: {each}" for each in urls), "packages:"]
    for each in urls:
        lines += [f"- conda: {each}", f"  sha256: {_SHA256}", f"  md5: {_MD5}"]
    return _written(folder / "pixi.lock", lines)


def explicit(folder: Path, cuda: str) -> str:
    lines = ["# platform: linux-64", "@EXPLICIT", *(f"{url(each)}#{_MD5}" for each in packages(cuda))]
    return _written(folder / "explicit.txt", lines)


def prefix(folder: Path, cuda: str) -> str:
    """An environment as far as its records go: nothing in it can be run."""
    records = [
        Conda(name=name, version=version, build=build, channel=_CHANNEL)
        for name, version, build in packages(cuda)
    ]
    return str(forge(folder / "prefix", conda=records))


FILES = {
    "environment file": environment_file,
    "conda-lock": conda_lock,
    "pixi.lock": pixi_lock,
    "explicit": explicit,
}
"""How each is written: of a folder and a CUDA version (or `cpu`), its word for the command line."""
UNINSTALLED = {"template": template, **FILES}


def _written(file: Path, lines: list[str]) -> str:
    file.write_text("\n".join(lines) + "\n")
    return str(file)
