"""rattler's `config.toml`: mirrors, proxies and certificates, for all tools that rattler is in and for pixi.

The places and the merging are those of rattler (crates/rattler_config/src/locations.rs, config.rs); the
file is read here since importing rattler takes longer than `envctl list` does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from envctl.configuration.search_path import path_of
from envctl.errors import InputError


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """What the files say, merged."""

    files: tuple[Path, ...] = ()
    """Those that were read, the weakest first."""
    mirrors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    proxies: Mapping[str, str] = field(default_factory=dict)
    """As `Configuration` has them."""
    ssl_verify: bool | str = True
    """False: certificates are not verified; `truststore`: by the system's own store."""


def config_files(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The files that exist, the weakest first."""
    user = environ.get("XDG_CONFIG_HOME") or "~/.config"
    folders = ["/etc/rattler", "/etc/pixi", f"{user}/rattler", environ.get("RATTLER_HOME", "")]
    folders += [f"{user}/pixi", environ.get("PIXI_HOME") or "~/.pixi"]
    paths = [path_of(f"{folder}/config.toml", environ) for folder in folders if folder]
    return tuple(path for path in dict.fromkeys(paths) if os.path.isfile(path))  # noqa: PTH113


def read_config(environ: Mapping[str, str]) -> Shared:
    """All files, the stronger ones over the weaker. Raises `InputError` (`bad-config-toml`)."""
    shared = Shared()
    for path in config_files(environ):
        try:
            shared = _over(shared, path, _load(path))
        except OSError as error:
            raise _bad(path, "cannot be read", error.strerror) from error
        except (ValueError, TypeError, AttributeError) as error:
            raise _bad(path, "is no configuration of rattler's", str(error)) from error
    return shared


def _load(path: Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    return tomllib.loads(path.read_text(encoding="utf-8"))


def _over(weaker: Shared, path: Path, document: Mapping[str, Any]) -> Shared:
    mirrors = {url: tuple(map(_text, urls)) for url, urls in document.get("mirrors", {}).items()}
    proxy = dict(document.get("proxy-config", {}))
    without = ",".join(map(_text, proxy.pop("non-proxy-hosts", ())))
    proxies = {scheme: _text(url) for scheme, url in proxy.items() if scheme in ("http", "https")}
    verify = weaker.ssl_verify
    if _either(document, "tls-root-certs") in ("system", "native", "all"):
        verify = "truststore"
    if _either(document, "tls-no-verify") is not None:
        verify = False if _either(document, "tls-no-verify") else (verify or True)
    return Shared(
        files=(*weaker.files, path),
        mirrors={**weaker.mirrors, **mirrors},
        proxies={**weaker.proxies, **proxies, **({"no": without} if without else {})},
        ssl_verify=verify,
    )


def _either(document: Mapping[str, Any], key: str) -> Any:
    """rattler takes the older spelling too."""
    return document.get(key, document.get(key.replace("-", "_")))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _bad(path: Path, message: str, cause: str | None) -> InputError:
    return InputError(message, code="bad-config-toml", file=str(path), cause=cause)
