"""The published schema and the reader agree on what a template is."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from envctl.errors import InputError
from envctl.templating.catalog import TemplateFile, shipped
from envctl.templating.document import read
from envctl.templating.listing import list_all

SCHEMA: dict[str, Any] = json.loads((shipped() / "schema.json").read_text())
GOOD = {
    "the least": "name: t\nsummary: s\n",
    "everything": """
        name: t
        summary: one line
        kind: template
        extends: other
        params:
          python: {default: "3.11", allowed: ["3.10", "3.11"], help: minor version}
          torch: {default: "2.7", allowed: ">=2.6,<3"}
          free: {default: anything}
        channels: [conda-forge]
        dependencies:
          - python ${{ python }}.*
          - {spec: mkl <2024.1, why: a reason}
          - pip: [a, {spec: b==1, why: a reason}]
        variables: {KEY: value}
        platforms: [linux-64]
        virtual_packages: {__cuda: ">=12"}
        verify: {imports: [torch], cuda: "12.4", gpu: true, count: 8}
        """,
}
BAD = {
    "a list": "- name: t\n",
    "no name": "summary: s\n",
    "no summary": "name: t\n",
    "an unknown key": "name: t\nsummary: s\ndependancies: []\n",
    "an empty summary": "name: t\nsummary: ' '\n",
    "two lines": 'name: t\nsummary: "a\\nb"\n',
    "an unknown kind": "name: t\nsummary: s\nkind: thing\n",
    "a number for a version": "name: t\nsummary: s\nparams: {python: {default: 3.10}}\n",
    "a parameter without default": "name: t\nsummary: s\nparams: {python: {allowed: [a]}}\n",
    "a parameter's odd name": "name: t\nsummary: s\nparams: {a-b: {default: a}}\n",
    "an unknown word in a parameter": "name: t\nsummary: s\nparams: {a: {default: a, choices: [a]}}\n",
    "one channel as text": "name: t\nsummary: s\nchannels: conda-forge\n",
    "a dependency as number": "name: t\nsummary: s\ndependencies: [1]\n",
    "a reason without spec": "name: t\nsummary: s\ndependencies: [{why: w}]\n",
    "a spec without reason": "name: t\nsummary: s\ndependencies: [{spec: a}]\n",
    "a reason like a selector": "name: t\nsummary: s\ndependencies: [{spec: a, why: '[linux]'}]\n",
    "pip beside another key": "name: t\nsummary: s\ndependencies: [{pip: [a], uv: [b]}]\n",
    "pip as text": "name: t\nsummary: s\ndependencies: [{pip: a}]\n",
    "a variable as number": "name: t\nsummary: s\nvariables: {A: 1}\n",
    "no GPU at all": "name: t\nsummary: s\nverify: {count: 0}\n",
    "count as text": "name: t\nsummary: s\nverify: {count: '8'}\n",
    "count as boolean": "name: t\nsummary: s\nverify: {count: true}\n",
    "gpu as text": "name: t\nsummary: s\nverify: {gpu: 'yes'}\n",
    "cuda as number": "name: t\nsummary: s\nverify: {cuda: 12.4}\n",
    "an unknown check": "name: t\nsummary: s\nverify: {import: [a]}\n",
    "nothing under a key": "name: t\nsummary: s\nchannels:\n",
}


def accepted_by_schema(text: str) -> bool:
    return Draft202012Validator(SCHEMA).is_valid(yaml.safe_load(text))


def accepted_by_reader(text: str, folder: Path) -> bool:
    path = folder / "t.yaml"
    path.write_text(text)
    try:
        read(TemplateFile(name="t", kind="template", path=path, origin="shipped"))
    except InputError:
        return False
    return True


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "path", [entry.path for entry in list_all(search=[shipped()])], ids=lambda path: Path(path).stem
)
def test_the_schema_takes_every_shipped_template(path: str) -> None:
    Draft202012Validator(SCHEMA).validate(yaml.safe_load(Path(path).read_text()))


@pytest.mark.parametrize("example", GOOD)
def test_both_take_a_good_one(example: str, tmp_path: Path) -> None:
    assert accepted_by_schema(GOOD[example])
    assert accepted_by_reader(GOOD[example], tmp_path)


@pytest.mark.parametrize("example", BAD)
def test_both_refuse_a_bad_one(example: str, tmp_path: Path) -> None:
    assert not accepted_by_schema(BAD[example])
    assert not accepted_by_reader(BAD[example], tmp_path)


def test_an_addon_extends_nothing() -> None:
    assert not accepted_by_schema("name: t\nsummary: s\nkind: addon\nextends: other\n")
