"""Which package of one side is which of the other."""

from __future__ import annotations

from collections.abc import Iterable

from envctl.model.packages import Manager
from envctl.python_names import conda_name

Key = tuple[Manager, str]
"""Who installs it, and its name; a pip name is normalised."""
Pairs = dict[Key, tuple[Key | None, Key | None]]
"""By the key that a package goes by: its key on the one side and on the other."""


def paired(before: Iterable[Key], after: Iterable[Key]) -> Pairs:
    """All packages of both sides with the key that each side has for them, sorted.

    What went from conda to pip, or back, is one package, under conda's name: `pytorch` is pip's `torch`.
    """
    old, new = set(before), set(after)
    pairs: Pairs = {key: (key, key) for key in old & new}
    gone, come = old - new, new - old
    twins: dict[str, Key] = {}
    for key in sorted(come, reverse=True):
        twins[key[1] if key[0] == "conda" else conda_name(key[1])] = key
    for key in sorted(gone):
        twin = twins.get(key[1] if key[0] == "conda" else conda_name(key[1]))
        if twin is not None and twin in come and twin[0] != key[0]:
            pairs[min(key, twin)] = (key, twin)
            come.remove(twin)
        else:
            pairs[key] = (key, None)
    pairs |= {key: (None, key) for key in come}
    return dict(sorted(pairs.items()))
