"""A difference as a comment on a pull request."""

from __future__ import annotations

from sample_results import LOCKS, SPECIFICATIONS, UNANSWERED, change, conda, diff, wanted

from envctl.model.diff import Diff
from envctl.output.diff_markdown import markdown


def test_two_locks() -> None:
    assert (
        markdown(LOCKS)
        == """\
> [!CAUTION]
> **1 file was replaced: other content under the same URL**
> - `https://conda.example/conda-forge/linux-64/openssl-3.3.1-0.conda`

**1 added, 1 removed, 4 changed (2 upgrades, 1 downgrade, 1 replaced file) on 2 platforms, 1 setting; \
230 the same**, from `a.lock` to `b.lock`

| change | package | before | after | platform | manager |
| --- | --- | --- | --- | --- | --- |
| hash | `openssl` | `3.3.1 sha256 aaaaaaaaaaaa…` | `3.3.1 sha256 bbbbbbbbbbbb…` | linux-64 | conda |
| upgrade | **`numpy`** | `1.26.4` | `2.0.0` | all 2 | conda |
| added | **`httpx`** |  | `0.27.0` | linux-64 | pip |
| setting | `channels` | `conda-forge, defaults` | `conda-forge` |  |  |
| removed | `mkl` | `2024.0` |  | linux-64 | conda |
| downgrade | `protobuf` | `4.25.3` | `3.20.0` | linux-64 | conda |

> [!NOTE]
> - the pip packages of osx-arm64: a.lock has none
"""
    )


def test_two_specifications() -> None:
    assert (
        markdown(SPECIFICATIONS)
        == """\
**1 added, 1 changed; 5 the same**, from `a.yml` to `b.yml`

| change | package | before | after |
| --- | --- | --- | --- |
| spec | **`numpy`** | `>=1.24` | `>=2` |
| added | **`scipy`** |  | `any` |
"""
    )


def test_a_specification_and_packages() -> None:
    assert (
        markdown(UNANSWERED)
        == """\
**2 unsatisfied, 1 extra; 12 satisfied**, from `environment.yml` to `web`

| change | package | wants | has | manager |
| --- | --- | --- | --- | --- |
| unsatisfied | **`numpy`** | `numpy >=2` | `1.26.4` | conda |
| unsatisfied | **`httpx`** | `httpx[http2]>=0.27` | `nothing` | pip |
| extra | `nano` |  | `7.2` | conda |
"""
    )


def test_no_difference_is_one_line() -> None:
    assert markdown(Diff(before="a_1.yml", after="b.yml")) == (
        "**no difference between a\\_1.yml and b.yml**\n"
    )


def test_more_than_ten_rows_are_folded() -> None:
    along = [change(None, conda(f"a{number:02}", "1")) for number in range(12)]
    text = markdown(diff(*along))
    shown, folded = text.split("<details>\n<summary>2 more that came along</summary>\n")
    assert shown.count("| added |") == 10
    assert folded == (
        "\n"
        "| change | package | before | after |\n"
        "| --- | --- | --- | --- |\n"
        "| added | `a10` |  | `1` |\n"
        "| added | `a11` |  | `1` |\n"
        "\n"
        "</details>\n"
    )


def test_what_was_asked_for_is_never_folded() -> None:
    asked = [change(None, conda(f"a{number:02}", "1"), requested=True) for number in range(15)]
    along = [change(None, conda("b", "1"))]
    shown, folded = markdown(diff(*asked, *along)).split("<details>")
    assert shown.count("| added |") == 15
    assert folded.count("| added |") == 1


def test_a_comment_is_short_enough_for_github() -> None:
    along = [change(None, conda(f"package-{number}", "1" * 60)) for number in range(3000)]
    text = markdown(diff(*along))
    assert len(text) < 65_536
    told = text.count("| added |")
    assert text.endswith(f"… and {3000 - told} more: `envctl diff --format text` lists all\n")


def test_values_are_code_and_do_not_break_the_table() -> None:
    odd = change(None, wanted("a", "a 1.2|1.3  # `x` <b>"), requested=True, platform=None)
    row = markdown(diff(odd)).splitlines()[-1]
    assert row == r"| added | **`a`** |  | `` 1.2\|1.3  # `x` <b> `` |"


def test_many_replaced_files_are_counted() -> None:
    changes = [
        change(conda(f"a{number:02}", "1", md5="a" * 32), conda(f"a{number:02}", "1", md5="b" * 32), "hash")
        for number in range(12)
    ]
    lines = markdown(diff(*changes)).splitlines()
    assert lines[:2] == ["> [!CAUTION]", "> **12 files were replaced: other content under the same URL**"]
    assert lines[11:13] == [
        "> - `https://conda.example/conda-forge/linux-64/a09-1-0.conda`",
        "> - … and 2 more",
    ]
