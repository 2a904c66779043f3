"""A session with a WHIP endpoint over HTTP, as the publisher uses it."""

import asyncio
import logging
import time
from typing import Final

import httpx

from moof.server.config.publish_options import PublishOptions
from moof.server.publish.sfu import Sfu, SfuAnswer, SfuError, SfuFactory
from moof.server.publish.whip_client import MAX_BODY_BYTES, WhipClient, WhipRequest, WhipResponse
from moof.server.transport.ice_restart import IceDescription

LOG: Final = logging.getLogger(__name__)

_SECONDS: Final = 10.0
"""For one request and its whole answer."""
_CLOSE_SECONDS: Final = 1.0
"""For the last one: the server ends meanwhile."""
_PLAIN: Final = {"accept-encoding": "identity"}


class WhipEndpoint(SfuFactory):
    """A WHIP endpoint."""

    def __init__(self, options: PublishOptions) -> None:
        self._options = options
        self.relays_frames = False

    def session(self) -> Sfu:
        """Return a session that is not open yet."""
        return WhipSession(self._options)


class WhipSession(Sfu):
    """A session with a WHIP endpoint. On the event loop."""

    def __init__(self, options: PublishOptions) -> None:
        self._whip = WhipClient(options)
        self._http = httpx.AsyncClient(timeout=_SECONDS)

    @property
    def host(self) -> str:
        """The endpoint's host and port."""
        return self._whip.host

    async def open(self, offer: str) -> SfuAnswer:
        """Send the offer, wherever the endpoint redirects to. Raises SfuError."""
        request: WhipRequest | None = self._whip.post(offer)
        while request is not None:
            response = await self._send(request)
            request = self._whip.redirected(response)
        return self._whip.opened(response, time.time())

    async def trickle(self, ice: IceDescription) -> None:
        """Send further candidates, if the endpoint takes any. Raises SfuError."""
        request = self._whip.trickle(ice)
        if request is not None:
            self._whip.trickled(await self._send(request))

    async def restart(self, ice: IceDescription) -> IceDescription:
        """Ask for a restart of ICE. Raises NoRestartError, or SfuError."""
        return self._whip.restarted(await self._send(self._whip.restart(ice)))

    async def watch(self) -> None:
        """Wait for ever: WHIP has no other sign of life than the media."""
        await asyncio.get_running_loop().create_future()

    async def close(self) -> None:
        """Delete the session and close the connection to the endpoint."""
        request = self._whip.delete()
        try:
            if request is not None:
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self._send(request)
        except (SfuError, TimeoutError) as error:
            LOG.info("%s was not told that publishing ends (%s).", self.host, error)
        finally:
            await self._http.aclose()

    async def _send(self, request: WhipRequest) -> WhipResponse:
        try:
            async with (
                asyncio.timeout(_SECONDS),
                self._http.stream(
                    request.method, request.url, headers={**_PLAIN, **request.headers}, content=request.body
                ) as response,
            ):
                body = await _read(response)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise SfuError(f"it does not answer ({type(error).__name__})") from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        return WhipResponse(response.status_code, headers, body)


async def _read(response: httpx.Response) -> str:
    """Return the body as text. Raises SfuError if it is longer than any, or compressed.

    What some kilobytes decompress to may be gigabytes, and httpx decompresses a part as a whole.
    """
    if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise SfuError("its answer is compressed, which it was asked not to be")
    data = bytearray()
    async for part in response.aiter_raw():
        data += part
        if len(data) > MAX_BODY_BYTES:
            raise SfuError("its answer is longer than any")
    return data.decode("utf-8", "replace")
