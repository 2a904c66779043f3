"""Requests to the Hub's REST API."""

from datetime import UTC, datetime
from typing import Any, Final

import httpx

from moof.server.config.hub_environment import HubEnvironment
from moof.server.hub.hub_member import HubMember

_SECONDS: Final = 10.0
"""For one request."""
_REFUSED: Final = (400, 401, 403, 404)


class HubRefusedError(Exception):
    """The Hub says no: a code or token is not, or no longer, valid."""


class HubUnreachableError(Exception):
    """The Hub does not answer, or not sensibly; it may later."""


class HubApi:
    """A connection to the Hub. Its coroutines raise HubRefusedError and HubUnreachableError."""

    def __init__(self, hub: HubEnvironment, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Connect by `transport`, if not over the network."""
        self.hub = hub
        # The Hub is on the same network: proxies of the environment do not lead there.
        self._client = httpx.AsyncClient(timeout=_SECONDS, trust_env=False, transport=transport)

    async def close(self) -> None:
        """End the connection."""
        await self._client.aclose()

    async def exchange(self, form: dict[str, str]) -> str:
        """Return the user's token for a code, `form` as `Authorization.code_form` makes it."""
        answer = await self._json("POST", f"{self.hub.api_url}/oauth2/token", data=form)
        token = answer.get("access_token")
        if not isinstance(token, str):
            raise HubUnreachableError("the Hub's answer has no token")
        return token

    async def member(self, token: str) -> HubMember:
        """Return the user of a token."""
        answer = await self._json("GET", f"{self.hub.api_url}/user", token=token)
        try:
            return HubMember.from_json(answer)
        except ValueError as error:
            raise HubUnreachableError(str(error)) from error

    async def report_activity(self, last: float) -> None:
        """Report when the Mac was used last, in seconds since 1970."""
        if not self.hub.activity_url:
            return
        stamp = datetime.fromtimestamp(last, UTC).isoformat()
        body = {"last_activity": stamp, "servers": {self.hub.server_name: {"last_activity": stamp}}}
        await self._request("POST", self.hub.activity_url, token=self.hub.api_token, json=body)

    async def _json(self, method: str, url: str, **details: Any) -> dict[str, Any]:
        response = await self._request(method, url, **details)
        try:
            answer = response.json()
        except ValueError as error:
            raise HubUnreachableError("the Hub's answer is not JSON") from error
        if not isinstance(answer, dict):
            raise HubUnreachableError("the Hub's answer is not a JSON object")
        return answer

    async def _request(self, method: str, url: str, token: str = "", **details: Any) -> httpx.Response:
        headers = {"authorization": f"token {token}"} if token else {}
        try:
            response = await self._client.request(method, url, headers=headers, **details)
        except httpx.HTTPError as error:
            raise HubUnreachableError(f"the Hub does not answer ({type(error).__name__})") from error
        if response.status_code in _REFUSED:
            raise HubRefusedError(f"the Hub answers {response.status_code}")
        if not response.is_success:
            raise HubUnreachableError(f"the Hub answers {response.status_code}")
        return response
