"""Template, values and add-ons to a specification: no engine, no network, the same every time."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path

from envctl.errors import InputError, UsageError
from envctl.model.environment import EnvironmentSpec
from envctl.model.template import Expectations, Parameter, Rendered
from envctl.templating.catalog import find, search_path
from envctl.templating.document import read, wrong_value
from envctl.templating.draft import draft
from envctl.templating.expressions import is_plain
from envctl.templating.inheritance import lineage, parameters
from envctl.templating.merge import combine, inherit, never, unite
from envctl.templating.suggestion import suggestion


def render(
    name: str,
    *,
    values: Mapping[str, str] | None = None,
    addons: Sequence[str] = (),
    search: Sequence[Path] | None = None,
) -> Rendered:
    """Fill in a template.

    `values` are the parameters that differ from their defaults, `search` the folders to look in (by
    default ENVCTL_TEMPLATES, ./templates, the shipped ones).

    Raises UsageError for an unknown template, add-on or parameter, a value that is not allowed, and
    add-ons that do not go together; InputError with file and line for a mistake in a template.
    """
    folders = search_path(search)
    line = lineage(find(name, search=folders), folders)
    extra = [read(find(addon, search=folders, kind="addon")) for addon in dict.fromkeys(addons)]
    known = unite("parameter", [(name, parameters(line)), *((a.file.name, a.params) for a in extra)], never)
    chosen = _choose(name, known, values or {})
    base = reduce(inherit, (draft(template, chosen) for template in line))
    whole = combine([base, *(draft(addon, chosen) for addon in extra)])
    if not whole.channels:
        raise InputError("names no channel", code="bad-template", file=str(line[-1].file.path))
    return Rendered(
        spec=EnvironmentSpec(
            name=name,
            channels=whole.channels,
            dependencies=tuple(whole.conda.values()),
            pip=tuple(whole.pip.values()) or None,
            variables=whole.variables,
        ),
        template=name,
        params=chosen,
        platforms=whole.platforms,
        addons=tuple(addon.file.name for addon in extra),
        virtual_packages=whole.virtual_packages,
        verify=Expectations(
            imports=whole.imports,
            cuda=whole.cuda,
            gpu=bool(whole.gpu or whole.count),  # who counts GPUs needs some
            count=whole.count,
        ),
    )


def header(
    rendered: Rendered, *, channels: Sequence[str] = (), override_channels: bool = False
) -> tuple[str, ...]:
    """Comment lines for the top of the rendered file: what made it and how to make it again.

    `channels` are those that were put before the template's own, or instead of them. No version and no
    date: a release of envctl must not make every file stale.
    """
    params = ", ".join(f"{name} {value}" for name, value in rendered.params.items())
    sets = [f"--set {shlex.quote(f'{name}={value}')}" for name, value in rendered.params.items()]
    withs = [f"--with {addon}" for addon in rendered.addons]
    withs += [f"-c {shlex.quote(channel)}" for channel in channels]
    withs += ["--override-channels"] if override_channels else []
    return (
        f"From the template {rendered.template}"
        + (f" ({params})" if params else "")
        + (f" with {', '.join(rendered.addons)}" if rendered.addons else "")
        + (f", for {', '.join(rendered.platforms)}" if rendered.platforms else "")
        + "; edit that, not this file.",
        " ".join(["Again: envctl render", rendered.template, *sets, *withs]),
    )


def _choose(template: str, known: Mapping[str, Parameter], values: Mapping[str, str]) -> dict[str, str]:
    for name, value in values.items():
        if name not in known:
            raise UsageError(
                f"{template} has no parameter {name!r}",
                code="unknown-parameter",
                hint=suggestion(name, list(known)),
            )
        allowed = wrong_value(known[name], value)
        if allowed is None and not is_plain(value):
            allowed = "letters, digits, spaces and ._+!=<>~*,|/:@-"
        if allowed:
            raise UsageError(
                f"{template}: {name} cannot be {value!r}", code="bad-parameter", hint=f"allowed is {allowed}"
            )
    return {name: values.get(name, parameter.default) for name, parameter in known.items()}
