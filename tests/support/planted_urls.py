"""URLs with a secret wherever credentials stand in them."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import strategies as st

SECRET = "S3CRET"
"""What must be in no text that envctl writes; it stands in every planted password, token and signature."""
HOSTS = st.sampled_from(["repo.example", "repo.example:8443", "10.0.0.1", "[::1]:8080"])


def _with_secret(alphabet: str) -> st.SearchStrategy[str]:
    around = st.text(alphabet, max_size=6)
    return st.builds("{}{}{}".format, around, st.just(SECRET), around)


def bases(*, odd: str = "") -> st.SearchStrategy[str]:
    """`https://user:S3CRET@host`, `https://host/t/S3CRET` and the like, to which a path may be added.

    `odd` are characters that passwords may have besides, as they are.
    """
    password = _with_secret("ab01.-_~!*()+,;=" + odd)
    scheme = st.sampled_from(["https://", "http://"])
    user = st.sampled_from(["me:", ":", "$USER:", "git:", ""])
    token = _with_secret("ab01.-_~ é/").map(lambda text: quote(text, safe=""))
    return st.one_of(
        st.builds("{}{}{}@{}".format, scheme, user, password, HOSTS),
        st.builds("{}{}/t/{}".format, scheme, HOSTS, token),
        st.builds("{}{}{}@{}/t/{}".format, scheme, user, password, HOSTS, token),
    )


def urls(*, odd: str = "") -> st.SearchStrategy[str]:
    """Those, and URLs that are signed in their query."""
    key = st.sampled_from(["token", "X-Amz-Signature", "sig", "api_key"])
    value = _with_secret("ab01.-_~").map(lambda text: quote(text, safe=""))
    signed = st.builds("https://{}/x?a=1&{}={}".format, HOSTS, key, value)
    return bases(odd=odd) | signed
