"""Runs a program of this folder in an environment's own Python: `python -I -B __main__.py REQUEST RESULTS`.

The folder becomes a package of its own name, so that its modules import each other relatively while
`sys.path` stays the environment's.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

_PACKAGE = "envctl_probes"


def main() -> None:
    """Run the program that the file REQUEST names, and write to the file RESULTS."""
    folder = Path(__file__).resolve().parent
    spec = spec_from_file_location(
        _PACKAGE, str(folder / "__init__.py"), submodule_search_locations=[str(folder)]
    )
    assert spec is not None  # noqa: S101  (a file whose name ends in .py has one)
    sys.modules[_PACKAGE] = module_from_spec(spec)
    request, results = map(Path, sys.argv[1:])
    import_module(f"{_PACKAGE}.harness").run(request, results)


if __name__ == "__main__":
    main()
