"""What holds for every shipped template."""

import re

import pytest

from envctl.templating.catalog import shipped
from envctl.templating.listing import list_all
from envctl.templating.render import header, render

SHIPPED = [shipped()]
ENTRIES = list_all(search=SHIPPED)
TEMPLATES = [entry.name for entry in ENTRIES if entry.kind == "template"]
GPU = [name for name in TEMPLATES if render(name, search=SHIPPED).verify.gpu]


def test_these_are_shipped() -> None:
    assert TEMPLATES == [
        "pytorch-cpu",
        "pytorch-cpu-2.0",
        "pytorch-gpu-cu118",
        "pytorch-gpu-cu121",
        "pytorch-gpu-cu124",
        "pytorch-gpu-cu126",
        "pytorch-gpu-cu128",
        "pytorch-gpu-cu130",
        "pytorch-inference",
        "pytorch-inference-gpu",
        "tf-gpu-2.12",
    ]
    assert [entry.name for entry in ENTRIES if entry.kind == "addon"] == ["jupyter", "serving"]
    assert [entry.name for entry in ENTRIES if entry.problem] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_uses_defaults_or_nodefaults(name: str) -> None:
    spec = render(name, search=SHIPPED).spec
    channels = [
        *spec.channels,
        *(item.text.partition("::")[0] for item in spec.dependencies if "::" in item.text),
    ]
    assert set(channels) <= {"pytorch", "nvidia", "conda-forge"}
    assert channels.index("conda-forge") == len(spec.channels) - 1


@pytest.mark.parametrize("name", TEMPLATES)
def test_packages_come_from_conda(name: str) -> None:
    assert render(name, search=SHIPPED).spec.pip is None


@pytest.mark.parametrize("name", GPU)
def test_a_gpu_template_names_the_cuda_build_and_its_channel(name: str) -> None:
    rendered = render(name, search=SHIPPED)
    pins = [
        item.text
        for item in rendered.spec.dependencies
        if re.search(r"::(pytorch|tensorflow)\W.*cuda", item.text)
    ]
    assert len(pins) == 1
    promised = rendered.verify.cuda or "none"
    assert f"cuda{promised}*" in pins[0] or f"cuda{promised.replace('.', '')}*" in pins[0]
    assert set(rendered.virtual_packages) >= {"__cuda"}
    assert rendered.platforms == ("linux-64",)


@pytest.mark.parametrize("name", [name for name in TEMPLATES if "gpu" not in name])
def test_a_cpu_template_names_the_cpu_build(name: str) -> None:
    rendered = render(name, search=SHIPPED)
    assert [item.text for item in rendered.spec.dependencies if re.search(r"pytorch=.*=.*cpu\*$", item.text)]
    assert rendered.verify.cuda is None
    assert rendered.virtual_packages == {}


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_build_and_every_upper_bound_carries_its_reason(name: str) -> None:
    for item in render(name, search=SHIPPED).spec.dependencies:
        if re.search(r"<|cpu\*|cuda", item.text):
            assert item.comment, item.text


def test_pytorch_cpu_leaves_the_channel_open() -> None:
    """It must solve against any channel given with -c, a local one too."""
    rendered = render("pytorch-cpu", search=SHIPPED)
    assert [item.text for item in rendered.spec.dependencies] == [
        "python 3.11.*",
        "pytorch=*=cpu*",
        "numpy",
        "pip",
    ]


def test_what_the_older_templates_promise() -> None:
    asked = {item.text for item in render("pytorch-inference", search=SHIPPED).spec.dependencies}
    assert {"python 3.9.*", "flask=2.3.3", "gunicorn=21.2.0", "pytorch::pytorch=2.0.1=*cpu*"} <= asked
    assert {"pytorch::torchvision=0.15.2", "pytorch::torchaudio=2.0.2", "numpy <2", "mkl <2024.1"} <= asked


def test_the_header_says_how_to_make_the_file_again_and_nothing_that_changes() -> None:
    rendered = render("pytorch-gpu-cu118", values={"python": "3.10"}, addons=["serving"], search=SHIPPED)
    assert header(rendered) == (
        "From the template pytorch-gpu-cu118 (python 3.10) with serving, for linux-64; "
        "edit that, not this file.",
        "Again: envctl render pytorch-gpu-cu118 --set python=3.10 --with serving",
    )
