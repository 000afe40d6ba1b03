"""`environment.yml` as conda, micromamba and conda-lock read it: text to specification and back."""

from __future__ import annotations

from envctl.formats.environment_yaml_write import dumps

__all__ = ["dumps"]
