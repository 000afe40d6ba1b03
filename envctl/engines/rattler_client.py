"""How the embedded engine talks to channels: retries, credentials, mirrors, proxies, certificates, limits."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rattler import Client, Config
from rattler.exceptions import AuthenticationStorageError, InvalidUrlError
from rattler.networking import (
    AddHeadersMiddleware,
    AuthenticationMiddleware,
    GCSMiddleware,
    MirrorMiddleware,
    OciMiddleware,
    RetryMiddleware,
    S3Middleware,
)

from envctl import __version__
from envctl.credentials import scrub
from envctl.engines.rattler_mirrors import mirrors
from envctl.errors import InputError
from envctl.model.configuration import Configuration

_RETRIES = 2
"""After a server error, a 408, a 429 or a connection that failed, each a second or two later."""


def client(configuration: Configuration, *, timeout_s: int | None = None) -> Client:
    """A client for one kind of request; `timeout_s` bounds each request as a whole.

    Raises `InputError` (`bad-credentials`, `bad-mirror`, `bad-authorities`) for what is stored or configured
    and cannot be used.
    """
    redirected = mirrors(configuration)
    try:
        with _in_environ(_variables(configuration)):
            if configuration.ssl_verify is False:
                return _without_verification(redirected, timeout_s)
            # rattler's own order has credentials before mirrors, and tells them those of the channel.
            return Client(
                [
                    RetryMiddleware(_RETRIES),
                    MirrorMiddleware(redirected),
                    AddHeadersMiddleware(_logins(url for urls in redirected.values() for url in urls)),
                    AuthenticationMiddleware(),
                    OciMiddleware(),
                    GCSMiddleware(),
                    S3Middleware(),
                ],
                user_agent=f"envctl/{__version__}",
                timeout=timeout_s,
            )
    except AuthenticationStorageError as error:
        raise InputError(
            "the stored credentials cannot be read",
            code="bad-credentials",
            file=os.environ.get("RATTLER_AUTH_FILE", "~/.rattler/credentials.json"),
            cause=scrub(str(error)),
            hint="mend or remove the file; RATTLER_AUTH_FILE names another",
        ) from error
    except (ValueError, InvalidUrlError) as error:
        raise InputError(
            "a configured mirror is no URL",
            code="bad-mirror",
            file=", ".join(map(str, configuration.files)) or "the configuration",
            cause=scrub(str(error)),
            hint="mend mirrored_channels or [mirrors] there",
        ) from error


def unheard_proxies(configuration: Configuration) -> list[str]:
    """The keys of proxies for single hosts, which this engine cannot use."""
    return sorted(key for key in configuration.proxies if "://" in key)


def _without_verification(redirected: Mapping[str, list[str]], timeout_s: int | None) -> Client:
    """Only rattler's own stack can leave certificates unverified. Who answers is not known then anyway, so
    that its order makes nothing worse."""
    import tomli_w

    config = Config.from_toml(tomli_w.dumps({"tls-no-verify": True, "mirrors": dict(redirected)}))
    return Client.from_config(
        config, max_retries=_RETRIES, user_agent=f"envctl/{__version__}", timeout=timeout_s
    )


def _logins(urls: Iterable[str]) -> Callable[[str, str], dict[str, str] | None]:
    """What logs in to mirrors that have a login in their URLs, by a request's host and path."""
    headers = {}
    for parts in map(urlsplit, urls):
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            basic = base64.b64encode(login.encode()).decode()
            headers[parts.hostname, parts.path] = {"Authorization": f"Basic {basic}"}

    def login_for(host: str, path: str) -> dict[str, str] | None:
        return next(
            (found for at, found in headers.items() if at[0] == host and path.startswith(at[1])), None
        )

    return login_for


def _variables(configuration: Configuration) -> dict[str, str]:
    """The configured proxies and authorities as variables; what the environment says is stronger."""
    wanted = {f"{scheme}_proxy": url for scheme, url in configuration.proxies.items() if "://" not in scheme}
    authorities = configuration.ssl_verify
    if isinstance(authorities, str) and authorities != "truststore":  # which the system's are, as always
        if not Path(authorities).exists():
            raise InputError(
                "the certificate authorities cannot be read",
                code="bad-authorities",
                file=authorities,
                cause="ssl_verify names it, and nothing is there",
                hint="mend ssl_verify in your configuration; SSL_CERT_FILE names another file",
            )
        wanted["SSL_CERT_DIR" if Path(authorities).is_dir() else "SSL_CERT_FILE"] = authorities
    if os.environ.keys() & {"SSL_CERT_FILE", "SSL_CERT_DIR"}:
        wanted = {name: value for name, value in wanted.items() if not name.startswith("SSL_")}
    return {name: value for name, value in wanted.items() if not os.environ.keys() & {name, name.upper()}}


@contextmanager
def _in_environ(variables: Mapping[str, str]) -> Iterator[None]:
    """rattler reads them as it builds a client, and has no other way to be told."""
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            del os.environ[name]
