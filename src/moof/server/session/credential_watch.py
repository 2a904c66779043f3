"""Ends the viewers whose token or login session has been withdrawn, has ended or has expired."""

import asyncio
import logging
import time
from typing import Final

from moof.server.auth.credential_store import Credentials
from moof.server.auth.record_file import TokenError
from moof.server.session.manager import SessionManager

LOG: Final = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.8
"""How often the files of tokens and login sessions are looked at: commands change them, and whoever is not
known any more leaves within a second."""
_SAVE_SECONDS: Final = 60.0
"""How often the last uses of login sessions are written."""


class CredentialWatch:
    """Looks at the files, and at the clock, again and again. On the event loop."""

    def __init__(self, credentials: Credentials, sessions: SessionManager) -> None:
        self._credentials = credentials
        self._sessions = sessions
        self._saved_at = time.monotonic()
        self._error = ""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look(time.time(), time.monotonic())

    async def look(self, now: float, monotonic: float) -> None:
        """Read what has changed, and end the sessions of those who are no longer known.

        `now` is in seconds since 1970, `monotonic` in seconds of CLOCK_MONOTONIC.
        """
        error = ""
        try:
            await self._credentials.reload()
            if monotonic - self._saved_at > _SAVE_SECONDS:
                self._saved_at = monotonic
                await self._credentials.save_seen()
        except TokenError as found:
            error = str(found)
        if error and error != self._error:
            LOG.warning("%s What was known before stays valid.", error)
        self._error = error
        self._sessions.end_unknown(self._credentials, now)
