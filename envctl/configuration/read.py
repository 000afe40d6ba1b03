"""Everything that the user has configured, as one `Configuration`.

conda's settings are what conda makes of its files and of its `CONDA_…` variables, which count most.
mirrors, proxies and certificates come from rattler's `config.toml` too, where conda's files do not say.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from envctl.configuration.condarc import read_condarc, read_variables
from envctl.configuration.config_toml import read_config
from envctl.configuration.given import Given
from envctl.configuration.merging import merge_lists, merge_maps, strongest
from envctl.configuration.search_path import condarc_files, path_of
from envctl.credentials import fill_in
from envctl.errors import InputError
from envctl.model.configuration import ChannelPriority, Configuration

_OTHER_NAMES = {"channels": ("channel",), "envs_dirs": ("envs_path",), "ssl_verify": ("verify_ssl",)}
"""Names that conda takes too."""
_SEPARATORS = {
    **dict.fromkeys(("channels", "channel", "default_channels", "pkgs_dirs"), ","),
    **dict.fromkeys(("envs_dirs", "envs_path"), os.pathsep),
}
"""What stands between the items of a list in a variable."""
_YES = frozenset({"true", "yes", "on", "y", "1"})
_NO = frozenset({"false", "no", "off", "n", "none", "non", "0"})
_PRIORITIES = {
    **{word: word for word in ("strict", "flexible", "disabled")},
    **dict.fromkeys(("true", "yes", "on"), "flexible"),
    **dict.fromkeys(("false", "no", "off"), "disabled"),
}
"""`true` and `false` are what conda 4.5 and older had."""


def read(environ: Mapping[str, str]) -> Configuration:
    """What is configured for a process with these variables.

    A setting without a value says nothing; for conda an empty `ssl_verify` means false. Raises `InputError`
    (`bad-condarc`, `bad-config-toml`) for a file that cannot be read, and for a setting of the wrong kind.
    """
    files = condarc_files(environ)
    sources = [*map(read_condarc, files), read_variables(environ, _SEPARATORS)]
    settings = _Settings(sources=sources, environ=environ)
    shared = read_config(environ)
    return Configuration(
        files=(*shared.files, *files),
        channels=settings.list_of("channels"),
        channel_alias=settings.url("channel_alias"),
        default_channels=settings.list_of("default_channels"),
        custom_channels=settings.map_of("custom_channels"),
        custom_multichannels={
            key: settings.filled(merge_lists(given))
            for key, given in settings.merged("custom_multichannels").items()
        },
        mirrored_channels={
            key: settings.filled(merge_lists(given[-1:]))
            for key, given in settings.merged("mirrored_channels").items()
        },
        mirrors=shared.mirrors,
        channel_priority=settings.priority("channel_priority"),
        proxies={**shared.proxies, **settings.map_of("proxy_servers")},
        ssl_verify=settings.verification("ssl_verify", shared.ssl_verify),
        envs_dirs=settings.paths("envs_dirs"),
        pkgs_dirs=settings.paths("pkgs_dirs"),
        extra_safety_checks=settings.truth("extra_safety_checks"),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Settings:
    """All that is said, the weakest first, and the variables to fill in."""

    sources: Sequence[Mapping[str, Given]]
    environ: Mapping[str, str]

    def given(self, name: str) -> list[Given]:
        """What each source says about a setting, under either of its names."""
        found = []
        for source in self.sources:
            said = [source[key] for key in (name, *_OTHER_NAMES.get(name, ())) if key in source]
            if len(said) > 1:
                raise InputError(
                    f"{said[1].key} is another name for {name}, which is there too",
                    code="bad-condarc",
                    file=said[1].file,
                    line=said[1].line,
                    hint=f"keep {name} alone",
                )
            found += [each for each in said if each.value is not None]
        return found

    def filled(self, texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(fill_in(text, self.environ) for text in texts)

    def list_of(self, name: str) -> tuple[str, ...]:
        return self.filled(merge_lists(self.given(name)))

    def merged(self, name: str) -> dict[str, tuple[Given, ...]]:
        return merge_maps(self.given(name))

    def map_of(self, name: str) -> dict[str, str]:
        chosen = {key: strongest(given) for key, given in self.merged(name).items()}
        return {key: fill_in(each.text, self.environ) for key, each in chosen.items() if each and each.value}

    def paths(self, name: str) -> tuple[Path, ...]:
        return tuple(dict.fromkeys(path_of(text, self.environ) for text in merge_lists(self.given(name))))

    def url(self, name: str) -> str | None:
        chosen = strongest(self.given(name))
        if chosen is None:
            return None
        text = fill_in(chosen.text, self.environ)
        if "://" not in text:
            raise chosen.wrong("a URL")
        return text

    def truth(self, name: str) -> bool:
        chosen = strongest(self.given(name))
        if chosen is None:
            return False
        if chosen.text.lower() not in _YES | _NO:
            raise chosen.wrong("true or false")
        return chosen.text.lower() in _YES

    def priority(self, name: str) -> ChannelPriority | None:
        chosen = strongest(self.given(name))
        if chosen is None:
            return None
        if chosen.text.lower() not in _PRIORITIES:
            raise chosen.wrong("strict, flexible or disabled")
        return cast("ChannelPriority", _PRIORITIES[chosen.text.lower()])

    def verification(self, name: str, otherwise: bool | str) -> bool | str:
        chosen = strongest(self.given(name))
        if chosen is None:
            return otherwise
        text = fill_in(chosen.text, self.environ)
        if text.lower() in _YES | _NO:
            return text.lower() in _YES
        if text != "truststore" and not Path(text).exists():
            raise chosen.wrong("true, false, truststore, or a file with certificates")
        return text
