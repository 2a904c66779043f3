"""Limits one viewer's requests for key frames: one costs a rendition as much as many frames."""

import time
from typing import Final

from moof.server.transport.peer_listener import PeerListener
from moof.token_bucket import MergedAction, TokenBucket

_PASSED_PER_SECOND: Final = 1 / 3
_PASSED_BURST: Final = 4.0
"""A browser requests one after a loss that no retransmission repaired: a few times in a row at worst."""
_RECEIVED_PER_SECOND: Final = 10.0
"""libwebrtc repeats a request after 200 ms at the earliest."""
_RECEIVED_BURST: Final = 30.0


class KeyFrameRequestLimiter:
    """Passes PLIs and FIRs on to the listener: at once, or every few seconds when they do not stop.

    On the event loop.
    """

    def __init__(self, listener: PeerListener, passed: TokenBucket | None = None) -> None:
        """`passed` limits what is passed on, None as for a browser."""
        self._listener = listener
        self._received = TokenBucket(_RECEIVED_PER_SECOND, _RECEIVED_BURST)
        passed = passed or TokenBucket(_PASSED_PER_SECOND, _PASSED_BURST)
        self._passing = MergedAction(passed, listener.keyframe_requested)

    def request(self) -> None:
        """Pass one request on, or, when there are many, delay it and merge it with those that follow.

        A request beyond what any browser sends is reported as `flooded` and dropped.
        """
        if not self._received.take(time.monotonic()):
            self._listener.flooded("reports")
        else:
            self._passing.request()

    def close(self) -> None:
        """Drop the delayed request, if any. May be called twice."""
        self._passing.cancel()
