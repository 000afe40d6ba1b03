"""A specification as the text of an `environment.yml`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from envctl.credentials import scrub, scrub_all
from envctl.formats.yaml_write import block, entry, remark, scalar
from envctl.model.environment import Dependency, EnvironmentSpec


def dumps(spec: EnvironmentSpec, *, header: Sequence[str] = ()) -> str:
    """Write a specification in the order of a hand-written file, the same text for the same specification.

    `header` lines become comments at the top. Credentials in URLs are left out; references such as
    `$TOKEN` stay. The text ends with a line feed.
    """
    lines = [f"# {remark(scrub(line))}".rstrip() for text in header for line in text.splitlines() or [""]]
    lines += [text for key, value in _simple(spec, "name") for text in entry(key, value)]
    if spec.channels:
        lines += entry("channels", scrub_all(spec.channels))
    lines += _dependencies(spec)
    if spec.variables:
        lines += entry("variables", scrub_all(spec.variables))
    if spec.platforms:
        lines += entry("platforms", scrub_all(spec.platforms))
    lines += [text for key, value in _simple(spec, "category", "prefix") for text in entry(key, value)]
    for key, value in spec.extras.items():
        lines += entry(scrub_all(key), scrub_all(value))
    return "\n".join(lines) + "\n"


def _simple(spec: EnvironmentSpec, *keys: str) -> Iterator[tuple[str, str]]:
    return ((key, scrub_all(getattr(spec, key))) for key in keys if getattr(spec, key) is not None)


def _dependencies(spec: EnvironmentSpec) -> Iterator[str]:
    if not (spec.dependencies or spec.sections or spec.pip is not None):
        yield "dependencies: []"
        return
    yield "dependencies:"
    for dependency in spec.dependencies:
        yield f"  - {_item(dependency)}"
    for name, content in spec.sections.items():
        yield from block([{scrub_all(name): scrub_all(content)}], 2)
    if spec.pip is not None:
        yield "  - pip:" if spec.pip else "  - pip: []"
        for dependency in spec.pip:
            yield f"      - {_item(dependency)}"


def _item(dependency: Dependency) -> str:
    text, selector = scalar(scrub(dependency.text)), dependency.selector
    if selector and selector.startswith("sel("):
        text, selector = f"{selector}: {text}", None
    # conda-lock takes the last bracket, and none with a parenthesis behind it
    remarks = (remark(scrub(dependency.comment or "")), f"[{selector}]" if selector else "")
    behind = " ".join(part for part in remarks if part)
    return f"{text}  # {behind}" if behind else text
