"""The "sound" thread: an event loop of its own for `Sound`, woken before others where the system allows it.

So no picture, however large, and no display that takes its time to answer makes sound wait.
"""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from moof.bridge.sound import Sound
from moof.ipc import AudioRingWriter
from moof.process import be_woken_in_time

_MOST_WAITING: Final = 8


class SoundThread:
    """Runs a `Sound`. At most 8 requests wait for it, 160 ms; those beyond are dropped."""

    def __init__(self, directory: Path, ring: AudioRingWriter) -> None:
        self.sound = Sound(directory, ring)
        """Belongs to the thread, once that runs."""
        self._loop = asyncio.new_event_loop()
        self._places = threading.BoundedSemaphore(_MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)

    @property
    def address(self) -> str:
        """The sound server's address, as PulseAudio writes it."""
        return self.sound.address

    def environment(self) -> dict[str, str]:
        """What leads SDL and PulseAudio's library there."""
        return self.sound.environment()

    async def start(self) -> None:
        """Programs can connect once this has returned."""
        self._thread.start()
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self.sound.start(), self._loop))

    def request(self, samples: int) -> None:
        """The server wants what `samples` take at 48 kHz. From any thread; returns at once."""
        if self._places.acquire(blocking=False):
            self._call(self._deliver, samples)

    def stop(self) -> None:
        """Disconnect everybody, and end the thread."""
        if self._thread.is_alive():
            self._call(self._end)
            self._thread.join()
        else:
            self._loop.close()  # it was never started

    def _run(self) -> None:
        be_woken_in_time("The sound thread")
        self._loop.run_forever()
        self._loop.run_until_complete(self._let_go())
        self._loop.close()

    async def _let_go(self) -> None:
        """Disconnect those, too, who were just being let in: nobody else would, and they would wait."""
        await asyncio.sleep(0)  # who had knocked already is a task now
        while arriving := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.gather(*arriving, return_exceptions=True)
        self.sound.stop()
        await asyncio.sleep(0)  # what that has set going

    def _deliver(self, samples: int) -> None:
        self._places.release()
        self.sound.request(samples)

    def _end(self) -> None:
        self.sound.stop()
        self._loop.call_soon(self._loop.stop)  # after what that has set going

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            pass  # the loop has ended
