"""PEP 440 version specifiers to conda version specs.

conda orders versions almost as PEP 440 does, pre- and post-releases included. Three differences stay, in
PEP 440 and not in conda: `<2` keeps out the pre-releases of 2, `>2` keeps out `2.post1`, and `2.0.dev1` comes
before `2.0a1`.
"""

from __future__ import annotations

from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import Version


def conda_version(version: str) -> str:
    """The version as conda has it: normalized, without the local part (`2.13.0+cpu` is `2.13.0`)."""
    return Version(version).public


def conda_spec(specifiers: SpecifierSet) -> str:
    """The same range for conda: `~=1.4.2` is `>=1.4.2,1.4.*`; empty where anything goes."""
    order = {">": 0, ">=": 0, "~=": 0, "==": 1, "===": 1, "<": 2, "<=": 2, "!=": 3}
    parts = sorted(specifiers, key=lambda part: (order[part.operator], part.version))
    return ",".join(_clause(part) for part in parts)


def _clause(part: Specifier) -> str:
    operator, version = part.operator, part.version
    if version.endswith(".*"):
        stem = conda_version(version[:-2]) + ".*"
        return stem if operator == "==" else f"!={stem}"
    if operator == "===":
        # Compared as text in PEP 440, so it need not be a version at all.
        return f"=={version}"
    normal = conda_version(version)
    if operator == "~=":
        parsed = Version(version)
        epoch = f"{parsed.epoch}!" if parsed.epoch else ""
        return f">={normal},{epoch}{'.'.join(map(str, parsed.release[:-1]))}.*"
    return f"{operator}{normal}"
