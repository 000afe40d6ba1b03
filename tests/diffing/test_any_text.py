"""No text in a file breaks a comparison."""

from __future__ import annotations

from diff_samples import NAMES, conda, lock, pip
from hypothesis import given, settings
from hypothesis import strategies as st

from envctl.diffing.locks import diff_locks
from envctl.diffing.satisfaction import diff_spec_lock
from envctl.diffing.specs import diff_specs
from envctl.model.environment import Dependency, EnvironmentSpec

TEXTS = st.one_of(
    st.text("ax1.0*=<>!~,|()[]{}'\"@#:;/\\ +-_$%é\n\t&?", max_size=25),
    st.text(max_size=10),
    st.from_regex(
        r"(numpy|x|https://|git\+https://h/x|file:|\./)[=<>!~ ]{0,3}[0-9a-z.*+!@#\[\]-]{0,20}"
        r"(; ?[a-z_]+ ?[<=>]+ ?'[0-9.a-z]*')?",
        fullmatch=True,
    ),
)
ENTRIES = st.lists(st.builds(Dependency, text=TEXTS), max_size=3).map(tuple)
SPECIFICATIONS = st.builds(EnvironmentSpec, dependencies=ENTRIES, pip=ENTRIES)


@settings(max_examples=80)
@given(SPECIFICATIONS, SPECIFICATIONS, st.lists(TEXTS, min_size=4, max_size=4))
def test_any_text_can_be_compared(before: EnvironmentSpec, after: EnvironmentSpec, texts: list[str]) -> None:
    one, two, three, four = texts
    old = lock(conda(one, two, three), pip(one, two, url=three, depends=(four,), index=one))
    new = lock(conda(one, three, two, depends=(one, four)), pip(one, three, url=four))
    diff_specs(before, after, names=NAMES)
    diff_locks(old, new, names=NAMES)
    diff_spec_lock(before, old, names=NAMES)
    diff_spec_lock(after, new, names=NAMES)
