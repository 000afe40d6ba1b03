"""The channels of a source that names none."""

from __future__ import annotations

from collections.abc import Mapping

from envctl.configuration.read import read

_OTHERWISE = "conda-forge"


def default_channels(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Those that the user has configured conda to take, else conda-forge; their URLs may hold credentials.

    Raises `InputError` for a configuration that cannot be read.
    """
    return read(environ).channels or (_OTHERWISE,)
