"""`--write-golden`: write what the templates render to, instead of comparing with it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-golden", action="store_true", help="rewrite envs/ and tests/templates/golden/")


@pytest.fixture
def agrees(request: pytest.FixtureRequest) -> object:
    """Compare a text with a file of the checkout, or write the file with --write-golden."""

    def compare(text: str, path: Path) -> None:
        if request.config.getoption("--write-golden", default=False):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        old = path.read_text(encoding="utf-8") if path.is_file() else ""
        assert text == old, f"{path.relative_to(ROOT)} is stale: run `make envs`"

    return compare
