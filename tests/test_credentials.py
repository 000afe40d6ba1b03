"""What counts as a credential in a URL, and that nothing else is touched."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envctl.credentials import fill_in, has_secret, scrub, scrub_all, variables, without_login

SECRET = st.text("abcdefXYZ0189-_.~!*'()@:+,;=", min_size=8, max_size=30).filter(
    lambda text: text.strip("@:")
)
HOST = st.sampled_from(["repo.example", "repo.example:8443", "10.0.0.1", "[::1]:8080", "localhost"])
PATH = st.sampled_from(["", "/", "/conda-forge", "/a/b/linux-64/x-1.0-0.conda", "/simple/?format=json#egg=x"])
BEFORE = st.sampled_from(
    ["", "--extra-index-url ", "name @ ", "-e git+", "channel: '", "see https://docs.example, "]
)

deterministic = settings(deadline=None, derandomize=True, max_examples=100)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://user:pass@host/c", "https://host/c"),
        ("https://user:p@ss:w@host/c", "https://host/c"),
        ("https://user:pa/ss@host/c", "https://host/c"),
        ("https://token@host/c", "https://host/c"),
        ("https://token:@host/c", "https://host/c"),
        ("https://:secret@host/c", "https://host/c"),
        ("https://git:ghp_secret@host/c", "https://host/c"),
        ("https://$USER:literal@host/c", "https://host/c"),
        ("https://a:b@one/x,https://c:d@two/y", "https://one/x,https://two/y"),
        ("git+https://oauth2:secret@host/r.git@main", "git+https://host/r.git@main"),
        ("http://user:pass@proxy:3128", "http://proxy:3128"),
        ("https://host/t/tk-1234/main", "https://host/main"),
        ("https://host/t/tk-1234", "https://host"),
        ("https://host/api/t/tk-1234/main/linux-64", "https://host/api/main/linux-64"),
        ("https://host/t/a/t/b/main", "https://host/main"),
        ("'https://host/t/tk-1234'", "'https://host'"),
        ("https://host/x?token=abc&a=1", "https://host/x?token=***&a=1"),
        (
            "https://host/x?a=1&X-Amz-Signature=abc#sha256=12",
            "https://host/x?a=1&X-Amz-Signature=***#sha256=12",
        ),
        ("https://host/x?sv=1&sig=%2Fab%3D&sp=r", "https://host/x?sv=1&sig=***&sp=r"),
        ("https://host/t/tk-1234::numpy", "https://host::numpy"),
        ("https://host/c?token=abc::numpy", "https://host/c?token=***::numpy"),
        ("`https://host/c?token=abc`", "`https://host/c?token=***`"),
        ("GET /x?api_key=abc HTTP/1.1", "GET /x?api_key=*** HTTP/1.1"),
        ("https://user:pass@host/t/tk/x?key=1", "https://host/x?key=***"),
        ('https://user:p"a<s>`s@host/c', "https://host/c"),
        ("https://user:1pa/ss@host/c", "https://host/c"),
        ("https://user:1pa?ss@host/c", "https://host/c"),
        ("http:/user:pass@host/c: cannot be read", "http:/host/c: cannot be read"),
        ("'https//user:pass@host/c' is not there", "'https//host/c' is not there"),
        ("/here/https:/host/t/tk-1234/c", "/here/https:/host/c"),
        ('web[url="https://user:pass@host/x",build="a@b"]', 'web[url="https://host/x",build="a@b"]'),
    ],
)
def test_a_credential_is_taken_out_and_the_rest_stays(text: str, clean: str) -> None:
    assert scrub(text) == clean
    assert has_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "conda-forge::numpy >=1.26",
        "git@github.com:org/repo.git",
        "git+ssh://git@github.com/org/repo@v1",
        "ssh://git@host:2222/org/repo",
        "git+https://github.com/org/repo@main#egg=x",
        "https://host:8443/a@b",
        "https://[::1]:8080/a@b",
        "file:///C:/a@b",
        "C:/a:b@c",
        '"https://host/c","mail":"a@b"',
        "name@example.org",
        "https://$USER:$PASSWORD@host/c",
        "https://user:${PASSWORD}@host/c",
        "https://%USER%:%PASSWORD%@host/c",
        "https://$TOKEN@host/c",
        "https://host/t/$TOKEN/c",
        "https://host/t/<TOKEN>/c",
        "https://host/x?token=$TOKEN",
        "https://host/x?monkey=1&keyword=2",
        "https://host/x#sha256=0123",
    ],
)
def test_what_is_no_credential_stays(text: str) -> None:
    assert scrub(text) == text
    assert not has_secret(text)


def test_plain_data_is_scrubbed_down_to_its_keys() -> None:
    assert scrub_all({"https://a:b@h": ["https://a:b@h/c", 1, None, {"x": ("https://h/t/tk/c",)}]}) == {
        "https://h": ["https://h/c", 1, None, {"x": ["https://h/c"]}]
    }


def test_variables_are_filled_in_as_conda_does() -> None:
    text = "https://$USER:${PASSWORD}@host/$UNSET"
    assert variables(text) == ["PASSWORD", "UNSET", "USER"]
    assert fill_in(text, {"USER": "me", "PASSWORD": "a$USER"}) == "https://me:a$USER@host/$UNSET"


@pytest.mark.parametrize(
    "url",
    [
        "https://host/c",
        "https://$USER:$PASSWORD@host/c",
        "https://user:${PASSWORD}@host/c",
        "https://%USER%:%PASSWORD%@host/c",
        "https://host/t/$TOKEN/c",
        "https://user:literal@host/c",
        "https://host/t/tk-1234/c",
    ],
)
def test_however_one_logs_in_it_is_the_same_place(url: str) -> None:
    assert without_login(url) == "https://host/c"


@deterministic
@given(
    before=BEFORE, user=st.sampled_from(["", "me:", "git:", "$USER:"]), secret=SECRET, host=HOST, path=PATH
)
def test_a_planted_login_is_gone_and_the_url_is_whole(
    before: str, user: str, secret: str, host: str, path: str
) -> None:
    assert scrub(f"{before}https://{user}{secret}@{host}{path}") == f"{before}https://{host}{path}"


@deterministic
@given(before=BEFORE, secret=SECRET, host=HOST, path=PATH)
def test_a_planted_token_path_is_gone(before: str, secret: str, host: str, path: str) -> None:
    token = quote(secret, safe="")
    assert scrub(f"{before}https://{host}/t/{token}{path}") == f"{before}https://{host}{path}"


@deterministic
@given(
    before=BEFORE, key=st.sampled_from(["token", "access_token", "sig", "Secret", "apikey"]), secret=SECRET
)
def test_a_planted_query_secret_is_gone(before: str, key: str, secret: str) -> None:
    value = quote(secret, safe="")
    assert scrub(f"{before}https://h/x?a=1&{key}={value}&b=2") == f"{before}https://h/x?a=1&{key}=***&b=2"


@deterministic
@given(
    st.lists(st.sampled_from(["https://", "a", ":", "@", "/t/", "/", "?token=", "&", "$X", "'", " ", "#"]))
)
def test_scrubbing_twice_changes_nothing_more(parts: list[str]) -> None:
    once = scrub("".join(parts))
    assert scrub(once) == once


@pytest.mark.parametrize(
    "part", ["a", "://", "https://a:", "@", "/t/", "?token=", "https://a@", "a:b/@", " http:/x@"]
)
@pytest.mark.timeout(60)  # quadratic work on this length takes hours
def test_a_long_text_is_scrubbed_too(part: str) -> None:
    once = scrub("https://" + part * 20_000)
    assert scrub(once) == once
