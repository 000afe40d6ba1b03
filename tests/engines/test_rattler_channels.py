"""Channels as people write them."""

from pathlib import Path

from envctl.engines.rattler_channels import resolve_channels
from envctl.subdirs import current_subdir


def resolve(
    *words: str, directory: Path | None = None, platform: str | None = None, **environ: str
) -> tuple[str, ...]:
    return tuple(resolve_channels(words, directory=directory, environ=environ, platform=platform))


def test_names_and_urls_keep_their_order_and_come_once() -> None:
    words = ("conda-forge", "https://host/channel", "conda-forge")
    assert resolve(*words) == ("conda-forge", "https://host/channel")


def test_defaults_are_condas_channels_for_the_platform_wherever_it_is_asked() -> None:
    everywhere = ("https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r")
    assert resolve("defaults", platform="linux-64") == everywhere
    assert resolve("defaults", platform="osx-arm64") == everywhere
    assert resolve("defaults", platform="win-64") == (
        *everywhere,
        "https://repo.anaconda.com/pkgs/msys2",
    )


def test_defaults_are_for_this_machine_where_no_platform_is_named() -> None:
    assert resolve("defaults") == resolve("defaults", platform=current_subdir())


def test_nodefaults_adds_and_removes_nothing() -> None:
    assert resolve("conda-forge", "nodefaults") == ("conda-forge",)


def test_variables_are_expanded_as_conda_does() -> None:
    assert resolve("https://${HOST}/$NAME", HOST="host", NAME="x") == ("https://host/x",)
    assert resolve("https://$UNSET/x") == ("https://$UNSET/x",)


def test_a_url_with_variables_is_called_as_it_was_written_and_a_name_by_what_it_is() -> None:
    words = ("https://$USER:${TOKEN}@host/x", "$CHANNEL", "https://$UNSET/x")
    environ = {"USER": "me", "TOKEN": "secret", "CHANNEL": "conda-forge"}
    assert resolve_channels(words, directory=None, environ=environ) == {
        "https://me:secret@host/x": "https://$USER:${TOKEN}@host/x",
        "conda-forge": "conda-forge",
        "https://$UNSET/x": "https://$UNSET/x",
    }


def test_a_folder_starts_from_the_files_own(tmp_path: Path) -> None:
    assert resolve("./channel", directory=tmp_path) == ((tmp_path / "channel").as_uri(),)
    assert resolve(str(tmp_path)) == (tmp_path.as_uri(),)
