"""pixi.lock of version 3 (pixi 0.2 to 0.9, 2023), laid out like a conda-lock.yml: as one of version 6."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envctl.formats.pixi_lock.fields import StructureError
from envctl.yamlfile import Unquoted

_NOT_KEPT = ("name", "version", "build", "manager", "category", "platform", "url", "hash", "dependencies")
"""What the archive's URL says, what the layout of version 6 says, and what has another name there."""


def is_version_3(document: Any) -> bool:
    """Whether a document is one."""
    return isinstance(document, Mapping) and document.get("version") == "3" and "package" in document


def in_version_6(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same environment, `default`, in the layout of version 6.

    Raises `StructureError` for another structure, and for pip packages, which are not read.
    """
    try:
        references: dict[str, list[dict[str, str]]] = {
            platform: [] for platform in document["metadata"]["platforms"]
        }
        packages: dict[str, dict[str, Any]] = {}
        for index, entry in enumerate(document["package"]):
            if entry["manager"] != "conda" or entry.get("category", "main") != "main":
                reason = "pip packages and categories of a pixi.lock of version 3 are not read"
                raise StructureError(("package", index), reason)
            url = entry["url"]
            references[entry["platform"]].append({"conda": url})
            more = {key: value for key, value in entry.items() if key not in _NOT_KEPT and value is not None}
            packages[url] = {"conda": url, **entry["hash"], "depends": entry["dependencies"], **more}
        channels = [{"url": channel["url"]} for channel in document["metadata"]["channels"]]
    except (LookupError, TypeError, AttributeError) as error:
        raise StructureError((), f"no pixi.lock of version 3: {error!r}") from error
    return {
        "version": Unquoted("6"),
        "environments": {"default": {"channels": channels, "packages": references}},
        "packages": list(packages.values()),
    }
