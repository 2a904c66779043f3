"""Delays those who show wrong tokens, by network, without keeping many requests or networks in memory."""

import asyncio
from collections import Counter, OrderedDict
from typing import Final

from moof.server.auth.sender import network_of

MAX_WAITING: Final = 200
"""Requests that wait for their refusal, of all networks; one more is refused at once."""
MAX_TRIES: Final = 4
"""Requests of one network that wait, while which no other token of it is looked at."""
UNSEEN_DELAY: Final = 2.0
"""Seconds until a token that was not looked at is refused: at once, a flood would go on as fast as it can."""
MAX_NETWORKS: Final = 1024
FIRST_DELAY: Final = 0.5
LONGEST_DELAY: Final = 8.0
FORGET_SECONDS: Final = 600.0
"""How long after its last wrong token a network counts as one that has sent none."""


class GuessDelays:
    """How long each network waits for its next refusal. Pure: `now` is in seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()
        """The number of wrong tokens and when the last one came; the one of longest ago comes first."""

    def failed(self, network: str, now: float) -> float:
        """Count a wrong token; return the seconds until its sender is to know."""
        count, last = self._failures.pop(network, (0, now))
        count = 1 if now - last > FORGET_SECONDS else count + 1
        self._failures[network] = (count, now)
        if len(self._failures) > MAX_NETWORKS:
            self._failures.popitem(last=False)
        return min(FIRST_DELAY * 2.0 ** min(count - 1, 10), LONGEST_DELAY)

    def __len__(self) -> int:
        """Return the number of networks that are kept."""
        return len(self._failures)


class WrongTokens:
    """Bounds and delays wrong tokens. On the event loop."""

    def __init__(self) -> None:
        self._delays = GuessDelays()
        self._waiting: Counter[str] = Counter()

    def may_try(self, address: str) -> bool:
        """Return whether a token from this address is looked at: not while several wait for their refusal."""
        return self._waiting[network_of(address)] < MAX_TRIES

    async def delay(self, address: str) -> None:
        """Wait before a wrong token is refused: longer with each one."""
        network = network_of(address)
        await self._wait(network, self._delays.failed(network, asyncio.get_running_loop().time()))

    async def pause(self, address: str) -> None:
        """Wait before a token is refused that was not looked at."""
        await self._wait(network_of(address), UNSEEN_DELAY)

    async def _wait(self, network: str, seconds: float) -> None:
        if self._waiting.total() >= MAX_WAITING:
            return
        self._waiting[network] += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self._waiting[network] -= 1
            if not self._waiting[network]:
                del self._waiting[network]
