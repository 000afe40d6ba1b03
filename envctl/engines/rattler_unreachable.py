"""Which channel's index cannot be had, and what of it must not stay in the cache."""

from __future__ import annotations

from rattler import Channel, Gateway
from rattler.exceptions import GatewayError

from envctl.credentials import without_login
from envctl.engines.rattler_failures import channel_unreachable
from envctl.engines.rattler_problem import Problem
from envctl.engines.rattler_reason import is_no_index
from envctl.errors import EnvctlError


async def unreachable(gateway: Gateway, problem: Problem, *, text: str) -> EnvctlError:
    """The error for the channel that rattler's `text` is about.

    What answered there may be no index at all. rattler caches it before it reads it (py-rattler 0.28), and
    would take it from there for as long as the answer said: it is dropped.
    """
    said = without_login(text)
    channel = next((one for one in problem.channels if without_login(one.base_url) in said), None)
    if channel is None and is_no_index(text):  # which has no URL in it
        channel = await _unreadable(gateway, problem)
    if channel is not None and is_no_index(text):
        gateway.clear_repodata_cache(channel, problem.platforms, clear_disk=True)
    return channel_unreachable(text, channel=channel.base_url if channel else None)


async def _unreadable(gateway: Gateway, problem: Problem) -> Channel | None:
    """The first channel that cannot be read by itself."""
    for channel in problem.channels:
        try:
            await gateway.query([channel], problem.platforms, list(problem.specs.values()))
        except GatewayError:
            return channel
    return None
