"""Conda packages from the URLs of their archives."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envctl.formats.archive_url import conda_package
from envctl.model.packages import CondaPackage

MD5 = "0123456789abcdef0123456789abcdef"
SHA256 = MD5 + MD5


def test_a_url_names_channel_platform_name_version_and_build() -> None:
    url = "https://files.example/conda-forge/linux-64/m2w64-gcc-libs-5.3.0-py310_7.tar.bz2"
    assert conda_package(url) == CondaPackage(
        name="m2w64-gcc-libs",
        version="5.3.0",
        build="py310_7",
        build_number=7,
        subdir="linux-64",
        channel="https://files.example/conda-forge",
        url=url,
    )


def test_what_is_known_besides_wins_over_the_url() -> None:
    package = conda_package(
        "https://files.example/c/noarch/x-1-0.conda", version="1.0", sha256=SHA256, md5=MD5, license="MIT"
    )
    assert (package.version, package.build) == ("1.0", "0")
    assert (package.sha256, package.md5, package.license) == (SHA256, MD5, "MIT")


@pytest.mark.parametrize(
    ("anchor", "md5", "sha256"),
    [("", None, None), (MD5, MD5, None), (SHA256, None, SHA256), (f"sha256:{SHA256}", None, SHA256)],
)
def test_a_hash_behind_the_url_is_no_part_of_it(anchor: str, md5: str | None, sha256: str | None) -> None:
    url = "https://files.example/c/noarch/x-1-0.conda"
    package = conda_package(f"{url}#{anchor}")
    assert (package.url, package.md5, package.sha256) == (url, md5, sha256)


def test_a_query_stays_with_the_url_and_says_nothing() -> None:
    url = "https://files.example/c/noarch/x-1-0.conda?sig=a/b-c.conda"
    package = conda_package(url)
    assert (package.url, package.channel, package.name) == (url, "https://files.example/c", "x")


def test_percent_encoding_is_decoded_in_what_the_file_is_called() -> None:
    package = conda_package("https://files.example/my%20c/noarch/x-1%212.0%2Bcu118-0.conda")
    assert package.version == "1!2.0+cu118"
    assert package.channel == "https://files.example/my%20c"


@pytest.mark.parametrize(
    ("path", "channel", "url"),
    [
        ("/my c/linux-64/x-1-0.conda", "file:///my%20c", "file:///my%20c/linux-64/x-1-0.conda"),
        ("C:\\c\\win-64\\x-1-0.conda", "file:///C:/c", "file:///C:/c/win-64/x-1-0.conda"),
        ("/c/noarch/x-1!2-0.conda", "file:///c", "file:///c/noarch/x-1!2-0.conda"),
        ("file:///c/noarch/x-1-0.conda", "file:///c", "file:///c/noarch/x-1-0.conda"),
        ("../c/noarch/x-1-0.conda", "../c", "../c/noarch/x-1-0.conda"),
        ("noarch/x-1-0.conda", ".", "noarch/x-1-0.conda"),
    ],
)
def test_an_absolute_path_becomes_a_url_and_a_relative_one_stays(path: str, channel: str, url: str) -> None:
    package = conda_package(path)
    assert (package.channel, package.url) == (channel, url)


@pytest.mark.parametrize(
    ("url", "channel"),
    [
        ("https://files.example/x-1-0.conda", "https://files.example"),
        ("/opt/pkgs/x-1-0.conda", "file:///opt/pkgs"),
    ],
)
def test_an_archive_outside_a_channel_is_for_the_platform_that_the_caller_knows(
    url: str, channel: str
) -> None:
    package = conda_package(url, platform="linux-64")
    assert (package.name, package.subdir, package.channel) == ("x", "linux-64", channel)
    assert conda_package("/c/noarch/x-1-0.conda", platform="linux-64").subdir == "noarch"


@pytest.mark.parametrize(
    ("build", "number"),
    [
        ("0", 0),
        ("3", 3),
        ("py310h5eee18b_12", 12),
        ("h5eee18b_0_cpython", 0),
        ("8_cp312", 8),
        ("py3.10_cuda11.8_cudnn8.7.0_0", 0),
        ("h3d75c4c_9_cpu", 9),
        ("mkl", 0),
        ("py310", 0),
        ("20_99999999999999999999", 0),
    ],
)
def test_the_build_number_is_what_the_build_string_looks_like(build: str, number: int) -> None:
    assert conda_package(f"https://files.example/c/noarch/x-1-{build}.conda").build_number == number


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "it does not end in `.conda` or `.tar.bz2`"),
        ("numpy=1.26", "it does not end in `.conda` or `.tar.bz2`"),
        ("https://files.example/c/noarch/x-1-0.whl", "it does not end in `.conda` or `.tar.bz2`"),
        ("https://files.example/c/noarch/x-1-0.conda\n", "it does not end in `.conda` or `.tar.bz2`"),
        ("https://files.example/c\n/noarch/x-1-0.conda", "it holds a space, which is written `%20`"),
        ("https://files.example/c/noarch/x-1.conda", "`x-1.conda` is not NAME-VERSION-BUILD"),
        ("https://me:secret@x-1.conda", "`x-1.conda` is not NAME-VERSION-BUILD"),
        (
            "/opt/conda/pkgs/x-1-0.conda",
            "its folder `pkgs` is no platform, such as `linux-64` or `noarch`",
        ),
        (
            "https://files.example/c/noarch/x-1%2F-0.conda",
            "its percent-encoding hides what no file name can hold",
        ),
        (
            "https://files.example/c/noarch/x-1-0.conda#latest",
            "what stands behind `#` is neither an MD5 nor a SHA-256",
        ),
    ],
)
def test_what_names_no_archive_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(ValueError) as caught:
        conda_package(url)
    assert str(caught.value) == reason


WORD = st.text("abcxyz0189_.+!", min_size=1, max_size=8)
NAME = st.lists(WORD, min_size=1, max_size=3).map("-".join)
CHANNEL = st.sampled_from(["https://files.example", "https://me@files.example:8080/a/b", "file:///c", "../c"])


@given(CHANNEL, st.sampled_from(["noarch", "linux-64", "emscripten-wasm32"]), NAME, WORD, WORD)
def test_any_package_comes_back_from_its_url(
    channel: str, subdir: str, name: str, version: str, build: str
) -> None:
    package = conda_package(f"{channel}/{subdir}/{quote(f'{name}-{version}-{build}')}.conda")
    assert (package.channel, package.subdir, package.name, package.version, package.build) == (
        channel,
        subdir,
        name,
        version,
        build,
    )


@given(st.text(st.sampled_from("/\\-.#?%:ax0 \n") | st.characters(), max_size=40))
def test_any_text_is_a_package_or_refused(text: str) -> None:
    for url in (text, f"https://files.example/c/noarch/{text}.conda"):
        try:
            assert conda_package(url).name
        except ValueError as error:
            assert str(error)
