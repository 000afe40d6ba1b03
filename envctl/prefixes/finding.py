"""Finding an environment by the word that somebody has for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from envctl.errors import AbsentError
from envctl.prefixes.generations import generations
from envctl.prefixes.healing import heal
from envctl.prefixes.place import NAME, Place, absolute, as_named, is_environment
from envctl.prefixes.root import Root
from envctl.prefixes.swapping import unfinished
from envctl.progress import SILENT, Reporter


def find_place(root: Root, word: str, environ: Mapping[str, str], reporter: Reporter = SILENT) -> Place:
    """The existing environment that a word means: a name of envctl's, a name of conda's, or a folder.

    A name wins over a folder, with a note; `env:NAME` and `prefix:DIR` decide. Raises `AbsentError`
    (`no-environment`), and `InputError` for a configuration that cannot be read.
    """
    scheme, word = _scheme(word)
    if scheme != "prefix" and NAME.fullmatch(word):
        for environments in environments_folders(root, environ):
            place = as_named(root, environments / word)
            if place.is_environment:
                folder = absolute(Path(word))
                if scheme is None and folder != place.prefix and is_environment(folder):
                    reporter.note(
                        f"{word} is a name and a folder: the name is used; prefix:{word} takes the folder"
                    )
                return place
    if scheme != "env":
        folder = absolute(Path(word))
        if not is_environment(folder):
            heal(root, folder)
        if is_environment(folder):
            place = as_named(root, folder)
            # one of its older generations is looked at for itself
            return place if place.prefix.resolve() == folder.resolve() else Place(name=None, prefix=folder)
    raise AbsentError(
        f"there is no environment {word!r}",
        code="no-environment",
        cause=f"neither a name below {root.environments} nor a folder with conda-meta/history",
        hint="`envctl list` shows what there is; `envctl create` makes one",
    )


def find_remains(root: Root, word: str) -> Place | None:
    """What is left of an environment that was removed otherwise, where there is none: of a name a link that
    points nowhere, or generations; of a folder generations beside it, or an update that was cut off."""
    scheme, word = _scheme(word)
    names = scheme != "prefix" and NAME.fullmatch(word)
    for environments in dict.fromkeys((root.environments, root.own_environments)) if names else ():
        place = as_named(root, environments / word)
        there = place.prefix.is_symlink() or (root.generations_of(environments) / word).is_dir()
        if there and not place.prefix.exists():
            return place
    place = as_named(root, absolute(Path(word)))
    if scheme != "env" and place.name is None:
        with suppress(OSError):  # a folder that may not be looked into
            if not place.prefix.exists() and (generations(place) or unfinished(place.prefix)):
                return place
    return None


def _scheme(word: str) -> tuple[str | None, str]:
    """Which of the two schemes a word has, and what follows."""
    scheme, _, rest = word.partition(":")
    return (scheme, rest) if scheme in ("env", "prefix") and rest else (None, word)


def environments_folders(root: Root, environ: Mapping[str, str]) -> Iterator[Path]:
    """Where environments have names, the first that is asked first: envctl's own folders, then conda's, which
    are all `envs_dirs` that are configured and the two that it always has.

    What is configured is read only when it comes to that; raises `InputError` then.
    """
    yield from (own := dict.fromkeys((root.environments, root.own_environments)))
    from envctl.configuration.read import read
    from envctl.configuration.search_path import base_prefix, path_of

    always = (base_prefix(environ), path_of("~/.conda", environ))
    conda = (*read(environ).envs_dirs, *(folder / "envs" for folder in always if folder))
    yield from (folder for folder in dict.fromkeys(conda) if folder not in own)
