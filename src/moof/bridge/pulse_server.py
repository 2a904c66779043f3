"""The private sound server, and the thread that it runs in.

`PulseServer` is a socket that programs find as PulseAudio's, and writes what they play into the contract's
audio ring, on request. It belongs to one event loop, which `PulseServerThread` runs in the thread "sound"
with real-time scheduling where the system grants it: so neither a large picture nor a slow display delays
sound. While the ring is full nothing is read: sound then comes later, and nothing is lost.

While programs play only silence, the listener is told that nothing plays, so that it requests nothing, and
this server requests the silence by itself. When a program writes sound, the listener is told, and the first
answer with sound is kept for its next request.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from moof.bridge import sound_environment
from moof.bridge.pulse import Client, PlaybackStream, PlayedSound, StreamPuller, StreamRegistry
from moof.bridge.pulse.client import NEWEST_VERSION
from moof.bridge.pulse.packets import PacketError
from moof.bridge.pulse.silence import SilenceDetector
from moof.bridge.pulse.stream_puller import SERVER_RATE
from moof.ipc import AudioRingWriter
from moof.process import request_realtime

LOG: Final = logging.getLogger(__name__)

_MAX_CLIENTS: Final = 16
_IDLE_AFTER: Final = 0.5
"""Seconds without a request after which streams are read without a listener."""
_SILENT_REQUESTS: Final = 3
"""Once the listener knows that nothing plays: so many requests may be missing before silence is read."""


class PlaybackListener(Protocol):
    """Is told whether any program may play sound."""

    def playback_changed(self, is_open: bool) -> None:
        """Note that the first stream begins to play, or that none does any more. Must not block."""


class PulseServer:
    """Serves programs at `socket` and writes what they play into the contract's audio ring."""

    def __init__(
        self,
        directory: Path,
        ring: AudioRingWriter,
        listener: PlaybackListener,
        newest_version: int = NEWEST_VERSION,
    ) -> None:
        """Use `directory` for the socket and the configuration; offer that version of the protocol."""
        self.socket = directory / "native"
        self.newest_version = newest_version
        self.registry = StreamRegistry()
        self._puller = StreamPuller(self.registry)
        self._directory = directory
        self._ring = ring
        self._listener = listener
        self._source_open = False
        self._silence = SilenceDetector()
        self._own_request = False
        """Whether the newest request to the programs was made here, not by the one behind the ring."""
        self._resting = False
        """Whether that one is not expected to request anything: there was silence, and no sound is kept."""
        self._unheard = False
        """Whether that one did not request what plays: nobody listens."""
        self._kept: PlayedSound | None = None
        """The first sound after silence, until it is requested."""
        self._clients: set[_Connection] = set()
        self._server: asyncio.Server | None = None
        self._requested = 0.0
        self._idler: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Listen: programs can connect from now on."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(lambda: _Connection(self), self.socket)
        self.socket.chmod(0o600)
        sound_environment.write_configuration(self._directory)
        if sound_environment.find_alsa_plugin() is None:
            package = sound_environment.ALSA_PACKAGE
            LOG.info("Programs that support only ALSA have no sound: they need %s.", package)

    @property
    def streams(self) -> list[PlaybackStream]:
        """The open streams, in the order in which they were opened."""
        return list(self.registry.streams.values())

    @property
    def address(self) -> str:
        """The server's address, as PulseAudio writes it."""
        return f"unix:{self.socket}"

    @property
    def files(self) -> tuple[Path, ...]:
        """What programs need to see, once it listens: its socket and the settings of the libraries."""
        return self.socket, self._directory / "client.conf", self._directory / "asound.conf"

    def environment(self) -> dict[str, str]:
        """Return variables that lead programs to this server."""
        return sound_environment.variables(self._directory, self.address)

    def request(self, samples: int) -> None:
        """PlayedSound a request for `samples` at 48 kHz: read as much of each stream, and request more."""
        if self._ring.is_full:
            LOG.debug("The server does not read sound; a request waits.")
            return
        self._requested = time.monotonic()
        self._own_request = self._unheard = False
        self._resting = not self._source_open  # a request that was on its way when the listener was told
        kept, self._kept = self._kept, None
        self._play(kept or self._puller.request(samples, self._requested))
        self._grant()

    def stop(self) -> None:
        """Stop listening and disconnect all programs."""
        if self._server is not None:
            self._server.close()
        if self._idler is not None:
            self._idler.cancel()
        for client in tuple(self._clients):
            client.close()

    def changed(self) -> None:
        """PlayedSound an open request if its program has written enough; report whether anything may play."""
        if self._own_request or not self._ring.is_full:
            self._play(self._puller.supply(time.monotonic()))
        self._note_written()
        self._report_source()
        if self._idler is None and self.registry.streams:
            self._wake_idler(time.monotonic() + self.registry.pull_seconds)

    def connected(self, connection: "_Connection") -> bool:
        """Add a connection; return False if there are too many."""
        if len(self._clients) >= _MAX_CLIENTS:
            LOG.warning("More than %d programs want to play sound; one is refused.", _MAX_CLIENTS)
            return False
        self._clients.add(connection)
        return True

    def gone(self, connection: "_Connection") -> None:
        """Remove a connection."""
        self._clients.discard(connection)
        self._report_source()

    def _note_written(self) -> None:
        played = self.registry.newest_playing()
        if played is not None and played.wrote_sound:
            played.wrote_sound = False
            self._silence.written(time.monotonic())

    def _report_source(self) -> None:
        """Tell the listener if the first stream began to play sound, or none does any more."""
        now = time.monotonic()
        is_open = self._silence.is_open(self.registry.newest_playing() is not None, now)
        if is_open == self._source_open:
            return
        self._source_open = is_open
        self._resting = self._resting or not is_open
        if not self._resting:
            self._requested = now  # a server that waited for a source gets time to request its sound
        self._listener.playback_changed(is_open)
        if not is_open and self._idler is not None:
            self._wake_idler(max(now, self._requested + self._patience))

    @property
    def _patience(self) -> float:
        """Seconds without a request after which this server reads the streams by itself."""
        return _SILENT_REQUESTS * self.registry.pull_seconds if self._resting else _IDLE_AFTER

    def _wake_idler(self, when: float) -> None:
        """Let `_idle` run at that time, `time.monotonic`, which is the loop's clock."""
        if self._idler is not None:
            self._idler.cancel()
        self._idler = asyncio.get_running_loop().call_at(when, self._idle, when)

    def _idle(self, due: float) -> None:
        """Read streams while no server requests sound, so that programs do not block in a write."""
        self._idler = None
        if not self.streams:
            return
        now = time.monotonic()
        idle_from = self._requested + self._patience
        if now < idle_from:
            self._wake_idler(max(idle_from, now + self.registry.pull_seconds))
            return
        self._wake_idler(max(due, now - self.registry.pull_seconds) + self.registry.pull_seconds)
        self._own_request, self._kept = True, None
        self._unheard = self._unheard or not self._resting
        self._play(self._puller.request(round(self.registry.pull_seconds * SERVER_RATE), now))
        self._grant()

    def _play(self, answer: PlayedSound | None) -> None:
        """Write an answer into the ring; of those to this server's own requests keep the first sound."""
        if answer is None:
            return
        has_sound = self._silence.played(answer.data, time.monotonic())
        if not self._own_request:
            now_us = time.time_ns() // 1000
            self._ring.write(answer.rate, answer.channels, answer.frames, answer.data, now_us)
        elif has_sound and self._resting and not self._unheard:
            self._kept, self._resting, self._requested = answer, False, time.monotonic()
        self._report_source()

    def _grant(self) -> None:
        for client in self._clients:
            client.grant()


