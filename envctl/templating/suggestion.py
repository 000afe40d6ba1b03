"""What was probably meant by a word that is not known."""

from __future__ import annotations

from collections.abc import Sequence


def suggestion(word: str, known: Sequence[str]) -> str:
    """A hint for a word that is not among the known ones."""

    from difflib import get_close_matches

    near = get_close_matches(word, known, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(near)}? Known are {', '.join(known)}."
    return f"known are {', '.join(known)}" if known else "none is known"
