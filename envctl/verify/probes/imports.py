"""Whether modules can be imported: the probe `import:NAME` for each of params' `modules`."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Dict, Optional

from .harness import Params, Probe

PROBES: Dict[str, Probe] = {}


def prepare(params: Params) -> None:
    """Have a probe for each module."""
    PROBES.update({f"import:{name}": partial(_imported, name) for name in params["modules"]})


def _imported(name: str, _: Params) -> Dict[str, Any]:
    """Version and file of a module, null where it does not say."""
    module = import_module(name)
    said = getattr(module, "__version__", None)
    return {
        "version": said if isinstance(said, str) else _distribution_version(name),
        "file": getattr(module, "__file__", None),
    }


def _distribution_version(name: str) -> Optional[str]:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
