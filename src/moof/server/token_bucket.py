"""How many messages a viewer may send, or how soon what costs more may go on."""

import asyncio
import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class TokenBucket:
    """Lets `burst` messages through at once and `rate` a second in the long run."""

    rate: float
    burst: float
    _tokens: float = field(init=False)
    _filled_at: float = field(init=False, default=float("-inf"))

    def __post_init__(self) -> None:
        self._tokens = self.burst

    def take(self, now: float) -> bool:
        """Say whether one more message may pass; `now` in seconds, never going back."""
        self._tokens = min(self.burst, self._tokens + (now - self._filled_at) * self.rate)
        self._filled_at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def spend(self, tokens: float) -> None:
        """Take away more than there may be: what comes next waits for it."""
        self._tokens -= tokens

    def wait(self, now: float) -> float:
        """Return the seconds until one more may pass."""
        tokens = self._tokens + (now - self._filled_at) * self.rate
        return max(0.0, (1.0 - tokens) / self.rate)

    async def pass_through(self) -> None:
        """Wait until one more may pass, for those who rather wait than be refused."""
        while not self.take(time.monotonic()):  # noqa: ASYNC110  it waits for time, not for an event
            await asyncio.sleep(self.wait(time.monotonic()))
