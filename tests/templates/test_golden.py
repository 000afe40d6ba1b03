"""Every shipped template, with every value that it allows, renders to a valid file; chosen ones are kept.

envs/ holds every template with its defaults. `make envs` writes all of it anew.
"""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rattler import MatchSpec

from envctl.formats.environment_yaml import dumps, loads
from envctl.model.template import Rendered
from envctl.templating.catalog import shipped
from envctl.templating.listing import list_all
from envctl.templating.render import header, render

Agrees = Callable[[str, Path], None]
ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"
SHIPPED = [shipped()]
TEMPLATES = {entry.name: entry for entry in list_all(search=SHIPPED) if entry.kind == "template"}
ADDONS = [entry.name for entry in list_all(search=SHIPPED) if entry.kind == "addon"]
CHOSEN = {
    "pytorch-cpu with serving and jupyter": ("pytorch-cpu", {}, ["serving", "jupyter"]),
    "pytorch-cpu-2.0 for Python 3.11": ("pytorch-cpu-2.0", {"python": "3.11"}, []),
    "pytorch-gpu-cu130 for Python 3.14": ("pytorch-gpu-cu130", {"python": "3.14"}, []),
    "pytorch-inference with serving": ("pytorch-inference", {}, ["serving"]),
}


def combinations(name: str) -> Iterator[dict[str, str]]:
    """Every choice of allowed values."""
    params = TEMPLATES[name].params
    for values in itertools.product(*(param.allowed or (param.default,) for param in params)):
        yield {param.name: value for param, value in zip(params, values, strict=True)}


def text_of(rendered: Rendered) -> str:
    return dumps(rendered.spec, header=header(rendered))


@pytest.mark.parametrize("name", TEMPLATES)
def test_envs_holds_what_the_template_renders_to(name: str, agrees: Agrees) -> None:
    agrees(text_of(render(name, search=SHIPPED)), ROOT / "envs" / f"{name}.yml")


def test_envs_holds_nothing_else() -> None:
    assert sorted(path.name for path in (ROOT / "envs").iterdir()) == sorted(
        f"{name}.yml" for name in TEMPLATES
    )


@pytest.mark.parametrize("case", CHOSEN)
def test_a_chosen_case_renders_to_its_golden_file(case: str, agrees: Agrees) -> None:
    name, values, addons = CHOSEN[case]
    rendered = render(name, values=values, addons=addons, search=SHIPPED)
    agrees(text_of(rendered), GOLDEN / f"{case.replace(' ', '-')}.yml")


def test_every_combination_differs_from_its_defaults_as_written_down(agrees: Agrees) -> None:
    lines = []
    for name in TEMPLATES:
        usual = text_of(render(name, search=SHIPPED)).splitlines()
        lines.append(name)
        for values in combinations(name):
            text = text_of(render(name, values=values, search=SHIPPED)).splitlines()
            changed = [line.strip() for line in text if line not in usual and not line.startswith("#")]
            chosen = " ".join(f"{key}={value}" for key, value in values.items())
            lines.append(f"  {chosen}: {' | '.join(changed) or 'as in envs/'}")
    agrees("\n".join(lines) + "\n", GOLDEN / "combinations.txt")


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_combination_reads_back_as_it_was_and_is_made_of_match_specs(name: str) -> None:
    for values, addons in itertools.product(combinations(name), ([], *([addon] for addon in ADDONS), ADDONS)):
        rendered = render(name, values=values, addons=addons, search=SHIPPED)
        reading = loads(text_of(rendered), file=name)
        assert reading.warnings == ()
        assert reading.spec == rendered.spec
        for dependency in rendered.spec.dependencies:
            assert MatchSpec(dependency.text).name is not None


@pytest.mark.parametrize("name", TEMPLATES)
def test_rendering_twice_gives_the_same_text(name: str) -> None:
    assert text_of(render(name, search=SHIPPED)) == text_of(render(name, search=SHIPPED))
