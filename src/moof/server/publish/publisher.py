"""Publishes picture and sound: one upload to an SFU, again and again until it is cancelled.

The upload is one more viewer in the registry. Whatever becomes of it, other viewers do not notice.
"""

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping
from typing import Any, Final

from moof.server.config.options import MediaNetwork
from moof.server.publish.retry import RetryDelay
from moof.server.publish.sfu import NoRestartError, Sfu, SfuError, SfuFactory
from moof.server.publish.upload_peer import UploadPeer
from moof.server.transport.ice_restart import IceDescription
from moof.server.transport.peer_listener import PeerListener
from moof.server.transport.turn import ice_servers_of_server
from moof.server.viewers import ViewerRegistry

LOG: Final = logging.getLogger(__name__)

VIEWER_ID: Final = "publish"
_CONNECT_SECONDS: Final = 20.0
_SILENT_SECONDS: Final = 4.0
"""Without a report of the SFU, which sends one or more a second, ICE is restarted."""
_CHECK_SECONDS: Final = 0.5


class Publisher(PeerListener):
    """One upload, for as long as `run` runs. Belongs to the event loop."""

    def __init__(
        self,
        sfu: SfuFactory,
        viewers: ViewerRegistry,
        payload_types: Mapping[str, int],
        network: MediaNetwork,
        silent_seconds: float = _SILENT_SECONDS,
    ) -> None:
        """`network` has servers for STUN and TURN, beside those that the SFU names."""
        self._sfu = sfu
        self._viewers = viewers
        self._payload_types = payload_types
        self._network = network
        self._silent_seconds = silent_seconds
        self._retry = RetryDelay()
        self._peer: UploadPeer | None = None
        self._ready, self._lost = asyncio.Event(), asyncio.Event()
        self.restarts = 0
        """How often ICE was restarted."""
        self.uploads = 0
        """How many uploads have begun."""

    @property
    def peer(self) -> UploadPeer | None:
        """The upload, None while there is none."""
        return self._peer

    async def run(self) -> None:
        """Publish until cancelled; end the session then."""
        while True:
            try:
                await self._publish()
            except SfuError as error:
                wait = self._retry.failed(time.monotonic(), error.retry_after)
                LOG.warning("Publishing failed: %s. Next attempt in %.0f s.", error, wait)
                await asyncio.sleep(wait)
            except Exception:
                LOG.exception("Publishing failed.")
                await asyncio.sleep(self._retry.failed(time.monotonic()))

    def ready(self) -> None:
        """Wake the media threads: the upload can be sent its first picture."""
        self._ready.set()
        self._viewers.wake()

    def keyframe_requested(self) -> None:
        """Request a key frame, for all watchers that wait for one."""
        if self._peer is not None:
            self._viewers.request_keyframe(self._peer)

    def connection_lost(self) -> None:
        """End this upload; another one begins."""
        self._lost.set()

    def flooded(self, what: str) -> None:
        """Process no more of them: an SFU passes on what all of its watchers send."""
        LOG.debug("The SFU sends more %s than are processed.", what)

    async def _publish(self) -> None:
        """Publish until the upload ends. Raises SfuError."""
        session = self._sfu.session()
        self._ready, self._lost = asyncio.Event(), asyncio.Event()
        servers = ice_servers_of_server(self._network, time.time())
        peer = self._peer = UploadPeer(
            VIEWER_ID, self._payload_types, servers, self, relays_frames=self._sfu.relays_frames
        )
        try:
            await self._open(session, peer)
            await self._watch(session, peer)
        except SfuError as error:
            raise SfuError(f"{session.host}: {error}", error.retry_after) from error
        finally:
            self._viewers.remove(peer)
            self._peer = None
            await asyncio.shield(_close(session, peer))

    async def _open(self, session: Sfu, peer: UploadPeer) -> None:
        answer = await session.open(await peer.offer())
        codec = await peer.answer(answer.sdp)
        self._viewers.add(peer)
        self._viewers.set_codec(peer, codec)
        late = await peer.gather(answer.ice_servers)
        if late:
            await session.trickle(IceDescription(*peer.ice_credentials, late))
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await _first(self._ready.wait(), self._lost.wait())
        except TimeoutError as error:
            raise SfuError("no pair of candidates works") from error
        if self._lost.is_set():
            raise SfuError("no pair of candidates works")
        self._retry.opened(time.monotonic())
        self.uploads += 1
        LOG.info("Publishing to %s as %s.", session.host, codec)

    async def _watch(self, session: Sfu, peer: UploadPeer) -> None:
        """Wait until the upload is lost, which raises SfuError; restart ICE when the SFU is silent."""
        await _first(session.watch(), self._lost.wait(), self._restart_when_silent(session, peer))
        raise SfuError("the connection was lost")

    async def _restart_when_silent(self, session: Sfu, peer: UploadPeer) -> None:
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            if time.monotonic() - peer.heard_at > self._silent_seconds:
                await self._restart(session, peer)

    async def _restart(self, session: Sfu, peer: UploadPeer) -> None:
        LOG.info("%s is silent: ICE is restarted.", session.host)
        try:
            await peer.restart(await session.restart(await peer.prepare_restart()))
        except NoRestartError:
            raise
        except SfuError as error:
            raise SfuError(f"it is silent, and {error}") from error
        self.restarts += 1
        self._viewers.request_keyframe(peer)


async def _close(session: Sfu, peer: UploadPeer) -> None:
    await asyncio.gather(session.close(), peer.close())


async def _first(*waiting: Coroutine[Any, Any, object]) -> None:
    """Wait for the first of these coroutines, and raise what it raises; end the others."""
    tasks = [asyncio.create_task(each) for each in waiting]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
