"""One viewer's wishes for a key frame, which costs all who share the picture as much as many others."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from moof.server.token_bucket import TokenBucket

_WISHES_A_SECOND: Final = 1 / 3
_WISH_BURST: Final = 4.0
"""A browser asks when it has lost what no retransmission brought back: a few times in a row at worst."""
_ASKING_A_SECOND: Final = 10.0
"""libwebrtc asks again after 200 ms at the earliest."""
_ASKING_BURST: Final = 30.0


class KeyFrameRequestLimiter:
    """Passes PLIs and FIRs on: at once, or, for one that never stops asking, each few seconds.

    On the event loop.
    """

    def __init__(self, pass_on: Callable[[], None], on_flood: Callable[[], None]) -> None:
        """`on_flood` is called for each wish beyond what any browser sends."""
        self._pass_on = pass_on
        self._on_flood = on_flood
        self._asking = TokenBucket(_ASKING_A_SECOND, _ASKING_BURST)
        self._allowance = TokenBucket(_WISHES_A_SECOND, _WISH_BURST)
        self._later: asyncio.TimerHandle | None = None

    def ask(self) -> None:
        """Take one wish; it may have to wait, with those that come meanwhile, but isn't forgotten."""
        if not self._asking.take(time.monotonic()):
            self._on_flood()
        elif self._later is None:
            self._pass()

    def close(self) -> None:
        """Forget what waits."""
        if self._later is not None:
            self._later.cancel()

    def _ask_again(self) -> None:
        self._later = None
        self._pass()

    def _pass(self) -> None:
        now = time.monotonic()
        if self._allowance.take(now):
            self._pass_on()
        else:
            wait = self._allowance.wait(now)
            self._later = asyncio.get_running_loop().call_later(wait, self._ask_again)
