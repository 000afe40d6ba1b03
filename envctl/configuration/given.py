"""What one file, or one variable, says about one setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Union

from envctl.credentials import scrub
from envctl.errors import InputError

Mark = Literal["final", "top", "bottom"]
"""conda's words in a comment: `#!final` on a setting keeps stronger files out, the others move an item."""
Value = Union[str, None, "list[Given]", "dict[str, Given]"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A value and where it stands; what is in a list or a mapping is `Given` too."""

    value: Value
    """A text as written: `true` is no boolean yet; None where nothing stands."""
    key: str
    """What it is the value of, such as `custom_channels.conda-forge`."""
    file: str
    line: int | None = None
    mark: Mark | None = None

    @property
    def text(self) -> str:
        """Raises `InputError` (`bad-condarc`) as the others do, where it is something else."""
        if isinstance(self.value, str):
            return self.value
        raise self.wrong("a text")

    @property
    def items(self) -> list[Given]:
        """Of a list; nothing is an empty one."""
        if self.value is None or isinstance(self.value, list):
            return self.value or []
        raise self.wrong("a list")

    @property
    def pairs(self) -> dict[str, Given]:
        """Of a mapping; a key without a value takes away what weaker files have there."""
        if isinstance(self.value, dict):
            return self.value
        raise self.wrong("a mapping of names to values")

    def wrong(self, wanted: str) -> InputError:
        """The error that says what should stand here."""
        stands = {list: "a list", dict: "a mapping", type(None): "empty"}.get(type(self.value))
        return InputError(
            f"{self.key} is {stands or repr(scrub(str(self.value)))}, not {wanted}",
            code="bad-condarc",
            file=self.file,
            line=self.line,
            hint="`conda config --describe` says what each setting takes",
        )
