"""rollback: an environment as it was before an update."""

from __future__ import annotations

from dataclasses import dataclass

from envctl.errors import AbsentError
from envctl.fsys import unwritable
from envctl.ops.remove import find
from envctl.prefixes.generations import Generation, generations, way_back
from envctl.prefixes.guard import refuse_changing
from envctl.prefixes.locking import locked
from envctl.prefixes.place import Place, own_place
from envctl.prefixes.root import Root
from envctl.prefixes.staging import clean_up
from envctl.prefixes.switching import go_to
from envctl.progress import Reporter


@dataclass(frozen=True, kw_only=True, slots=True)
class RollbackResult:
    """Which generation is current now, and which was."""

    place: Place
    generation: int
    before: int | None
    """None where its folder was gone."""


def rollback(root: Root, word: str, reporter: Reporter, *, to: int | None = None) -> RollbackResult:
    """Make an environment one of its other generations; None is the one before the current.

    The current one stays, so that it can be gone back to; where its folder is gone, the newest is gone to.
    Raises `AbsentError` (`no-environment`, `no-generation`), what `refuse_changing` raises, `FailedError`
    where the place cannot be written.
    """
    place = own_place(root, find(root, word, reporter))
    with locked(root, place):
        clean_up(place)
        refuse_changing(place)
        try:
            there = generations(place)
            current = next((each for each in there if each.current), None)
            chosen = _chosen(there, current, to)
            if chosen is None:
                raise _none(place, there, to)
            if chosen != current:
                go_to(place, chosen, current)
        except OSError as error:
            raise unwritable(place.prefix, error) from error
    return RollbackResult(place=place, generation=chosen.number, before=current.number if current else None)


def _chosen(there: tuple[Generation, ...], current: Generation | None, to: int | None) -> Generation | None:
    if to is not None:
        return next((each for each in there if each.number == to), None)
    if current is None:  # its folder was removed by hand
        return there[-1] if there else None
    return next(iter(way_back(there)), None)


def _none(place: Place, there: tuple[Generation, ...], to: int | None) -> AbsentError:
    numbers = ", ".join(f"{each.number} (current)" if each.current else str(each.number) for each in there)
    return AbsentError(
        f"{place.label} has no generation {to}"
        if to is not None
        else f"{place.label} has no generation before",
        code="no-generation",
        cause=f"there is {numbers or 'none'}",
        hint="`envctl list --generations` shows them all",
    )
