"""list: the environments that envctl made, and those that conda knows."""

from __future__ import annotations

from dataclasses import dataclass

from envctl.errors import FailedError
from envctl.model.provenance import Provenance
from envctl.prefixes import meta, registry
from envctl.prefixes.place import Place, as_named
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
    """Named environments first, by name; then the prefixes of conda's list, in its order.

    Raises `FailedError` (`unreadable`).
    """
    try:
        named = sorted(root.environments.iterdir()) if root.environments.is_dir() else []
    except OSError as error:
        raise FailedError(
            f"cannot look into {root.environments}", code="unreadable", cause=error.strerror
        ) from error
    places = {
        place.prefix: place
        for place in (as_named(root, prefix) for prefix in (*named, *registry.registered()))
    }
    return tuple(
        ListedEnvironment(
            place=place,
            packages=sum(1 for _ in (place.prefix / "conda-meta").glob("*.json")),
            provenance=meta.read_provenance(place.prefix),
        )
        for place in places.values()
        if not place.prefix.name.startswith(".") and place.is_environment
    )
