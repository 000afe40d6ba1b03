"""rattler's shared `config.toml`, and pixi's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rattler import Config

from envctl.configuration.config_toml import config_files
from envctl.errors import InputError
from envctl.model.configuration import Configuration

Configure = Callable[[str, str], Path]
Configured = Callable[..., Configuration]
SHARED, TOOL = ".config/rattler/config.toml", ".config/pixi/config.toml"


def test_mirrors_are_merged_by_url_and_proxies_by_scheme_as_rattler_does(
    configure: Configure, configured: Configured
) -> None:
    shared = configure(
        SHARED,
        '[mirrors]\n"https://a.example/c" = ["https://a1.example/c"]\n"https://b.example/c" = ["https://b1.example/c"]\n'
        '[proxy-config]\nhttps = "http://one.example:80"\nhttp = "http://one.example:80"\n',
    )
    tool = configure(
        TOOL,
        '[mirrors]\n"https://b.example/c" = ["https://b2.example/c", "https://b3.example/c"]\n'
        '[proxy-config]\nhttps = "http://two.example:80"\nnon-proxy-hosts = ["localhost", ".local"]\n',
    )
    configuration, rattlers = configured(), Config.load_from_files([shared, tool])
    assert configuration.files == (shared, tool)
    assert configuration.mirrors == {
        "https://a.example/c": ("https://a1.example/c",),
        "https://b.example/c": ("https://b2.example/c", "https://b3.example/c"),
    }
    assert configuration.mirrors == {url: tuple(urls) for url, urls in rattlers.mirrors.items()}
    assert configuration.proxies == {
        "https": "http://two.example:80",
        "http": "http://one.example:80",
        "no": "localhost,.local",
    }
    assert (rattlers.proxy_https, rattlers.proxy_http) == ("http://two.example/", "http://one.example/")
    assert rattlers.proxy_non_proxy_hosts == ["localhost", ".local"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tls-no-verify = true\n", False),
        ("tls_no_verify = true\n", False),
        ("tls-no-verify = false\n", True),
        ('tls-root-certs = "webpki"\n', True),
        ('tls-root-certs = "system"\n', "truststore"),
        ('tls-root-certs = "native"\ntls-no-verify = false\n', "truststore"),
    ],
)
def test_certificates_may_go_unverified_or_by_the_system(
    configure: Configure, configured: Configured, text: str, meant: bool | str
) -> None:
    configure(SHARED, text)
    assert configured().ssl_verify == meant


def test_condas_files_win_where_they_say_something(configure: Configure, configured: Configured) -> None:
    toml = configure(
        SHARED,
        'tls-no-verify = true\n[proxy-config]\nhttp = "http://one.example"\nhttps = "http://one.example"\n',
    )
    condarc = configure(".condarc", "ssl_verify: true\nproxy_servers: {https: http://two.example}\n")
    configuration = configured()
    assert configuration.files == (toml, condarc)
    assert configuration.ssl_verify is True
    assert configuration.proxies == {"http": "http://one.example", "https": "http://two.example"}


@pytest.mark.parametrize("text", ["mirrors = 1\n", "[mirrors]\na = [1]\n", "a = \n", 'proxy-config = "x"\n'])
def test_a_file_that_is_no_configuration_is_refused(
    configure: Configure, configured: Configured, text: str
) -> None:
    file = configure(SHARED, text)
    with pytest.raises(InputError) as caught:
        configured()
    assert caught.value.code == "bad-config-toml"
    assert str(caught.value) == f"{file}: is no configuration of rattler's"


def test_the_places_are_those_in_which_rattler_itself_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "xdg"),
        "RATTLER_HOME": str(tmp_path / "rattler"),
        "PIXI_HOME": str(tmp_path / "pixi"),
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    places = [path for path, _ in Config.config_search_paths("pixi") if path.is_relative_to(tmp_path)]
    for place in places:
        place.parent.mkdir(parents=True)
        place.touch()
    assert len(places) == 4
    assert config_files(environ) == tuple(places)


def test_the_home_of_pixi_needs_no_variable(home: Path, configure: Configure) -> None:
    file = configure(".pixi/config.toml", "")
    assert config_files({"HOME": str(home)}) == (file,)
