"""Which package of one side is which of the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from envctl.model.packages import Key
from envctl.python_names import distribution_name, family

Pairs = dict[Key, tuple[Key | None, Key | None]]
"""By the key that a package goes by: its key on the one side and on the other."""


def paired(before: Iterable[Key], after: Iterable[Key]) -> Pairs:
    """All packages of both sides with the key that each side has for them, sorted.

    What went from conda to pip, or back, is one package, under conda's name: `pytorch` is pip's `torch`.
    """
    old, new = set(before), set(after)
    pairs: Pairs = {key: (key, key) for key in old & new}
    gone, come = old - new, new - old
    pairs |= {key: (key, None) for key in gone} | {key: (None, key) for key in come}
    for conda, pip in _twins(gone, come):
        del pairs[conda], pairs[pip]
        pairs[conda] = (conda, pip) if conda in gone else (pip, conda)
    return dict(sorted(pairs.items()))


def _twins(gone: set[Key], come: set[Key]) -> Iterable[tuple[Key, Key]]:
    """conda's and pip's keys of the packages that went from the one to the other."""
    for conda_side, pip_side in ((gone, come), (come, gone)):
        pip = _by_distribution(key for key in pip_side if key[0] == "pip")
        conda = _by_distribution(key for key in conda_side if key[0] == "conda")
        for distribution, keys in conda.items():
            yield from zip(keys, pip.get(distribution, ()), strict=False)


def _by_distribution(keys: Iterable[Key]) -> dict[str, list[Key]]:
    found: defaultdict[str, list[Key]] = defaultdict(list)
    for manager, name in sorted(keys):
        distribution = family(name) if manager == "pip" else distribution_name(name)
        if distribution:
            found[distribution].append((manager, name))
    return found
