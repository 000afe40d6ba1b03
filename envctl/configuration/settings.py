"""One setting looked up in all that is said, merged and made what it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from envctl.configuration.given import Given
from envctl.configuration.merging import merge_lists, merge_maps, strongest
from envctl.configuration.search_path import path_of
from envctl.credentials import fill_in
from envctl.errors import InputError
from envctl.model.configuration import ChannelPriority

_OTHER_NAMES = {"channels": ("channel",), "envs_dirs": ("envs_path",), "ssl_verify": ("verify_ssl",)}
"""Names that conda takes too."""
_YES = frozenset({"true", "yes", "on", "y", "1"})
_NO = frozenset({"false", "no", "off", "n", "none", "non", "0"})
_PRIORITIES = {
    **{word: word for word in ("strict", "flexible", "disabled")},
    **dict.fromkeys(("true", "yes", "on"), "flexible"),
    **dict.fromkeys(("false", "no", "off"), "disabled"),
}
"""`true` and `false` are what conda 4.5 and older had."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
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
