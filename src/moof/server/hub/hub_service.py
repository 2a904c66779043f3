"""The part of a server that JupyterHub has started: sign-in, reviews of it, and activity."""

import asyncio
import logging
import time
from typing import Final

from moof.server.auth.access import AccessRules
from moof.server.auth.audit import AuditLog
from moof.server.http.sign_in import SignIn
from moof.server.hub.hub_api import HubApi, HubRefusedError, HubUnreachableError
from moof.server.hub.hub_sign_in import HubSignIn
from moof.server.session.manager import SessionManager

LOG: Final = logging.getLogger(__name__)

REVIEW_SECONDS: Final = 30.0
"""How often the Hub is asked whether those who are signed in still have access."""
ACTIVITY_SECONDS: Final = 60.0
"""How often activity is reported, if there was any."""


class HubService:
    """Belongs to the event loop."""

    def __init__(self, api: HubApi, rules: AccessRules, audit: AuditLog, sessions: SessionManager) -> None:
        self._api = api
        self._sessions = sessions
        self.sign_in = HubSignIn(api, rules, SignIn(rules, audit))
        self._reported = float("-inf")
        """The activity that was reported last, CLOCK_MONOTONIC in seconds."""

    async def run(self) -> None:
        """Review and report until cancelled."""
        reported_at = float("-inf")
        try:
            while True:
                if time.monotonic() - reported_at >= ACTIVITY_SECONDS:
                    reported_at = time.monotonic()
                    await self.report(self._sessions.acted_at, time.time(), reported_at)
                await self.sign_in.review(time.time())
                await asyncio.sleep(REVIEW_SECONDS)
        finally:
            await self._api.close()

    async def report(self, acted_at: float, now: float, monotonic: float) -> None:
        """Report when the Mac was used last, unless that has been reported.

        `now` is in seconds since 1970; `monotonic` and `acted_at` are in seconds of CLOCK_MONOTONIC.
        """
        if acted_at <= self._reported:
            return
        try:
            await self._api.report_activity(now - (monotonic - acted_at))
        except (HubRefusedError, HubUnreachableError) as error:
            LOG.warning("The Hub does not take the activity of this Mac: %s.", error)
        else:
            self._reported = acted_at
