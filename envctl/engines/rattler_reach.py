"""Whether channels answer, asked as a solve asks them: through the same proxies, mirrors and credentials."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from rattler import Channel, Gateway, Subdir
from rattler.exceptions import GatewayError, InvalidChannelError

from envctl.engines.rattler_reason import is_no_index, reason, shorten

_ANSWERS_S = 10.0


async def unreachable_channels(gateway: Gateway, channels: Mapping[str, str]) -> dict[str, str]:
    """Why channels do not answer with the index of their `noarch`, the smallest that each must have.

    `channels` are URLs and what the user calls each. They are asked beside each other.
    """

    async def why_not(url: str) -> str | None:
        try:
            channel, platform = Channel(url), Subdir("noarch")
            await asyncio.wait_for(gateway.names([channel], [platform]), _ANSWERS_S)
        except asyncio.TimeoutError:
            return f"no answer within {_ANSWERS_S:g} s"
        except InvalidChannelError as error:
            return str(error)
        except GatewayError as error:
            if is_no_index(str(error)):  # which rattler keeps all the same
                gateway.clear_repodata_cache(channel, [platform], clear_disk=True)
            return shorten(reason(str(error)))
        return None

    reasons = await asyncio.gather(*map(why_not, channels))
    return {name: why for name, why in zip(channels.values(), reasons, strict=True) if why is not None}
