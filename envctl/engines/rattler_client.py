"""How the embedded engine talks to channels: retries, credentials, time limits."""

from __future__ import annotations

import os

from rattler import Client
from rattler.exceptions import AuthenticationStorageError

from envctl import __version__
from envctl.credentials import scrub
from envctl.errors import InputError

_RETRIES = 2
"""After a server error, a 408, a 429 or a connection that failed, each a second or two later."""


def client(timeout_s: int | None = None) -> Client:
    """A client for one kind of request; `timeout_s` bounds each request as a whole.

    Raises `InputError` (`bad-credentials`) for stored credentials that cannot be read.
    """
    try:
        return Client.default_client(
            max_retries=_RETRIES, user_agent=f"envctl/{__version__}", timeout=timeout_s
        )
    except AuthenticationStorageError as error:
        raise InputError(
            "the stored credentials cannot be read",
            code="bad-credentials",
            file=os.environ.get("RATTLER_AUTH_FILE", "~/.rattler/credentials.json"),
            cause=scrub(str(error)),
            hint="mend or remove the file; RATTLER_AUTH_FILE names another",
        ) from error
