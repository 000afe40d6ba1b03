"""What a package says of itself."""

from __future__ import annotations

import pytest
from diff_samples import conda


@pytest.mark.parametrize("query", ["", "?sig=$SIG", "?path=a/b.zip"])
def test_an_archive_is_named_by_the_path_of_its_url(query: str) -> None:
    package = conda(url=f"https://files.example/c/linux-64/numpy-1.26.4-0.conda{query}")
    assert package.file_name == "numpy-1.26.4-0.conda"
