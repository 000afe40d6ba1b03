"""Each setting, as conda's files and variables have it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from envctl.errors import InputError
from envctl.model.configuration import Configuration

Configure = Callable[[str, str], Path]
Configured = Callable[..., Configuration]


def test_nothing_is_configured_for_a_user_without_files(configured: Configured) -> None:
    assert configured() == Configuration()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *[("strict", "strict"), ("STRICT", "strict"), ("flexible", "flexible"), ("disabled", "disabled")],
        *[("true", "flexible"), ("yes", "flexible"), ("'on'", "flexible")],
        *[("false", "disabled"), ("no", "disabled"), ("Off", "disabled")],
    ],
)
def test_channel_priority_may_be_what_older_condas_had(
    configure: Configure, configured: Configured, written: str, meant: str
) -> None:
    configure(".condarc", f"channel_priority: {written}\n")
    assert configured().channel_priority == meant


def test_certificates_are_verified_by_a_file_by_the_system_or_not_at_all(
    configure: Configure, configured: Configured, home: Path
) -> None:
    authority = configure("ca.pem", "")
    for written, meant in [
        *[("true", True), ("false", False), ("0", False), ("truststore", "truststore")],
        ("$HOME/ca.pem", str(authority)),
    ]:
        configure(".condarc", f"ssl_verify: {written}\n")
        assert configured().ssl_verify == meant


def test_folders_are_absolute_with_home_and_variables_filled_in(
    configure: Configure, configured: Configured, home: Path
) -> None:
    configure(".condarc", "envs_dirs: [~/envs, $DISK/envs]\npkgs_dirs: [~/pkgs]\n")
    configuration = configured(DISK="/data")
    assert configuration.envs_dirs == (home / "envs", Path("/data/envs"))
    assert configuration.pkgs_dirs == (home / "pkgs",)


def test_variables_are_filled_in_and_those_that_are_not_set_stay(
    configure: Configure, configured: Configured
) -> None:
    configure(
        ".condarc",
        "channels: [https://host.example/t/$TOKEN/c, $NOPE]\n"
        "custom_channels: {a: 'https://${TOKEN}@host.example'}\n"
        "default_channels: [https://host.example/$TOKEN]\n",
    )
    configuration = configured(TOKEN="tok")
    assert configuration.channels == ("https://host.example/t/tok/c", "$NOPE")
    assert configuration.custom_channels == {"a": "https://tok@host.example"}
    assert configuration.default_channels == ("https://host.example/tok",)


def test_a_channel_may_look_like_a_number_and_stays_as_written(
    configure: Configure, configured: Configured
) -> None:
    configure(".condarc", "channels: [1.10, 2]\n")
    assert configured().channels == ("1.10", "2")


def test_conda_variables_are_the_strongest_and_their_lists_have_separators(
    configure: Configure, configured: Configured, home: Path
) -> None:
    configure(".condarc", "channels: [a]\nchannel_priority: strict\nenvs_dirs: [~/mine]\n")
    configuration = configured(
        CONDA_CHANNELS="x, y",
        CONDA_CHANNEL_PRIORITY="flexible",
        CONDA_ENVS_PATH="/e1:~/e2:",
        CONDA_PKGS_DIRS="~/p1,/p2",
        CONDA_SSL_VERIFY="no",
        CONDA_EXTRA_SAFETY_CHECKS="1",
    )
    assert configuration.channels == ("x", "y", "a")
    assert configuration.channel_priority == "flexible"
    assert configuration.envs_dirs == (Path("/e1"), home / "e2", home / "mine")
    assert configuration.pkgs_dirs == (home / "p1", Path("/p2"))
    assert configuration.ssl_verify is False
    assert configuration.extra_safety_checks is True


def test_a_variable_that_is_empty_says_nothing(configured: Configured) -> None:
    assert configured(CONDA_SSL_VERIFY="", CONDA_CHANNELS="", CONDA_CHANNEL_PRIORITY="") == Configuration()


def test_other_names_of_a_setting_count(configure: Configure, configured: Configured) -> None:
    configure(".condarc", "channel: [a]\nverify_ssl: no\nenvs_path: [/e]\n")
    configuration = configured()
    assert (configuration.channels, configuration.ssl_verify) == (("a",), False)
    assert configuration.envs_dirs == (Path("/e"),)


def test_two_names_of_one_setting_in_one_place_are_refused(
    configure: Configure, configured: Configured
) -> None:
    file = configure(".condarc", "envs_dirs: [/a]\nenvs_path: [/b]\n")
    with pytest.raises(InputError) as caught:
        configured()
    assert str(caught.value) == f"{file}:2: envs_path is another name for envs_dirs, which is there too"
    with pytest.raises(InputError, match="the variable CONDA_ENVS_PATH: "):
        file.unlink()
        configured(CONDA_ENVS_PATH="/a", CONDA_ENVS_DIRS="/b")


def test_mambas_mirrors_of_a_channel_are_read_and_a_stronger_files_replace_them(
    configure: Configure, configured: Configured
) -> None:
    configure(
        ".conda/.condarc",
        "mirrored_channels:\n  conda-forge: [https://a.example]\n  b: [https://b.example]\n",
    )
    configure(".condarc", "mirrored_channels:\n  conda-forge: [https://c.example, https://d.example]\n")
    assert configured().mirrored_channels == {
        "conda-forge": ("https://c.example", "https://d.example"),
        "b": ("https://b.example",),
    }
