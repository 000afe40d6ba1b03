"""What is to be solved, in conda's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from envctl.engines.conda_channels import conda_channels, conda_specs
from envctl.engines.conda_machine import overrides_for, overrides_of
from envctl.engines.interface import SolveRequest
from envctl.subdirs import current_subdir


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One request."""

    request: SolveRequest
    platform: str
    channels: Mapping[str, str]
    """What conda is given, and what envctl calls each."""
    specs: list[str]
    environ: Mapping[str, str]
    """The variables that conda is asked under: they hold the platform, and what the machine offers."""

    @property
    def options(self) -> list[str]:
        """The options that say where conda looks."""
        channels = [word for channel in self.channels for word in ("--channel", channel)]
        return ["--override-channels", *channels, *(["--offline"] if self.request.offline else [])]


def prepare(request: SolveRequest, environ: Mapping[str, str]) -> Problem:
    """The request for conda, called with the variables of `environ`.

    Raises what `conda_specs`, `overrides_for` and `overrides_of` raise.
    """
    channels = conda_channels(request.channels, directory=request.directory, environ=environ)
    given = request.virtual_packages
    overrides = overrides_for(request.cuda, environ) if given is None else overrides_of(given)
    platform = request.platform or current_subdir()
    return Problem(
        request=request,
        platform=platform,
        channels=channels,
        specs=conda_specs(request, tuple(channels)),
        environ={**environ, "CONDA_SUBDIR": platform, **overrides},
    )
