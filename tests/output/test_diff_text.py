"""A difference as lines for grep and scripts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from sample_results import LOCKS, SPECIFICATIONS, UNANSWERED, change, conda, diff

from envctl.model.diff import Diff, Setting
from envctl.output.diff_text import text

WORD = st.text(max_size=12)


def test_two_locks() -> None:
    assert text(LOCKS) == (
        "changed\tlinux-64\tconda\topenssl\t3.3.1 sha256 aaaaaaaaaaaa…\t3.3.1 sha256 bbbbbbbbbbbb…\thash"
        "\tdependency\n"
        "removed\tlinux-64\tconda\tmkl\t2024.0\t-\t-\tdependency\n"
        "changed\tlinux-64\tconda\tnumpy\t1.26.4\t2.0.0\tupgrade\trequested\n"
        "changed\tlinux-64\tconda\tprotobuf\t4.25.3\t3.20.0\tdowngrade\tdependency\n"
        "added\tlinux-64\tpip\thttpx\t-\t0.27.0\t-\trequested\n"
        "changed\tosx-arm64\tconda\tnumpy\t1.26.4\t2.0.0\tupgrade\trequested\n"
        "changed\t-\tsetting\tchannels\tconda-forge, defaults\tconda-forge\t-\t-\n"
        "# the pip packages of osx-arm64: a.lock has none\n"
    )


def test_two_specifications() -> None:
    assert text(SPECIFICATIONS) == (
        "changed\t-\tconda\tnumpy\t>=1.24\t>=2\tspec\trequested\n"
        "added\t-\tconda\tscipy\t-\tany\t-\trequested\n"
    )


def test_a_specification_and_packages() -> None:
    assert text(UNANSWERED) == (
        "extra\tlinux-64\tconda\tnano\t-\t7.2\t-\t-\n"
        "unsatisfied\tlinux-64\tconda\tnumpy\tnumpy >=2\t1.26.4\t-\trequested\n"
        "unsatisfied\tlinux-64\tpip\thttpx\thttpx[http2]>=0.27\t-\t-\trequested\n"
    )


def test_no_difference_is_no_text() -> None:
    assert text(Diff(before="a", after="b", unchanged=7)) == ""


def test_all_kinds_of_one_change_stand_in_one_field() -> None:
    moved = change(
        conda("numpy", "1.26.4", channel="https://conda.example/main"),
        conda("numpy", "2.0.0"),
        "upgrade",
        "channel",
        requested=None,
    )
    assert text(diff(moved)) == (
        "changed\tlinux-64\tconda\tnumpy\t1.26.4 from main\t2.0.0 from conda-forge\tupgrade,channel\t-\n"
    )


def test_settings_that_came_and_went() -> None:
    here_and_there = (
        Setting(name="variables.B", before=("1",), after=None),
        Setting(name="variables.A", before=None, after=("two\nlines",)),
    )
    assert text(diff(settings=here_and_there)) == (
        "added\t-\tsetting\tvariables.A\t-\ttwo\\nlines\t-\t-\nremoved\t-\tsetting\tvariables.B\t1\t-\t-\t-\n"
    )


@settings(max_examples=50)
@given(names=st.lists(WORD, max_size=5), version=WORD, spec=WORD)
def test_a_change_is_one_line_of_eight_fields_whatever_it_is_called(
    names: list[str], version: str, spec: str
) -> None:
    lines = text(diff(*(change(None, conda(name, version)) for name in names))).splitlines()
    assert [line.count("\t") for line in lines] == [7] * len(names)
    assert all("" not in line.split("\t") for line in lines)


@settings(max_examples=20)
@given(order=st.permutations(range(len(LOCKS.changed))))
def test_the_order_of_the_changes_does_not_matter(order: list[int]) -> None:
    changed = tuple(LOCKS.changed[index] for index in order)
    again = Diff(before="a", after="b", platforms=LOCKS.platforms, changed=changed)
    assert [line for line in text(LOCKS).splitlines() if "conda\t" in line and "mkl" not in line] == text(
        again
    ).splitlines()
