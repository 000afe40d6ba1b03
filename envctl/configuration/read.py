"""Everything that the user has configured, as one `Configuration`.

conda's settings are what conda makes of its files and of its `CONDA_…` variables, which count most.
Mirrors, proxies and certificates come from rattler's `config.toml` too, where conda's files do not say.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from envctl.configuration.condarc import read_condarc, read_variables
from envctl.configuration.config_toml import read_config
from envctl.configuration.merging import merge_lists
from envctl.configuration.search_path import condarc_files
from envctl.configuration.settings import Settings
from envctl.model.configuration import Configuration

_SEPARATORS = {
    **dict.fromkeys(("channels", "channel", "default_channels", "pkgs_dirs"), ","),
    **dict.fromkeys(("envs_dirs", "envs_path"), os.pathsep),
}
"""What stands between the items of a list in a variable."""


def read(environ: Mapping[str, str]) -> Configuration:
    """What is configured for a process with these variables.

    A setting without a value says nothing; for conda an empty `ssl_verify` means false. Raises `InputError`
    (`bad-condarc`, `bad-config-toml`) for a file that cannot be read, and for a setting of the wrong kind.
    """
    files = condarc_files(environ)
    sources = [*map(read_condarc, files), read_variables(environ, _SEPARATORS)]
    settings = Settings(sources=sources, environ=environ)
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
