"""Any file that describes an environment to the model of it, by what its text says it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from envctl.formats.detect import detect
from envctl.model.environment import EnvironmentSpec
from envctl.model.format_names import ExportFormat
from envctl.model.lock import Lock
from envctl.subdirs import current_subdir


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """What a file holds: a specification, or the locks of one or more environments."""

    format: ExportFormat
    spec: EnvironmentSpec | None = None
    locks: Mapping[str, Lock] | None = None
    """By the environment's name; of a format without names there is one, called `default`."""
    warnings: tuple[str, ...] = ()


def read(text: str, *, file: str, directory: str, form: ExportFormat | None = None) -> Description:
    """Read a description of an environment; `file` is its name for messages, and relative paths to
    archives start from `directory`. `form` is its format where that is known already.

    Raises `InputError` with the line and the reason for what no reader takes.
    """
    kind = form or detect(text)
    match kind:
        case "conda-lock-v1":
            from envctl.formats.conda_lock_v1.read import loads as conda_lock

            return Description(format=kind, locks={"default": conda_lock(text, file=file)})
        case "pixi-lock":
            from envctl.formats.pixi_lock.read import loads as pixi_lock

            return Description(format=kind, locks=pixi_lock(text, file=file))
        case "explicit":
            from envctl.formats import explicit

            lock = explicit.loads(text, file=file, directory=directory, platform=current_subdir())
            return Description(format=kind, locks={"default": lock})
        case "requirements":
            from envctl.formats import requirements

            return Description(format=kind, spec=requirements.loads(text, file=file))
        case "environment-json":
            from envctl.formats import environment_json

            reading = environment_json.loads(text, file=file)
            return Description(format=kind, spec=reading.spec, warnings=reading.warnings)
        case _:
            from envctl.formats import environment_yaml_read

            reading = environment_yaml_read.loads(text, file=file)
            return Description(format=kind, spec=reading.spec, warnings=reading.warnings)
