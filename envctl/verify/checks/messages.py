"""What the known messages of drivers and frameworks mean.

The same text may have several causes: the first entry counts that fits the text and the facts.
"""

from __future__ import annotations

import re
from functools import cache

from envctl.verify.checks.build_messages import BUILD_MESSAGES
from envctl.verify.checks.driver_messages import DRIVER_MESSAGES
from envctl.verify.checks.message import Message
from envctl.verify.checks.run_messages import RUN_MESSAGES
from envctl.verify.facts import Facts

MESSAGES = (*DRIVER_MESSAGES, *BUILD_MESSAGES, *RUN_MESSAGES)


def explain(text: str | None, facts: Facts) -> Message | None:
    """The entry that `text` belongs to: an exception, warnings, lines of standard error."""
    if not text:
        return None
    for message in MESSAGES:
        if _compiled(message.pattern).search(text) and (message.when is None or message.when(facts)):
            return message
    return None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # the same message is wrapped differently from version to version
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE)
