"""No format writes the credentials of a URL, wherever it stood, and no reader repeats them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_urls import SECRET, bases, urls

from envctl.errors import InputError, UsageError
from envctl.formats.reading import Description, read
from envctl.formats.writing import write_lock, write_spec
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.model.format_names import EXPORT_FORMATS
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, PipPackage
from envctl.prefixes.recorded import read_recorded, write_recorded

many = settings(max_examples=100)
SHA256, MD5 = "0" * 64, "1" * 32
ODD = "\"<>`'@:"


def lock_of(url: str, base: str) -> Lock:
    """A lock with the URL in every text that may hold one, its packages below the base."""
    conda = CondaPackage(
        name="a", version="1", build="0", subdir="linux-64", channel=base, url=f"{base}/linux-64/a-1-0.conda",
        md5=MD5, sha256=SHA256, depends=(f"{base}::b >=1", f"b[url={url}]"), constrains=(f"{base}::c",),
        license=url, purls=(f"pkg:conda/a?repository_url={url}",),
        extras={"source": {"url": url}, "license_family": url},
    )  # fmt: skip
    pip = PipPackage(
        name="d", version="1", url=f"{base}/d-1-py3-none-any.whl", sha256=SHA256, index=url,
        depends=(f"e @ {url}",), direct=True, extras={"source": {"type": "url", "url": url}, "build": url},
    )  # fmt: skip
    repository = PipPackage(name="r", url=f"git+{base}/r.git@{'0' * 40}", direct=True, depends=(url,))
    folder = PipPackage(name="f", version="1", index=url)
    packages = (
        LockedPackage(package=conda, requested=(f"{base}::a", f"a[url={url}]"), category=url),
        LockedPackage(package=pip, requested=(f"d @ {url}",)),
        LockedPackage(package=repository, requested=(f"-e git+{url}#egg=r",)),
        LockedPackage(package=folder, requested=(f"f --index-url {url}",)),
    )
    return Lock(
        platforms=(PlatformLock(platform="linux-64", packages=packages, content_hash=url),),
        channels=(base, url),
        indexes=(f"{base}/simple", url),
        variables={"INDEX": url},
        name=url,
        metadata={
            "sources": [url],
            "git_metadata": {"git_user_name": url},
            "inputs_metadata": {url: {"md5": MD5}},
            "custom_metadata": {"why": f"see {url}", url: url},
            "used_env_vars": {base: ["USER"]},
            "options": {"note": url},
            "find-links": [{"url": url}],
        },
    )


def spec_of(url: str, base: str) -> EnvironmentSpec:
    """A specification with the URL in every text that may hold one."""
    lines = (
        f"--index-url {url}", f"--extra-index-url={base}/simple", f"-f {url}", f"-r {base}/more.txt",
        f"d @ {base}/d-1-py3-none-any.whl", f"git+{base}/r.git@main#egg=r", f"-e git+{url}#egg=s", url,
    )  # fmt: skip
    conda = (f"{base}::a >=1", f"a[url={url}]", f'b[channel="{base}"]', f"{base}/linux-64/c-1-0.conda")
    return EnvironmentSpec(
        name=url,
        channels=(base, url, "conda-forge"),
        dependencies=tuple(Dependency(text=text, comment=f"from {url}") for text in conda),
        pip=tuple(Dependency(text=text, comment=url) for text in lines),
        sections={"npm": [url, {url: url}]},
        variables={"INDEX": url},
        prefix=url,
        category=url,
        extras={"about": {url: [url]}, url: 1},
    )


def written(description: Lock | EnvironmentSpec) -> Iterator[str]:
    """What all formats make of it, and what they say they leave out."""
    for form in EXPORT_FORMATS:
        with suppress(UsageError):  # a specification is no lock
            if isinstance(description, EnvironmentSpec):
                found = [write_spec(description, form)]
            else:
                found = [write_lock(description, form, from_history=past) for past in (False, True)]
            yield from ("\n".join([each.text, *each.lost]) for each in found)


@many
@given(url=urls(odd=ODD), base=bases(odd=ODD))
def test_of_a_lock(url: str, base: str) -> None:
    texts = list(written(lock_of(url, base)))
    assert len(texts) == 2 * len(EXPORT_FORMATS)
    assert [text for text in texts if SECRET in text] == []


@many
@given(url=urls(odd=ODD), base=bases(odd=ODD))
def test_of_a_specification(url: str, base: str) -> None:
    texts = list(written(spec_of(url, base)))
    assert len(texts) == 2
    assert [text for text in texts if SECRET in text] == []


@many
@given(url=urls(odd=ODD), base=bases(odd=ODD))
def test_of_what_is_written_down_beside_an_environment(url: str, base: str) -> None:
    with TemporaryDirectory() as folder:
        lock = lock_of(url, base)
        write_recorded(Path(folder), lock)
        (file,) = Path(folder, "conda-meta", "envctl").iterdir()
        assert SECRET not in file.read_text()
        recorded = read_recorded(Path(folder))
        assert recorded is not None
        assert [part.platform for part in recorded.platforms] == ["linux-64"]


@pytest.mark.parametrize(
    "reference",
    [
        "https://$USER:$TOKEN@host",
        "https://me:${TOKEN}@host",
        "https://%USER%:%TOKEN%@host",
        "https://host/t/$TOKEN",
        "https://host/t/${TOKEN}",
    ],
)
def test_references_to_credentials_stay(reference: str) -> None:
    lock, spec = lock_of(reference, f"{reference}/c"), spec_of(reference, f"{reference}/c")
    archives = [f"{reference}/c/linux-64/a-1-0.conda", f"{reference}/c/d-1-py3-none-any.whl"]
    stay = {
        "conda-lock-v1": [f"url: {reference}/c\n", *archives],
        "pixi-lock": [f"url: {reference}/c\n", *archives],
        "explicit": [f"channels: {reference}/c", *archives],
        "requirements": [f"--index-url {reference}/c/simple\n", *archives[1:]],
        "environment-yaml": [f"- {reference}/c\n", f"--index-url {reference}/c/simple\n", *archives[1:]],
        "environment-json": [f'"{reference}/c"', f'"--index-url {reference}/c/simple"', *archives[1:]],
    }
    for form in EXPORT_FORMATS:
        text = write_lock(lock, form).text
        assert [words for words in stay[form] if words not in text] == []
    for text in written(spec):
        assert f"{reference}/c::a >=1" in text
        assert f"--extra-index-url={reference}/c/simple" in text


PLACE = "https://place.example"
"""Stands in these texts for a URL with credentials."""
_HOLE = "\ue000"
"""The same while a text is broken: the URL itself stays whole."""
CLEAN = lock_of(PLACE, f"{PLACE}/c")
TEXTS = {form: write_lock(CLEAN, form).text for form in EXPORT_FORMATS} | {
    "spec": write_spec(spec_of(PLACE, f"{PLACE}/c"), "environment-yaml").text,
    "pip": "\n".join(line.text for line in spec_of(PLACE, f"{PLACE}/c").pip or ()),
}


def told(text: str) -> Iterator[str]:
    """What a reader says about a text, and what the formats make of what it read."""
    try:
        found: Description = read(text, file="f", directory="/here")
    except InputError as error:
        yield from (str(error), error.cause or "", error.hint or "")
        return
    yield from found.warnings
    for description in (found.spec, *(found.locks or {}).values()):
        if description is not None:
            with suppress(ValueError):  # what a format cannot say
                yield from written(description)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_each_text_is_read_as_it_is(text: str) -> None:
    assert [line for line in told(text) if PLACE in line]
    read(text, file="f", directory="/here")


@settings(max_examples=30)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@given(base=bases())
def test_of_a_text_that_had_them(text: str, base: str) -> None:
    assert [line for line in told(text.replace(PLACE, base)) if SECRET in line] == []


@many
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@given(base=bases(odd=ODD), data=st.data())
def test_of_a_broken_text_that_had_them(text: str, base: str, data: st.DataObject) -> None:
    lines = text.replace(PLACE, _HOLE).splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    line = lines[at]
    column = data.draw(st.integers(0, len(line)))
    more = data.draw(st.sampled_from(["", *':[{"=\n', ": ", "- ", "'", "\t", " #", "&a ", "*a "]))
    before, behind = line[:column], line[column:]
    lines[at] = data.draw(
        st.sampled_from([before + more + behind, more + behind, before + more, line * 2, ""])
    )
    assert [line for line in told("".join(lines).replace(_HOLE, base)) if SECRET in line] == []