class _Connection(asyncio.Protocol):
    """One program's connection on the event loop."""

    def __init__(self, sound: PulseServer) -> None:
        self._sound = sound
        self._client = Client(sound.registry, sound.newest_version)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if not self._sound.connected(self):
            transport.close()

    def data_received(self, data: bytes) -> None:
        try:
            self._client.feed(data)
        except PacketError as error:
            LOG.warning("A program's sound connection is closed: %s.", error)
            self.close()
            return
        self._sound.changed()
        self.grant()

    def connection_lost(self, error: Exception | None) -> None:
        self._client.close()
        self._sound.gone(self)

    def grant(self) -> None:
        """Send replies and requests for data."""
        self._client.grant()
        data = self._client.outgoing()
        if data and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        """Disconnect."""
        if self._transport is not None:
            self._transport.abort()


_MAX_QUEUED: Final = 8


class PulseServerThread:
    """Runs a `PulseServer`. At most 8 requests (160 ms) are queued for it; further ones are dropped."""

    def __init__(self, directory: Path, ring: AudioRingWriter, listener: PlaybackListener) -> None:
        """`listener` is called on the thread."""
        self.sound = PulseServer(directory, ring, listener)
        """Belongs to the thread once that runs."""
        self._loop = asyncio.new_event_loop()
        self._slots = threading.BoundedSemaphore(_MAX_QUEUED)
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)

    @property
    def address(self) -> str:
        """The sound server's address, as PulseAudio writes it."""
        return self.sound.address

    def environment(self) -> dict[str, str]:
        """Return variables that make programs use the sound server."""
        return self.sound.environment()

    async def start(self) -> None:
        """Start the thread; programs can connect when this returns."""
        self._thread.start()
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self.sound.start(), self._loop))

    def request(self, samples: int) -> None:
        """Queue a request for `samples` at 48 kHz. Any thread may call this; it returns at once."""
        if self._slots.acquire(blocking=False):
            self._call(self._deliver, samples)

    def stop(self) -> None:
        """Disconnect all programs and end the thread."""
        if self._thread.is_alive():
            self._call(self._end)
            self._thread.join()
        else:
            self._loop.close()  # it was never started

    def _run(self) -> None:
        request_realtime("The sound thread")
        self._loop.run_forever()
        self._loop.run_until_complete(self._disconnect_all())
        self._loop.close()

    async def _disconnect_all(self) -> None:
        """Disconnect programs, too, whose connections are still being accepted; they would wait otherwise."""
        await asyncio.sleep(0)  # accepted connections are tasks now
        while arriving := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.gather(*arriving, return_exceptions=True)
        self.sound.stop()
        await asyncio.sleep(0)  # for callbacks that this has scheduled

    def _deliver(self, samples: int) -> None:
        self._slots.release()
        self.sound.request(samples)

    def _end(self) -> None:
        self.sound.stop()
        self._loop.call_soon(self._loop.stop)  # after callbacks that this has scheduled

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            pass  # the loop is closed
