"""Expectations in a file of their own: what `verify-gpu --expect FILE` reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envctl.errors import InputError
from envctl.formats.expectations_yaml import read
from envctl.model.template import Expectations

WHOLE = Expectations(imports=("torch", "torch.nn"), cuda="12.4", gpu=True, count=8)


def refused(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(text, file="e.yaml")
    return caught.value


def test_the_keys_stand_at_the_top_or_as_in_a_template() -> None:
    text = 'imports: [torch, torch.nn]\ncuda: "12.4"\ngpu: true\ncount: 8\n'
    assert read(text, file="e.yaml") == WHOLE
    assert read("verify:\n  " + text.replace("\n", "\n  "), file="e.yaml") == WHOLE


def test_what_is_not_said_is_not_expected() -> None:
    assert read("gpu: false", file="e.yaml") == Expectations()
    assert read("verify: {}", file="e.yaml") == Expectations()


def test_who_counts_gpus_needs_some() -> None:
    assert read("count: 8", file="e.yaml") == Expectations(gpu=True, count=8)


@pytest.mark.parametrize("version", ["12.4", "12.10", "11.8.0"])
def test_a_version_needs_no_quotes(version: str) -> None:
    assert read(f"cuda: {version}", file="e.yaml").cuda == version


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", None, "not a mapping of imports, cuda, gpu, count"),
        ("- torch", None, "not a mapping of imports, cuda, gpu, count"),
        ("gpu: true\nverify: {gpu: true}", 1, "unknown key `gpu`"),
        ("verify:\n  gpu: true\n  cudas: 12.4", 3, "unknown key `cudas`"),
        ("verify: 3", 1, "not a mapping of imports, cuda, gpu, count"),
        ("gpu: true\n8: true", 2, "unknown key `8`"),
        ("gpu: true\ngpu: false", 2, "the key `gpu` stands twice"),
        ("gpu: yes", 1, "`gpu` is true or false"),
        ('gpu: "true"', 1, "`gpu` is true or false"),
        ("cuda: 12", 1, "`cuda` is a version such as 12.4; leave it out for a CPU build"),
        ("cuda: none", 1, "`cuda` is a version such as 12.4; leave it out for a CPU build"),
        ("cuda:", 1, "`cuda` is a version such as 12.4; leave it out for a CPU build"),
        ("count: 0", 1, "`count` is a number of GPUs, from 1"),
        ("count: eight", 1, "`count` is a number of GPUs, from 1"),
        ("count: 1.5", 1, "`count` is a number of GPUs, from 1"),
        ("imports: torch", 1, "`imports` is a list of modules"),
        ("imports:\n  - torch\n  - not a module", 3, "'not a module' is no module's name"),
        ("imports: [3]", 1, "'3' is no module's name"),
    ],
)
def test_a_mistake_is_told_with_line_and_reason(text: str, line: int | None, message: str) -> None:
    error = refused(text)
    assert (error.code, error.line, error.message) == (
        "expectations",
        line,
        f"e.yaml:{line}: {message}" if line else f"e.yaml: {message}",
    )


def test_a_near_key_is_offered() -> None:
    assert refused("import: [torch]").hint == "did you mean imports?"
    assert refused("driver: 535").hint == "known are imports, cuda, gpu, count"


def test_what_is_no_yaml_is_told_as_such() -> None:
    assert refused("gpu: [").code == "yaml-syntax"


KEYS = st.sampled_from(["imports", "cuda", "gpu", "count", "verify", "cud a"])
VALUES = (
    st.sampled_from(["", "12.4", "true", "8", "[torch]", "{gpu: true}", "'8'", "&a 1", "2026-11-24"])
    | st.text()
)


@given(
    st.text() | st.lists(st.tuples(KEYS, VALUES)).map(lambda lines: "\n".join(": ".join(x) for x in lines))
)
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        read(text, file="e.yaml")
    except InputError as error:
        assert error.file == "e.yaml"
