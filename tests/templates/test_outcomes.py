"""What every template solves to, against real metadata of the channels.

That metadata is a part of the channels, so this is evidence, not proof.
The expected outcomes are written in outcomes.yaml. What is `untried` there is also said in docs/templates.md.
"""

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from envctl.formats.match_spec_syntax import name as conda_name
from envctl.model.template import Rendered
from envctl.templating.catalog import shipped
from envctl.templating.listing import list_all
from envctl.templating.render import render

HERE = Path(__file__).parent
CHANNELS = HERE.parents[2] / "shared" / "data" / "channels"
NEEDS_CHANNELS = pytest.mark.skipif(not CHANNELS.is_dir(), reason="no channel metadata beside the checkout")
OUTCOMES: dict[str, Any] = yaml.safe_load((HERE / "outcomes.yaml").read_text())
TEMPLATES = {entry.name: entry for entry in list_all(search=[shipped()]) if entry.kind == "template"}
WITH_ADDONS = [
    "pytorch-cpu",
    "pytorch-gpu-cu118",
    "pytorch-gpu-cu124",
    "pytorch-gpu-cu126",
    "pytorch-gpu-cu128",
]
"""Solved with every add-on on top, for Python 3.12: the only one that the metadata has gunicorn for."""
ROWS = [(name, python, row) for name, table in OUTCOMES.items() for python, row in table["python"].items()]
GPU = [name for name in TEMPLATES if render(name, search=[shipped()]).verify.gpu]


def test_the_table_has_a_row_for_every_template_and_every_python_that_it_allows() -> None:
    assert {name: list(table["python"]) for name, table in OUTCOMES.items()} == {
        name: list(entry.params[0].allowed) for name, entry in TEMPLATES.items()
    }


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every template x Python, with the CUDA that it asks for and without any, solved in one process."""
    folder = tmp_path_factory.mktemp("channels")
    for path in CHANNELS.glob("*/*/repodata.json.zst"):
        if path.parent.name in ("linux-64", "noarch"):
            target = folder / path.parent.relative_to(CHANNELS) / "repodata.json"
            target.parent.mkdir(parents=True)
            target.write_bytes(_decompress(path.read_bytes()))
    requests = {key: request for name, python, row in ROWS for key, request in _requests(name, python, row)}
    for name in WITH_ADDONS:
        rendered = render(name, values={"python": "3.12"}, addons=["serving", "jupyter"], search=[shipped()])
        requests[f"{name} with add-ons"] = _request(rendered, _cuda(rendered))
    done = subprocess.run(
        [sys.executable, str(HERE / "solve_against.py"), str(folder)],
        input=json.dumps(requests),
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@NEEDS_CHANNELS
@pytest.mark.parametrize(
    ("name", "python", "row"), ROWS, ids=[f"{name}-{python}" for name, python, _ in ROWS]
)
def test_a_template_solves_to_what_the_table_says(
    name: str, python: str, row: dict[str, Any], answers: dict[str, Any]
) -> None:
    found = answers[f"{name} {python} cuda"]
    if "untried" in row:
        assert isinstance(found, str), f"it solves now, write it into the table: {_framework(found)}"
    else:
        assert isinstance(found, dict), found
        assert _framework(found) == row["gives"]


@NEEDS_CHANNELS
@pytest.mark.parametrize("name", GPU)
def test_without_cuda_a_gpu_template_gives_its_cuda_build_or_fails(
    name: str, answers: dict[str, Any]
) -> None:
    for python, row in OUTCOMES[name]["python"].items():
        found = answers[f"{name} {python} plain"]
        if OUTCOMES[name]["without_cuda"] == "refused" or "untried" in row:
            assert isinstance(found, str), f"{python}: {_framework(found)}"
        else:
            assert _framework(found) == row["gives"]


@NEEDS_CHANNELS
@pytest.mark.parametrize("name", GPU)
def test_the_build_is_for_the_cuda_that_the_template_promises(name: str, answers: dict[str, Any]) -> None:
    promised = render(name, search=[shipped()]).verify.cuda or ""
    for python, row in OUTCOMES[name]["python"].items():
        if "gives" in row:
            build = _framework(answers[f"{name} {python} cuda"]).rpartition(" ")[2]
            assert re.search(rf"cuda{promised}_|cuda{promised.replace('.', '')}(_|py)", build), build


@NEEDS_CHANNELS
@pytest.mark.parametrize("name", WITH_ADDONS)
def test_addons_solve_on_top_and_leave_the_framework_as_it_is(name: str, answers: dict[str, Any]) -> None:
    found = answers[f"{name} with add-ons"]
    assert isinstance(found, dict), found
    assert {"flask", "gunicorn", "psutil", "jupyterlab", "ipykernel"} <= set(found)
    assert _framework(found) == OUTCOMES[name]["python"]["3.12"]["gives"]


@NEEDS_CHANNELS
def test_the_pytorch_channel_brings_no_library_of_a_newer_cuda(answers: dict[str, Any]) -> None:
    """NVIDIA's packages of CUDA 12.5 and later depend on cuda-version; those before do not."""
    for name in ("pytorch-gpu-cu118", "pytorch-gpu-cu124", "pytorch-inference-gpu"):
        solved = [
            found for key, found in answers.items() if key.startswith(f"{name} ") and isinstance(found, dict)
        ]
        assert solved
        assert all("cuda-version" not in found for found in solved), name


@NEEDS_CHANNELS
def test_pytorch_2_0_gets_the_numpy_and_mkl_that_it_can_use(answers: dict[str, Any]) -> None:
    for name in ("pytorch-cpu-2.0", "pytorch-inference", "pytorch-inference-gpu"):
        for python in OUTCOMES[name]["python"]:
            found = answers[f"{name} {python} cuda"]
            assert found["numpy"][0].startswith("1.")
            assert found["mkl"][0] == "2024.0.0"


def _requests(name: str, python: str, row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    rendered = render(name, values={"python": python}, search=[shipped()])
    for machine, cuda in (("cuda", _cuda(rendered)), ("plain", "")):
        yield f"{name} {python} {machine}", _request(rendered, cuda, without=row.get("without", ()))


def _request(rendered: Rendered, cuda: str, without: Sequence[str] = ()) -> dict[str, Any]:
    asked = [item.text for item in rendered.spec.dependencies if conda_name(item.text) not in without]
    return {"specs": asked, "channels": rendered.spec.channels, "cuda": cuda}


def _cuda(rendered: Rendered) -> str:
    """The CUDA of the oldest machine that the template is for."""
    return rendered.virtual_packages.get("__cuda", "").removeprefix(">=")


def _framework(found: dict[str, list[str]]) -> str:
    name = "tensorflow" if "tensorflow" in found else "pytorch"
    version, build, _channel = found[name]
    return f"{name} {version} {build}"


def _decompress(data: bytes) -> bytes:
    """zstd, by whichever module the conda packages' reader in the test requirements brought."""
    for module in ("compression.zstd", "backports.zstd", "zstandard"):
        try:
            zstd = importlib.import_module(module)
        except ModuleNotFoundError:
            continue
        whole = zstd.ZstdDecompressor().decompressobj() if module == "zstandard" else zstd
        return bytes(whole.decompress(data))
    raise AssertionError("no zstd module: install envctl[test]")
