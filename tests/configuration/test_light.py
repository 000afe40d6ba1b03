"""Reading a configuration that is not there costs next to nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LOADED = """
import os, sys
from envctl.prefixes.root import find_root
find_root(os.environ)
print(*sorted(sys.modules))
"""


def loaded(home: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={"HOME": str(home), "PATH": ""},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_no_parser_is_loaded_where_there_is_no_file(home: Path) -> None:
    assert {"envctl.configuration.read"} <= loaded(home)
    assert {"yaml", "tomllib", "tomli", "rattler"} & loaded(home) == set()


def test_a_parser_is_loaded_for_its_file_alone_and_rattler_never(home: Path) -> None:
    (home / ".condarc").write_text("channels: [a]\n")
    assert {"yaml", "tomllib", "tomli", "rattler"} & loaded(home) == {"yaml"}
