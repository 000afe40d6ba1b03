"""A difference on one screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sample_results import LOCKS, SPECIFICATIONS, UNANSWERED, change, conda, diff, shown, wanted

from envctl.model.diff import Diff, Setting, Unsatisfied
from envctl.output.diff_table import table


def test_two_locks() -> None:
    assert shown(table(LOCKS), width=120) == (
        "1 file was replaced: other content under the same URL\n"
        "  https://conda.example/conda-forge/linux-64/openssl-3.3.1-0.conda\n"
        "1 added, 1 removed, 4 changed (2 upgrades, 1 downgrade, 1 replaced file) on 2 platforms, 1 setting;"
        " 230 the same\n"
        "change     package   before                      after                       platform  manager\n"
        "hash       openssl   3.3.1 sha256 aaaaaaaaaaaa…  3.3.1 sha256 bbbbbbbbbbbb…  linux-64  conda\n"
        "upgrade    numpy     1.26.4                      2.0.0                       all 2     conda\n"
        "added      httpx                                 0.27.0                      linux-64  pip\n"
        "setting    channels  conda-forge, defaults       conda-forge\n"
        "removed    mkl       2024.0                                                  linux-64  conda\n"
        "downgrade  protobuf  4.25.3                      3.20.0                      linux-64  conda\n"
        "note: the pip packages of osx-arm64: a.lock has none\n"
    )


def test_a_narrow_terminal_breaks_cells_and_cuts_nothing() -> None:
    assert shown(table(LOCKS), width=80).splitlines()[4:7] == [
        "change     package   before               after                platform  manager",
        "hash       openssl   3.3.1 sha256         3.3.1 sha256         linux-64  conda",
        "                     aaaaaaaaaaaa…        bbbbbbbbbbbb…",
    ]


def test_two_specifications_have_neither_platform_nor_manager() -> None:
    assert shown(table(SPECIFICATIONS)) == (
        "1 added, 1 changed; 5 the same\n"
        "change  package  before  after\n"
        "spec    numpy    >=1.24  >=2\n"
        "added   scipy            any\n"
    )


def test_a_specification_and_packages() -> None:
    assert shown(table(UNANSWERED)) == (
        "2 unsatisfied, 1 extra; 12 satisfied\n"
        "change       package  wants               has      manager\n"
        "unsatisfied  numpy    numpy >=2           1.26.4   conda\n"
        "unsatisfied  httpx    httpx[http2]>=0.27  nothing  pip\n"
        "extra        nano                         7.2      conda\n"
    )


def test_no_difference_is_one_line() -> None:
    same = Diff(before="a.lock", after="b.lock", unchanged=230)
    assert shown(table(same)) == "no difference between a.lock and b.lock\n"


def test_a_screen_is_filled_with_what_was_asked_for_and_the_rest_is_counted() -> None:
    along = [change(None, conda(f"a{number:03}", "1")) for number in range(100)]
    asked = [change(None, conda("zlib", "1"), requested=True)]
    lines = shown(table(diff(*along, *asked))).splitlines()
    assert lines[:4] == [
        "101 added; 0 the same",
        "change  package  before  after",
        "added   zlib             1",
        "added   a000             1",
    ]
    assert lines[-1] == "… and 68 more that came along (--format text lists all)"
    assert len(lines) == 36


def test_what_came_along_is_not_told_where_no_side_says_what_was_asked_for() -> None:
    changes = [change(None, conda(f"a{number:03}", "1"), requested=None) for number in range(100)]
    assert shown(table(diff(*changes))).splitlines()[-1] == "… and 67 more (--format text lists all)"


def test_many_replaced_files_leave_room_for_the_rest() -> None:
    changes = [
        change(conda(f"a{number:03}", "1", md5="a" * 32), conda(f"a{number:03}", "1", md5="b" * 32), "hash")
        for number in range(100)
    ]
    lines = shown(table(diff(*changes))).splitlines()
    assert lines[0] == "100 files were replaced: other content under the same URL"
    assert lines[6:8] == ["  … and 95 more", "100 changed (100 replaced files); 0 the same"]
    assert len(lines) == 36


def test_a_platform_that_one_side_has_is_one_line() -> None:
    changes = [change(None, conda(f"a{number}", "1"), platform="win-64") for number in range(300)]
    platforms = Setting(name="platforms", before=("linux-64", "osx-64"), after=("linux-64", "win-64"))
    changes.append(change(conda("b", "1"), None, platform="osx-64"))
    compared = ("linux-64", "osx-64", "win-64")
    whole = diff(*changes, platforms=compared, settings=(platforms,), unchanged=9)
    assert shown(table(whole)) == (
        "platform osx-64 removed, platform win-64 added; 9 the same\n"
        "change    package  before     after\n"
        "platform  osx-64   1 package\n"
        "platform  win-64              300 packages\n"
    )


@pytest.mark.parametrize(
    ("platforms", "told"),
    [
        (["linux-64", "osx-64", "osx-arm64", "win-64"], "all 4"),
        (["linux-64", "osx-64", "osx-arm64"], "all but win-64"),
        (["linux-64", "win-64"], "linux-64, win-64"),
        (["win-64"], "win-64"),
    ],
)
def test_the_same_change_on_several_platforms_is_one_row(platforms: list[str], told: str) -> None:
    changes = [
        change(conda("numpy", "1"), conda("numpy", "2"), "upgrade", platform=platform)
        for platform in platforms
    ]
    compared = diff(*changes, platforms=("linux-64", "osx-64", "osx-arm64", "win-64"))
    heading, row = shown(table(compared)).splitlines()[1:]
    assert row == f"upgrade  numpy    1       2      {told}"
    assert heading.endswith("after  platform")


def test_what_was_asked_for_on_one_platform_is_asked_for() -> None:
    twice = [
        change(None, conda("a", "1"), platform="linux-64"),
        change(None, conda("a", "1"), platform="osx-64", requested=True),
    ]
    assert "\x1b[1ma  " in shown(table(diff(*twice)), colour=True)


def test_build_strings_on_several_platforms_differ_by_more_than_their_hash() -> None:
    builds = [
        change(
            conda("cffi", "2.0", f"py311h{number}234567_0"),
            conda("cffi", "2.0", f"py312h{number}345678_0"),
            "build",
            platform=platform,
        )
        for number, platform in enumerate(("linux-64", "osx-64"))
    ]
    row = shown(table(diff(*builds))).splitlines()[2]
    assert row == "build   cffi     2.0 py311h…_0  2.0 py312h…_0  all 2"


@pytest.mark.parametrize(
    ("spec", "has"),
    [("cffi=2.0=py312*", "2.0 py311h…_0"), ("cffi=2.0=py312h1234567_0", "2.0 py311h1234567_0")],
)
def test_what_is_there_has_a_hash_only_where_one_is_asked_for(spec: str, has: str) -> None:
    cffi = conda("cffi", "2.0", "py311h1234567_0")
    request = Unsatisfied(name="cffi", manager="conda", platform="linux-64", spec=spec, found=cffi)
    row = shown(table(diff(unsatisfied=(request,)))).splitlines()[2]
    assert row == f"unsatisfied  cffi     {spec}  {has}"


def test_a_hash_in_a_build_string_stays_where_nothing_else_differs() -> None:
    build = change(conda("bzip2", "1", "h1234567_0"), conda("bzip2", "1", "h89abcde_0"), "build")
    row = shown(table(diff(build))).splitlines()[2]
    assert row == "build   bzip2    1 h1234567_0  1 h89abcde_0"


def test_colours_tell_what_is_good_and_what_is_not() -> None:
    lines = shown(table(LOCKS), width=120, colour=True).splitlines()
    styles = [line[: line.index("m")].removeprefix("\x1b[") for line in lines if line.startswith("\x1b")]
    assert styles == ["1;31", "31", "1", "2", "1;31", "32", "32", "31", "33"]
    assert "\x1b[1mnumpy  " in lines[5]


def test_a_package_name_is_broken_only_where_it_is_a_long_line() -> None:
    named = change(None, conda("a-package-of-thirty-two-letters-", "1.0"))
    assert "added   a-package-of-thirty-two-letters-" in shown(table(diff(named)), width=46)
    line = "git+https://git.example/a/repository@0123456789abcdef"
    url = change(None, wanted(line, line), requested=True, platform=None)
    assert shown(table(diff(url)), width=60).splitlines()[2:] == [
        "added   git+https://git.exam          git+https://git.exampl",
        "        ple/a/repository@012          e/a/repository@0123456",
        "        3456789abcdef                 789abcdef",
    ]


def test_what_would_act_on_a_terminal_is_shown() -> None:
    hostile = diff(change(None, conda("\x1b[31mnumpy", "1\n2")), before="\x07")
    assert shown(table(hostile)).splitlines()[-1] == r"added   \x1b[31mnumpy          1\n2"
    assert shown(table(replace(hostile, added=()))) == "no difference between \\x07 and b.lock\n"


def test_packages_that_answer_a_specification_satisfy_it() -> None:
    whole = replace(UNANSWERED, unsatisfied=(), extra=())
    assert shown(table(whole)) == "web satisfies environment.yml: 12 requests\n"
