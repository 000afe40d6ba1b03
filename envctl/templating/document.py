"""One template file, read and checked by hand so that every error names the file and the line.

`templates/schema.json` says the same in JSON Schema, for editors; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from envctl import yamlfile
from envctl.errors import InputError
from envctl.model.template import Parameter
from envctl.templating.catalog import TemplateFile
from envctl.templating.fields import Fields, Text

KEYS = (
    "name",
    "summary",
    "kind",
    "extends",
    "params",
    "channels",
    "dependencies",
    "variables",
    "platforms",
    "virtual_packages",
    "verify",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A template file as written."""

    file: TemplateFile
    summary: str
    extends: Text | None = None
    params: Mapping[str, Parameter] = field(default_factory=dict)
    channels: tuple[Text, ...] = ()
    dependencies: tuple[Text, ...] = ()
    pip: tuple[Text, ...] = ()
    variables: Mapping[str, Text] = field(default_factory=dict)
    platforms: tuple[Text, ...] = ()
    virtual_packages: Mapping[str, Text] = field(default_factory=dict)
    imports: tuple[Text, ...] = ()
    cuda: Text | None = None
    gpu: bool | None = None
    """None where the template does not say."""
    count: int | None = None


def read(file: TemplateFile) -> Template:
    """Read and check a template.

    Raises InputError (`bad-template`, `yaml-syntax`, `unreadable-template`) with file and line.
    """
    name = str(file.path)
    try:
        text = file.path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("cannot be read", code="unreadable-template", file=name, cause=str(error)) from error
    return _Reader(name, yamlfile.load(text, file=name)).template(file)


class _Reader(Fields):
    def template(self, file: TemplateFile) -> Template:
        top = self.mapping(self.document.value, KEYS)
        self.identity(top, file)
        verify = self.mapping(top.get("verify", {}), ("imports", "cuda", "gpu", "count"), "verify")
        conda, pip = self.dependencies(top)
        return Template(
            file=file,
            summary=self.string(top, "summary"),
            extends=self.text(top["extends"], "extends") if "extends" in top else None,
            params={name: self.param(name, top["params"]) for name in self.named(top, "params")},
            channels=self.texts(top, "channels"),
            dependencies=conda,
            pip=pip,
            variables=self.named_texts(top, "variables"),
            platforms=self.texts(top, "platforms"),
            virtual_packages=self.named_texts(top, "virtual_packages"),
            imports=self.texts(verify, "imports", "verify"),
            cuda=self.text(verify["cuda"], "verify", "cuda") if "cuda" in verify else None,
            gpu=self.flag(verify, "gpu", "verify"),
            count=self.number(verify, "count", "verify"),
        )

    def identity(self, top: Mapping[str, Any], file: TemplateFile) -> None:
        """Name and kind must be what the file's name and folder say: that is how it is found."""
        name, kind = self.string(top, "name"), top.get("kind", "template")
        if name != file.name:
            self.fail(f"the name is {name!r} but the file is called {file.path.name!r}", "name")
        if kind not in ("template", "addon"):
            self.fail(f"kind is 'template' or 'addon', not {kind!r}", "kind")
        if kind != file.kind:
            self.fail(f"a file of kind {kind!r} in the wrong folder: add-ons live in addons/", "kind")
        if kind == "addon" and "extends" in top:
            self.fail("an add-on extends nothing: it goes on top of any template", "extends")

    def named(self, top: Mapping[str, Any], key: str) -> tuple[str, ...]:
        return tuple(self.mapping(top.get(key, {}), None, key))

    def param(self, name: str, params: Mapping[str, Any]) -> Parameter:
        path = ("params", name)
        if not (name.isascii() and name.isidentifier()):
            self.fail(f"{name!r} cannot be a parameter's name: use letters, digits and _", *path)
        given = self.mapping(params[name], ("default", "allowed", "help"), *path)
        values = () if isinstance(given.get("allowed"), str) else self.texts(given, "allowed", *path)
        parameter = Parameter(
            name=name,
            default=self.string(given, "default", *path),
            allowed=tuple(value.text for value in values),
            versions=self.string(given, "allowed", *path) if "allowed" in given and not values else None,
            help=self.string(given, "help", *path) if "help" in given else "",
        )
        try:
            problem = wrong_value(parameter, parameter.default)
        except ValueError:
            hint = "a list of values or a PEP 440 range such as '>=3.10,<3.14'"
            self.fail(f"{parameter.versions!r} is no version range", *path, "allowed", hint=hint)
        if problem:
            self.fail(f"the default {parameter.default!r} is not allowed: {problem}", *path, "default")
        return parameter

    def dependencies(self, top: Mapping[str, Any]) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
        conda: list[Text] = []
        pip: list[Text] = []
        for index, item in enumerate(self.sequence(top.get("dependencies", []), "dependencies")):
            path = ("dependencies", index)
            if isinstance(item, Mapping) and "pip" in item:
                lines = self.sequence(self.mapping(item, ("pip",), *path)["pip"], *path, "pip")
                pip += [self.dependency(line, *path, "pip", number) for number, line in enumerate(lines)]
            else:
                conda.append(self.dependency(item, *path))
        return tuple(conda), tuple(pip)

    def dependency(self, item: Any, *path: str | int) -> Text:
        if not isinstance(item, Mapping):
            return self.text(item, *path)
        given = self.mapping(item, ("spec", "why"), *path)
        spec, why = self.string(given, "spec", *path), self.string(given, "why", *path)
        if why.startswith("["):
            self.fail("the reason starts with '[': behind a dependency that is a selector", *path, "why")
        return Text(text=spec, file=self.file, line=self.document.line(*path, "spec"), why=why)


def wrong_value(parameter: Parameter, value: str) -> str | None:
    """What is allowed, where the value is not; None where it is. ValueError: the range is none."""
    if parameter.allowed:
        return None if value in parameter.allowed else f"one of {', '.join(parameter.allowed)}"
    if parameter.versions is None:
        return None
    from packaging.specifiers import SpecifierSet

    inside = SpecifierSet(parameter.versions)
    try:
        fits = inside.contains(value, prereleases=True)
    except ValueError:  # no version at all; what `contains` does with one differs between releases
        fits = False
    return None if fits else f"a version {parameter.versions}"
