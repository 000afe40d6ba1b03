"""What channels' names mean under a configuration, as `conda config --show` and conda's own URLs have it."""

from __future__ import annotations

import pytest

from envctl.engines.rattler_channel_names import with_configured_login
from envctl.engines.rattler_channels import resolve_channels
from envctl.model.configuration import Configuration


def resolve(*words: str, platform: str = "linux-64", **settings: object) -> dict[str, str]:
    configuration = Configuration(**settings)  # type: ignore[arg-type]
    return resolve_channels(words, directory=None, environ={}, platform=platform, configuration=configuration)


def test_a_bare_name_is_put_behind_the_alias_and_is_still_called_by_its_name() -> None:
    assert resolve("conda-forge", "team/label/dev", channel_alias="https://mirror/conda/") == {
        "https://mirror/conda/conda-forge": "conda-forge",
        "https://mirror/conda/team/label/dev": "team/label/dev",
    }


def test_a_url_and_a_folder_have_nothing_to_do_with_the_alias() -> None:
    assert resolve("https://host/x", "/srv/x", channel_alias="https://mirror") == {
        "https://host/x": "https://host/x",
        "file:///srv/x": "file:///srv/x",
    }


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("internal", "https://host/conda/internal"),
        ("internal/label/dev", "https://host/conda/internal/label/dev"),
        ("internally", "internally"),
    ],
)
def test_a_custom_channel_is_below_its_url_and_what_is_below_it_too(name: str, url: str) -> None:
    assert resolve(name, custom_channels={"internal": "https://host/conda"}) == {url: name}


def test_a_custom_channel_may_be_a_folder() -> None:
    assert resolve("internal", custom_channels={"internal": "file:///srv/conda"}) == {
        "file:///srv/conda/internal": "internal"
    }


def test_defaults_are_what_is_configured_on_every_platform() -> None:
    channels = ("https://mirror/pkgs/main", "extra")
    resolved = resolve("defaults", default_channels=channels, channel_alias="https://a", platform="win-64")
    assert list(resolved) == ["https://mirror/pkgs/main", "https://a/extra"]


def test_a_member_of_defaults_is_known_by_its_path() -> None:
    assert resolve("pkgs/main", default_channels=("https://mirror/pkgs/main",)) == {
        "https://mirror/pkgs/main": "pkgs/main"
    }


def test_a_name_may_stand_for_several_channels() -> None:
    groups = {"ours": ("https://host/stable", "testing"), "defaults": ("https://host/main",)}
    assert list(resolve("ours", "defaults", custom_multichannels=groups)) == [
        "https://host/stable",
        "https://conda.anaconda.org/testing",
        "https://host/main",
    ]


def test_a_name_with_mirrors_is_its_usual_url_where_that_is_one_of_them_else_the_first() -> None:
    usual = "https://conda.anaconda.org/conda-forge"
    mirrors = {"conda-forge": ("https://m/conda-forge", usual), "ours": ("https://a/x", "https://b/x")}
    assert list(resolve("conda-forge", "ours", mirrored_channels=mirrors)) == [usual, "https://a/x"]


def test_a_package_of_a_lock_gets_the_credentials_of_the_channel_that_it_is_below() -> None:
    configuration = Configuration(
        channel_alias="https://me:pw@host/conda", custom_channels={"x": "https://other/t/TOKEN"}
    )

    def filled(url: str) -> str:
        return with_configured_login(url, configuration)

    assert filled("https://host/conda/x/a.conda") == "https://me:pw@host/conda/x/a.conda"
    assert filled("https://other/x/a.conda") == "https://other/t/TOKEN/x/a.conda"
    assert filled("https://host/condas/a.conda") == "https://host/condas/a.conda"
    assert filled("https://you:own@host/conda/a.conda") == "https://you:own@host/conda/a.conda"
