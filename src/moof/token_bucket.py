"""Token buckets: rate limits that allow bursts."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(slots=True)
class TokenBucket:
    """Allows `burst` actions at once, and `rate` actions a second in the long run.

    Pure: `now` is passed in, in seconds of a clock that never goes back.
    """

    rate: float
    burst: float
    _tokens: float = field(init=False)
    _filled_at: float = field(init=False, default=float("-inf"))

    def __post_init__(self) -> None:
        self._tokens = self.burst

    def take(self, now: float) -> bool:
        """Take a token for one action; return False if there is none."""
        self._tokens = min(self.burst, self._tokens + (now - self._filled_at) * self.rate)
        self._filled_at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def spend(self, tokens: float) -> None:
        """Remove tokens, also more than there are: later actions wait until they have been refilled."""
        self._tokens -= tokens

    def wait(self, now: float) -> float:
        """Return the seconds until there is a token."""
        tokens = self._tokens + (now - self._filled_at) * self.rate
        return max(0.0, (1.0 - tokens) / self.rate)


class WaitingTokenBucket(TokenBucket):
    """A bucket on CLOCK_MONOTONIC that delays actions on the event loop instead of refusing them."""

    __slots__ = ()

    async def acquire(self) -> None:
        """Wait for a token and take it."""
        while not self.take(time.monotonic()):  # noqa: ASYNC110  the event is that time has passed
            await asyncio.sleep(self.wait(time.monotonic()))


class MergedAction:
    """Does an action at the rate of a bucket: at once, or once for all who ask until it may be done again.

    On the event loop.
    """

    def __init__(self, bucket: TokenBucket, act: Callable[[], None]) -> None:
        self._bucket = bucket
        self._act = act
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_delayed(self) -> bool:
        """Whether the action has been asked for, and is done later."""
        return self._timer is not None

    def request(self) -> None:
        """Do the action, now or as soon as it may be done."""
        if self._timer is None:
            self._do()

    def cancel(self) -> None:
        """Drop the delayed action, if any."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _do(self) -> None:
        self._timer = None
        now = time.monotonic()
        if self._bucket.take(now):
            self._act()
        else:
            self._timer = asyncio.get_running_loop().call_later(self._bucket.wait(now), self._do)


class WaitingTokenBuckets(Generic[Key]):
    """A bucket for each of many keys, such as addresses; of too many, the one unused for longest goes."""

    def __init__(self, rate: float, burst: float, max_keys: int) -> None:
        self._rate = rate
        self._burst = burst
        self._max_keys = max_keys
        self._buckets: OrderedDict[Key, WaitingTokenBucket] = OrderedDict()

    def of(self, key: Key) -> WaitingTokenBucket:
        """Return the bucket of a key, a full one for a new key."""
        bucket = self._buckets.pop(key, None) or WaitingTokenBucket(self._rate, self._burst)
        self._buckets[key] = bucket
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return bucket

    def __len__(self) -> int:
        """Return the number of keys with a bucket."""
        return len(self._buckets)

    def __iter__(self) -> Iterator[Key]:
        """Yield these keys, the one used last at the end."""
        return iter(self._buckets)
