"""The way to the network, and the channels at its end."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from envctl.credentials import scrub, scrub_all, without_login
from envctl.engines.rattler_client import unheard_proxies
from envctl.model.configuration import Configuration
from envctl.model.report import CheckResult

_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_SCHEME = re.compile(r"(?:https?|socks[45]h?)://", re.IGNORECASE)
_REFUSED = re.compile(r"\bHTTP 40[13]\b")
_CREDENTIALS = (
    "credentials are written down nowhere with an environment: they may be in the file that"
    " RATTLER_AUTH_FILE names, in ~/.netrc, or in the URL of a configured channel"
)


def proxies_check(environ: Mapping[str, str], configuration: Configuration) -> CheckResult:
    """Which proxies are set, and what programs of this ecosystem would read differently."""
    given = {name: value for name, value in environ.items() if name.lower() in _VARIABLES and value}
    configured = {f"proxy_servers.{name}": url for name, url in configuration.proxies.items()}
    shown = {name: _shown(value) for name, value in sorted({**given, **configured}.items())}
    unheard = unheard_proxies(configuration)
    odd = [*_unclear(given, configured), *_contradictions(given), *_one_sided(given)]
    odd += [
        f"proxy_servers.{name} is for one host, which the embedded engine does not heed" for name in unheard
    ]
    return CheckResult(
        id="proxies",
        status="warn" if odd else "pass",
        summary=", ".join(f"{name}={value}" for name, value in shown.items()) or "none is set",
        cause="\n".join(odd) or None,
        hint="such as HTTPS_PROXY=http://proxy:3128, HTTP_PROXY the same" if odd else None,
        measured={"proxies": shown},
    )


def _shown(value: str) -> str:
    return without_login(value) if "://" in value else value.rpartition("@")[2]


def _unclear(given: Mapping[str, str], configured: Mapping[str, str]) -> list[str]:
    proxies = {name: value for name, value in given.items() if name.lower() != "no_proxy"}
    return [
        f"{name} has no scheme: some programs refuse it (conda), others take http://"
        for name, value in sorted({**proxies, **configured}.items())
        if not _SCHEME.match(value)
    ]


def _contradictions(given: Mapping[str, str]) -> list[str]:
    return [
        f"{name} and {name.upper()} differ, and programs do not agree on which of them counts"
        for name in _VARIABLES
        if given.get(name, given.get(name.upper())) != given.get(name.upper(), given.get(name))
    ]


def _one_sided(given: Mapping[str, str]) -> list[str]:
    named = {name.lower() for name in given}
    if "http_proxy" in named and not named & {"https_proxy", "all_proxy"}:
        return ["HTTP_PROXY alone is not for https, which channels are reached by"]
    return []


def channels_check(
    channels: Sequence[str],
    unreachable: Mapping[str, str],
    *,
    chosen: Collection[str],
    recorded: Collection[str],
) -> CheckResult:
    """Whether the channels answer.

    `unreachable` has those that do not, each with why; `chosen` those that the user has configured,
    `recorded` those that the environment was made from. Of a default nobody said that it is needed, and of
    one that was used with credentials they are not recorded.
    """
    named = [scrub(channel) for channel in channels]
    if not unreachable:
        return CheckResult(
            id="channels",
            status="pass",
            summary=f"{', '.join(named)} {'answers' if len(named) == 1 else 'answer'}",
            measured={"channels": named},
        )
    private = {name for name, why in unreachable.items() if name in recorded and _REFUSED.search(why)}
    needed = {*unreachable} & ({*chosen} | ({*recorded} - private))
    return CheckResult(
        id="channels",
        status="fail" if needed else "warn",
        summary=f"{len(unreachable)} of {len(named)} channels cannot be reached",
        cause="\n".join(f"{scrub(channel)}: {scrub(why)}" for channel, why in unreachable.items()),
        hint=_CREDENTIALS
        if private >= {*unreachable}
        else "is there a network, a proxy to name, a mirror? --offline works with what the caches hold",
        measured={"channels": named, "unreachable": scrub_all(dict(unreachable))},
    )
