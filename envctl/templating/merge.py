"""Drafts put together: a child over its parent, and add-ons beside a template."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from envctl.errors import UsageError
from envctl.formats import match_spec_syntax
from envctl.model.environment import Dependency
from envctl.templating.draft import Draft

Item = TypeVar("Item")
_EXACT = re.compile(r"={0,2}\s*(?P<version>\d[A-Za-z0-9.]*)")


def inherit(parent: Draft, child: Draft) -> Draft:
    """The child over its parent.

    Packages, variables and virtual packages by name: the child's takes the place of the parent's, new ones
    follow. A list of channels or platforms replaces the parent's, because their order or absence means
    something. Imports add up.
    """
    return Draft(
        name=child.name,
        channels=child.channels or parent.channels,
        conda={**parent.conda, **child.conda},
        pip={**parent.pip, **child.pip},
        variables={**parent.variables, **child.variables},
        platforms=child.platforms or parent.platforms,
        virtual_packages={**parent.virtual_packages, **child.virtual_packages},
        imports=_distinct(parent.imports, child.imports),
        cuda=parent.cuda if child.cuda is None else child.cuda,
        gpu=parent.gpu if child.gpu is None else child.gpu,
        count=parent.count if child.count is None else child.count,
    )


def combine(sides: Sequence[Draft]) -> Draft:
    """A template and add-ons, none above the other.

    Raises UsageError (`addon-conflict`) that names both sides where two say different things.
    """
    first = sides[0]
    return replace(
        first,
        channels=_distinct(*(side.channels for side in sides)),
        conda=unite("package", [(side.name, side.conda) for side in sides], _both),
        pip=unite("pip package", [(side.name, side.pip) for side in sides], _both),
        variables=unite("variable", [(side.name, side.variables) for side in sides], _same),
        platforms=_common_platforms(sides),
        virtual_packages=unite(
            "virtual package", [(side.name, side.virtual_packages) for side in sides], _same
        ),
        imports=_distinct(*(side.imports for side in sides)),
        cuda=unite("CUDA", [(s.name, {"version": s.cuda}) for s in sides if s.cuda], _same).get("version"),
        gpu=any(side.gpu for side in sides),
        count=unite("number", [(s.name, {"of GPUs": s.count}) for s in sides if s.count], _same).get(
            "of GPUs"
        ),
    )


def unite(
    what: str,
    sides: Iterable[tuple[str, Mapping[str, Item]]],
    agree: Callable[[Item, Item], Item | None],
) -> dict[str, Item]:
    """Named items of several sides; `agree` says what satisfies two of one name, None where nothing does."""
    merged: dict[str, Item] = {}
    owner: dict[str, str] = {}
    for side, items in sides:
        for key, item in items.items():
            both = agree(merged[key], item) if key in merged else item
            if both is None:
                raise UsageError(
                    f"{owner[key]} and {side} do not go together: both set the {what} {key}",
                    code="addon-conflict",
                    cause=f"{owner[key]}: {_show(merged[key])}; {side}: {_show(item)}",
                    hint="leave one of them out, or make both say the same",
                )
            if key not in merged or both is not merged[key]:
                merged[key], owner[key] = both, side
    return merged


def never(_one: object, _other: object) -> None:
    """For `unite`: one name on two sides is always a conflict."""


def _same(one: Item, other: Item) -> Item | None:
    return one if one == other else None


def _both(one: Dependency, other: Dependency) -> Dependency | None:
    """The stricter of two, where it lies within the other; two different ranges are left to a person."""
    if "".join(one.text.split()) == "".join(other.text.split()) or _covers(other.text, one.text):
        return one
    return other if _covers(one.text, other.text) else None


def _covers(wide: str, narrow: str) -> bool:
    """Whether every version that `narrow` takes suits `wide`: a bare name, or a range round one version."""
    name = match_spec_syntax.name(wide)
    if wide.lower() == name:
        return True
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    exact = _EXACT.fullmatch(narrow.lower().removeprefix(name).strip())
    try:
        inside = SpecifierSet(wide.lower().removeprefix(name))
    except InvalidSpecifier:
        return False
    return exact is not None and inside.contains(exact["version"], prereleases=True)


def _common_platforms(sides: Sequence[Draft]) -> tuple[str, ...]:
    limited = [side for side in sides if side.platforms]
    if not limited:
        return ()
    common = tuple(p for p in limited[0].platforms if all(p in side.platforms for side in limited))
    if not common:
        raise UsageError(
            f"{' and '.join(side.name for side in limited)} have no platform in common",
            code="addon-conflict",
            cause="; ".join(f"{side.name}: {', '.join(side.platforms)}" for side in limited),
        )
    return common


def _distinct(*lists: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for items in lists for item in items))


def _show(item: object) -> object:
    return item.text if isinstance(item, Dependency) else item
