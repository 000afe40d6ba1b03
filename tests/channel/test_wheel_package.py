"""A wheel as a conda package: where its files go and what is said of them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from envctl.channel import wheel, wheel_package
from envctl.channel.archive import PLACEHOLDER
from envctl.channel.interpreter import Interpreter

ABI3 = "cp36-abi3-manylinux_2_17_x86_64.manylinux_2_28_x86_64"


@pytest.fixture
def convert(make_wheel, unpack, python: Interpreter, tmp_path: Path):
    """Make a wheel, pack it, and read the package: `(files, info)`."""

    def one(*args: Any, **kwargs: Any) -> tuple[dict[str, bytes], dict[str, Any]]:
        made = wheel.read(make_wheel(tmp_path / "wheels", *args, **kwargs))
        facts = wheel_package.describe(made, python, ["click >=8"])
        return unpack(wheel_package.build(made, python, facts, tmp_path))

    return one


def test_a_pure_wheel_is_noarch_and_leaves_its_commands_to_the_installer(convert) -> None:
    files, info = convert(
        "greet_all", commands={"greet": "greet_all:main"}, metadata="Requires-Python: >=3.8\nLicense: MIT\n"
    )
    assert info["index"] | {"timestamp": 0} == {
        "name": "greet-all", "version": "1.0", "build": "py_0", "build_number": 0, "subdir": "noarch",
        "noarch": "python", "arch": None, "platform": None, "constrains": [], "license": "MIT",
        "timestamp": 0,
        "depends": ["click >=8", "python >=3.8"], "purls": ["pkg:pypi/greet-all@1.0"],
    }  # fmt: skip
    assert info["link"]["noarch"] == {"type": "python", "entry_points": ["greet = greet_all:main"]}
    assert "site-packages/greet_all.py" in files
    assert not [path for path in files if path.startswith("bin/")]


def test_a_pure_wheel_with_markers_is_tied_to_the_interpreter(convert, python: Interpreter) -> None:
    _files, info = convert("greet", requires=["tomli; python_version < '3.11'"])
    assert info["index"]["depends"] == ["click >=8", f"python {python.short}.*"]
    assert (info["index"]["build"], info["index"]["noarch"]) == (f"{python.tag}_0", "python")


def test_a_compiled_wheel_goes_where_the_interpreter_looks_and_brings_commands_and_byte_code(
    convert, python: Interpreter
) -> None:
    files, info = convert(
        "fast", tag=ABI3, commands={"fast": "fast.cli:app.run"}, files={"fast/__init__.py": "x = 1\n"}
    )
    index = info["index"]
    assert (index["subdir"], index["build"], "noarch" in index) == (python.subdir, f"{python.tag}_0", False)
    assert index["depends"] == [
        "__glibc >=2.17,<3.0.a0",
        "click >=8",
        f"python {python.short}.*",
        f"python_abi {python.short}.* *_{python.abi}",
    ]
    assert "link" not in info
    site = python.site_packages
    cached = python.abi.replace("cp", "cpython-")
    assert files[f"{site}/fast/__init__.py"] == b"x = 1\n"
    assert f"{site}/fast/__pycache__/__init__.{cached}.pyc" in files
    script = files["bin/fast"].decode()
    assert script.startswith(f"#!{PLACEHOLDER}/bin/python\n")
    assert "from fast.cli import app" in script
    assert "sys.exit(app.run())" in script


@pytest.mark.parametrize(
    ("tag", "scripts", "site"), [("py3-none-any", "python-scripts", "site-packages"), (ABI3, "bin", None)]
)
def test_data_folders_go_where_pip_would_put_them(
    convert, python: Interpreter, tag: str, scripts: str, site: str | None
) -> None:
    files, info = convert(
        "some", tag=tag,
        files={
            "some-1.0.data/scripts/tool": "#!python\nprint('hi')\n",
            "some-1.0.data/data/share/some/notes.txt": "notes",
            "some-1.0.data/headers/some.h": "int x;",
            "some-1.0.data/purelib/extra.py": "",
        },
    )  # fmt: skip
    site = site or python.site_packages
    assert files[f"{scripts}/tool"] == f"#!{PLACEHOLDER}/bin/python\nprint('hi')\n".encode()
    assert files["share/some/notes.txt"] == b"notes"
    assert f"include/python{python.short}/some/some.h" in files
    assert f"{site}/extra.py" in files
    assert f"python {python.short}.*" in info["index"]["depends"]


def test_the_record_names_every_file_as_installed_and_conda_as_the_installer(
    convert, python: Interpreter
) -> None:
    direct = '{"url": "file:///home/me/some.whl"}'
    files, _info = convert(
        "some", tag=ABI3, commands={"run": "some:main"}, files={"some-1.0.dist-info/direct_url.json": direct}
    )
    info = f"{python.site_packages}/some-1.0.dist-info"
    assert files[f"{info}/INSTALLER"] == b"conda\n"
    assert f"{info}/direct_url.json" not in files
    record = files[f"{info}/RECORD"].decode().splitlines()
    assert "../../../bin/run,," in record
    assert "some-1.0.dist-info/RECORD,," in record
    assert any(line.startswith("some.py,sha256=") for line in record)
    assert {line.split(",")[0] for line in record} == {
        path.removeprefix(f"{python.site_packages}/").replace("bin/", "../../../bin/")
        for path in files
        if not path.startswith("info/")
    }


def test_the_list_of_paths_holds_each_file_with_its_true_hash_and_size(convert) -> None:
    files, info = convert("some", tag=ABI3, commands={"run": "some:main"})
    listed = {entry["_path"]: entry for entry in info["paths"]["paths"]}
    payload = {path: data for path, data in files.items() if not path.startswith("info/")}
    assert listed.keys() == payload.keys()
    for path, data in payload.items():
        assert (listed[path]["sha256"], listed[path]["size_in_bytes"]) == (
            hashlib.sha256(data).hexdigest(),
            len(data),
        )
    assert listed["bin/run"]["prefix_placeholder"] == PLACEHOLDER
    assert listed["bin/run"]["file_mode"] == "text"
    assert files["info/has_prefix"].decode() == f"{PLACEHOLDER} text bin/run\n"


def test_torch_is_pytorch_with_the_variant_in_its_build(convert, python: Interpreter) -> None:
    _files, info = convert("torch", "2.13.0+cpu", tag=ABI3)
    index = info["index"]
    assert (index["name"], index["version"], index["build"]) == ("pytorch", "2.13.0", f"cpu_{python.tag}_0")
    assert index["purls"] == ["pkg:pypi/torch@2.13.0+cpu"]


def test_equal_wheels_give_equal_packages(make_wheel, python: Interpreter, tmp_path: Path) -> None:
    made = wheel.read(make_wheel(tmp_path / "wheels", "some", tag=ABI3))
    facts = wheel_package.describe(made, python, [])
    packed = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        packed.append(unzipped(wheel_package.build(made, python, facts, tmp_path / name)))
    assert packed[0] == packed[1]


def unzipped(path: Path) -> dict[str, bytes]:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_package_that_fails_midway_leaves_nothing(make_wheel, python: Interpreter, tmp_path: Path) -> None:
    path = make_wheel(tmp_path / "wheels", "some")
    made = wheel.read(path)
    facts = wheel_package.describe(made, python, [])
    path.write_bytes(path.read_bytes().replace(b"conda", b"xxxxx").replace(b"some", b"emos", 1))
    with pytest.raises(Exception, match=r"."):
        wheel_package.build(made, python, facts, tmp_path)
    assert list(tmp_path.glob("*.conda")) == []
