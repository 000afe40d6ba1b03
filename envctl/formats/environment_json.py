"""The JSON of `conda env export --json`: an `environment.yml` in JSON's dress."""

from __future__ import annotations

import json
import re
from typing import Any

from envctl.credentials import scrub_all
from envctl.formats import environment_yaml_read
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.yamlfile import decode

_ESCAPE = re.compile(r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\.", re.IGNORECASE)
_NOT_YAML = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def loads(data: bytes | str, *, file: str) -> environment_yaml_read.Reading:
    """Read what conda wrote. JSON is YAML, but for characters beyond 16 bits, which JSON escapes in halves.

    Raises `InputError` as reading an `environment.yml` does.
    """
    text = decode(data, file=file) if isinstance(data, bytes) else data
    return environment_yaml_read.loads(_ESCAPE.sub(_whole, text), file=file)


def dumps(spec: EnvironmentSpec) -> str:
    """Write a specification in conda's layout, without the credentials in its URLs.

    JSON has no comments, so that those of the entries are left out; selectors stay, as `sel(…)`. Raises
    `ValueError` for what JSON cannot say: a pip line with a selector (`for_platform` decides those), an
    infinite number.
    """
    dependencies = [_entry(each) for each in spec.dependencies]
    dependencies += [{name: content} for name, content in spec.sections.items()]
    if spec.pip is not None:
        if any(each.selector for each in spec.pip):
            raise ValueError("a line of a pip section cannot have a selector in JSON")
        dependencies.append({"pip": [each.text for each in spec.pip]})
    document = {
        "name": spec.name,
        "channels": list(spec.channels),
        "dependencies": dependencies,
        "variables": spec.variables or None,
        "platforms": list(spec.platforms) or None,
        "category": spec.category,
        "prefix": spec.prefix,
    }
    said = {key: value for key, value in document.items() if value is not None} | dict(spec.extras)
    text = json.dumps(scrub_all(said), indent=2, ensure_ascii=False, allow_nan=False)
    return _NOT_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def _entry(dependency: Dependency) -> Any:
    selector = dependency.selector
    if selector is None:
        return dependency.text
    return {selector if selector.startswith("sel(") else f"sel({selector})": dependency.text}


def _whole(match: re.Match[str]) -> str:
    """YAML's escape of a character that JSON escapes as two UTF-16 units; other escapes as they are."""
    if match[1] is None:
        return match[0]
    return f"\\U{0x10000 + ((int(match[1], 16) - 0xD800) << 10) + int(match[2], 16) - 0xDC00:08x}"
