"""The OAuth code flow (RFC 6749, section 4.1) with the Hub, as far as the browser sees it. Sans-IO."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from moof.server.config.hub_environment import HubEnvironment

MAX_PENDING: Final = 500
"""Sign-ins that have begun: of more, the oldest must begin again."""
PENDING_SECONDS: Final = 600.0
"""How long a person may take at the Hub."""
_MAX_QUERY: Final = 500
"""Characters of the page's query that outlive a sign-in."""


@dataclass(slots=True)
class Authorization:
    """The sign-ins that have begun at this server. Times are in seconds of one clock."""

    hub: HubEnvironment
    _pending: "OrderedDict[str, tuple[float, str]]" = field(default_factory=OrderedDict)
    """By state: when it began, and the query with which the page was opened."""

    def begin(self, query: str, now: float) -> tuple[str, str]:
        """Return the state of a new sign-in, for a cookie, and the address at the Hub to go to."""
        self._forget(now)
        while len(self._pending) >= MAX_PENDING:
            self._pending.popitem(last=False)
        state = secrets.token_urlsafe(24)
        self._pending[state] = (now, query if len(query) <= _MAX_QUERY else "")
        asked = {
            "client_id": self.hub.client_id,
            "redirect_uri": self.hub.callback,
            "response_type": "code",
            "state": state,
        }
        return state, f"{self.hub.hub_url}api/oauth2/authorize?{urlencode(asked)}"

    def finish(self, state: str, cookies: list[str], now: float) -> str | None:
        """Return the page's query for a state that comes back; None if this browser did not begin it.

        A state is good for one time. The cookie binds it to the browser: otherwise another one's code could
        be brought in (RFC 6749, section 10.12).
        """
        self._forget(now)
        if state not in cookies:
            return None
        began = self._pending.pop(state, None)
        return began[1] if began is not None else None

    def code_form(self, code: str) -> dict[str, str]:
        """Return the form that exchanges a code for a token (RFC 6749, section 4.1.3)."""
        return {
            "client_id": self.hub.client_id,
            "client_secret": self.hub.api_token,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.hub.callback,
        }

    def _forget(self, now: float) -> None:
        while self._pending and now - next(iter(self._pending.values()))[0] > PENDING_SECONDS:
            self._pending.popitem(last=False)
