"""Values as nvidia-smi writes them: with units, in brackets, or as a reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping

_UNSAID = {
    "",
    "N/A",
    "ERR!",
    "Unknown Error",
    "Not Supported",
    "Not Available",
    "Not Found",
    "Insufficient Permissions",
    "Uninitialized",
}
_LOST = {"GPU is lost", "GPU requires reset"}
_RETIRED = ("Requested functionality has been deprecated", "Deprecated")
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?(?![0-9])")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)+")


def bare(value: str) -> str:
    """`[N/A]` as `N/A`: CSV has brackets around what is no value, the other forms have none."""
    value = value.strip()
    return value[1:-1] if value.startswith("[") and value.endswith("]") else value


def said(value: str | None) -> str | None:
    """The value, or None where it is only a reason why there is none."""
    text = bare(value or "")
    return None if text in _UNSAID or text in _LOST or text.startswith(_RETIRED) else text


def version(value: str | None) -> str | None:
    """The version at the beginning; R610 writes `610.57.04 [Deprecated; …]`, or only `Deprecated, …`."""
    found = _VERSION.match(said(value) or "")
    return found[0] if found else None


class Fields:
    """One GPU's values by the names of `--query-gpu`; of several names the first that says something."""

    def __init__(self, raw: Mapping[str, str]) -> None:
        self._raw = raw

    def text(self, *names: str) -> str | None:
        return next((value for name in names if (value := said(self._raw.get(name))) is not None), None)

    def amount(self, *names: str) -> float | None:
        """The number without its unit."""
        found = _NUMBER.match(self.text(*names) or "")
        return float(found[0]) if found else None

    def count(self, *names: str) -> int | None:
        found = _NUMBER.match(self.text(*names) or "")
        return int(found[0].partition(".")[0]) if found else None

    def flag(self, name: str) -> bool | None:
        """Of `Enabled`, `Yes`, `On` and their opposites; a star says that a reboot changes it."""
        match (self.text(name) or "").rstrip("*"):
            case "Enabled" | "Yes" | "On" | "Active":
                return True
            case "Disabled" | "No" | "Off" | "Not Active":
                return False
        return None

    def lost(self) -> str | None:
        """Why nothing can be read from the GPU. Single values fail on sound GPUs too; the name does not."""
        reasons = (bare(value) for value in self._raw.values())
        name = bare(self._raw.get("name", ""))
        unnamed = name if name in ("ERR!", "Unknown Error") else None
        return next((reason for reason in reasons if reason in _LOST), unnamed)
