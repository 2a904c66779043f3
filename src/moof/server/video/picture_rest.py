"""How often a picture that rests is looked at: emulators of others signal sixty unchanged frames a second."""

from typing import Final

from moof.ipc import AudioRequest, Message, Ping

LOOK_SECONDS: Final = 0.05
"""From one look to the next one at rest: so late may the first change come that no input causes."""
ACTIVE_SECONDS: Final = 1.0
"""So long after a change or an input each frame is looked at."""
PING_SECONDS: Final = 0.15
"""So long after a ping, whose answer is in one of the next five frames."""


class PictureRest:
    """Decides when the next frame is looked at. `now` is in seconds of CLOCK_MONOTONIC.

    `disturb` may be called from any thread, all else by the picture thread alone.
    """

    def __init__(self) -> None:
        self._active_until = 0.0
        self._looked_at = 0.0
        self.waiting = False
        """Whether the picture thread waits for the next look; then it has to be woken after `disturb`."""

    def disturb(self, now: float, seconds: float = ACTIVE_SECONDS) -> None:
        """Have each frame looked at from now on, for so long."""
        self._active_until = max(self._active_until, now + seconds)

    def disturb_by(self, message: Message, now: float) -> bool:
        """Note a message to the emulator, which may change the picture or be answered by a frame.

        A request for sound, of which there are fifty a second, does neither. Return whether the picture
        thread has to be woken.
        """
        if isinstance(message, AudioRequest):
            return False
        self.disturb(now, PING_SECONDS if isinstance(message, Ping) else ACTIVE_SECONDS)
        return self.waiting

    def looked(self, now: float) -> None:
        """Note that the newest frame was read."""
        self._looked_at = now

    def pause(self, now: float) -> float:
        """Return the seconds to wait until frames are of interest, 0 while something happens."""
        return max(0.0, self._looked_at + LOOK_SECONDS - now) if now >= self._active_until else 0.0
