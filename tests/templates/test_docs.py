"""docs/templates.md lists every template, with what it was solved for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from envctl.templating.catalog import shipped
from envctl.templating.listing import list_all
from envctl.templating.render import render

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "templates.md"
OUTCOMES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "outcomes.yaml").read_text())
START, END = "<!-- catalogue", "<!-- end of catalogue -->"


def catalogue() -> str:
    """The two tables between the marks."""
    lines = ["| template | what it is | Python | solved for |", "|---|---|---|---|"]
    entries = list_all(search=[shipped()])
    for entry in (one for one in entries if one.kind == "template"):
        pythons = _pythons(entry.name, entry.params[0].default)
        lines.append(f"| `{entry.name}` | {entry.summary} | {pythons} | {_solved(entry.name)} |")
    lines += ["", "| add-on | what it is | packages |", "|---|---|---|"]
    for entry in (one for one in entries if one.kind == "addon"):
        lines.append(f"| `{entry.name}` | {entry.summary} | {', '.join(_packages(entry.name))} |")
    return "\n".join(lines) + "\n"


def _pythons(name: str, default: str) -> str:
    return ", ".join(f"**{python}**" if python == default else python for python in OUTCOMES[name]["python"])


def _solved(name: str) -> str:
    rows = OUTCOMES[name]["python"].items()
    solved = [python + ("\\*" if "without" in row else "") for python, row in rows if "gives" in row]
    return ", ".join(solved) or "none"


def _packages(addon: str) -> list[str]:
    bare = {item.text for item in render("pytorch-cpu", search=[shipped()]).spec.dependencies}
    whole = render("pytorch-cpu", addons=[addon], search=[shipped()]).spec.dependencies
    return [item.text for item in whole if item.text not in bare]


def test_the_catalogue_in_the_docs_is_that_of_the_templates(agrees: Callable[[str, Path], None]) -> None:
    page = PAGE.read_text()
    before, rest = page.split(START)
    mark, _, _ = rest.partition("\n")
    agrees(f"{before}{START}{mark}\n{catalogue()}{END}{rest.split(END)[1]}", PAGE)


def test_the_example_in_the_docs_is_a_sound_template(tmp_path: Path) -> None:
    blocks = PAGE.read_text().split("```yaml\n# templates/")[1:]
    for block in blocks:
        name, _, text = block.partition("\n")
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.partition("```")[0])
    rendered = render("resnet", values={"timm": "1.1"}, addons=["metrics"], search=[tmp_path, shipped()])
    assert [item.text for item in rendered.spec.dependencies] == [
        "python 3.11.*",
        "pytorch=*=cpu*",
        "numpy <2",
        "pip",
        "timm 1.1.*",
        "prometheus_client",
    ]
