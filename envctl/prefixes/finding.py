"""Finding an environment by the word that somebody has for it."""

from __future__ import annotations

from pathlib import Path

from envctl.prefixes.generations import generations
from envctl.prefixes.place import NAME, Place, absolute, as_named
from envctl.prefixes.root import Root
from envctl.prefixes.swapping import unfinished


def find_remains(root: Root, word: str) -> Place | None:
    """What is left of an environment that was removed otherwise, where there is none: of a name a link that
    points nowhere, or generations; of a folder generations beside it, or an
    update that was cut off."""
    scheme, _, rest = word.partition(":")
    if scheme in ("env", "prefix") and rest:
        word = rest
    names = scheme != "prefix" and NAME.fullmatch(word)
    for environments in dict.fromkeys((root.environments, root.own_environments)) if names else ():
        place = as_named(root, environments / word)
        there = place.prefix.is_symlink() or (root.generations_of(environments) / word).is_dir()
        if there and not place.prefix.exists():
            return place
    place = as_named(root, absolute(Path(word)))
    there = scheme != "env" and place.name is None and not place.prefix.exists()
    return place if there and (generations(place) or unfinished(place.prefix)) else None
