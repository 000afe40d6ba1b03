"""The options of a pip section."""

from __future__ import annotations

from pathlib import Path

from envctl.formats.pip_options import index_options, index_urls, options_of

LINES = (
    "--extra-index-url https://extra.example/simple",
    "--index-url=https://main.example/simple",
    "-f ./wheels",
    "--find-links https://links.example/",
    "-e ./project",
    "torch==2.5.1",
    "--pre",
)


def test_the_index_that_replaces_the_default_comes_first() -> None:
    assert index_urls(LINES) == ("https://main.example/simple", "https://extra.example/simple")


def test_an_index_beside_pips_own_does_not_replace_it() -> None:
    lines = ("--extra-index-url https://extra.example/simple", "torch")
    assert index_urls(lines) == ("default", "https://extra.example/simple")
    assert list(index_options(index_urls(lines))) == ["--extra-index-url https://extra.example/simple"]
    assert list(index_options(index_urls(LINES))) == [
        "--index-url https://main.example/simple",
        "--extra-index-url https://extra.example/simple",
    ]


def test_without_an_option_or_without_any_index_nothing_is_said() -> None:
    assert index_urls(("torch",)) == ()
    assert index_urls(("--no-index", "--extra-index-url https://extra.example/simple")) == ()


def test_options_are_kept_as_written_but_for_folders_which_must_be_found_from_anywhere() -> None:
    assert options_of(LINES, directory=Path("/srv/env")) == (
        "--extra-index-url https://extra.example/simple",
        "--index-url=https://main.example/simple",
        "--find-links file:///srv/env/wheels",
        "--find-links https://links.example/",
        "--pre",
    )
