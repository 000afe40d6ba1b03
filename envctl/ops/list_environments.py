"""list: the environments that envctl made, and those that conda knows."""

from __future__ import annotations

from dataclasses import dataclass

from envctl.model.provenance import Provenance
from envctl.prefixes import meta, registry
from envctl.prefixes.place import Place, as_named, is_environment
from envctl.prefixes.root import Root


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedEnvironment:
    """One environment."""

    place: Place
    packages: int
    """Conda packages installed."""
    provenance: Provenance | None
    """None where envctl did not make it."""


def list_environments(root: Root) -> tuple[ListedEnvironment, ...]:
    """Named environments first, by name; then the prefixes of conda's list, in its order."""
    named = sorted(root.environments.iterdir()) if root.environments.is_dir() else []
    prefixes = dict.fromkeys([*named, *registry.registered()])
    return tuple(
        ListedEnvironment(
            place=as_named(root, prefix),
            packages=sum(1 for _ in (prefix / "conda-meta").glob("*.json")),
            provenance=meta.read_provenance(prefix),
        )
        for prefix in prefixes
        if not prefix.name.startswith(".") and is_environment(prefix)
    )
