"""How a request's body arrives: counted as it comes, and not for longer than its length explains."""

import asyncio
from typing import Final

from starlette.types import Message, Receive

from moof.server.auth.credential_store import KnownSender

_MAX_GAP: Final = 20.0
"""Seconds between two parts of a body."""
_GRACE_SECONDS: Final = 30.0
_LEAST_RATE: Final = 8 * 1024
"""Bytes a second that are expected after `_GRACE_SECONDS`: a body of 16 KB has 32 seconds."""
_MAX_SECONDS: Final = 12 * 3600.0
"""The longest time of a whole body: at least 100 KB a second for an upload of 4 GB."""
_LOOK_SECONDS: Final = 0.5
"""How often a body that pauses is looked at: its sender may not be known any more."""
_DISCONNECTED: Final[Message] = {"type": "http.disconnect"}


class BodyReceiver:
    """A request's `receive`: reports a disconnection if the body is too slow, or longer than announced.

    Likewise once the sender is no longer known, because their token was withdrawn, say.

    There is no timeout once the body is complete: the application then waits for the disconnection.
    """

    def __init__(self, receive: Receive, length: int, sender: KnownSender | None = None) -> None:
        """`length` is the request's Content-Length in bytes, `sender` whoever had to be known to send it."""
        self._receive = receive
        self._sender = sender
        self._left = length
        self._received = 0
        self._complete = False
        self._began = asyncio.get_running_loop().time()

    async def __call__(self) -> Message:
        """Return the next ASGI message of the request."""
        message = await self._next()
        size = len(message.get("body", b""))
        self._left -= size
        self._received += size
        self._complete = not message.get("more_body", False)
        return message if self._left >= 0 else _DISCONNECTED

    async def _next(self) -> Message:
        """Return the next message, looking again and again at who sends it."""
        deadline, now = self._deadline(), asyncio.get_running_loop().time
        while self._is_known and (deadline is None or now() < deadline):
            until = deadline
            if deadline is not None and self._sender is not None:
                until = min(deadline, now() + _LOOK_SECONDS)
            try:
                async with asyncio.timeout_at(until):
                    message = await self._receive()
            except TimeoutError:
                continue
            return message if self._complete or self._is_known else _DISCONNECTED
        return _DISCONNECTED

    @property
    def _is_known(self) -> bool:
        return self._sender is None or self._sender.is_known

    def _deadline(self) -> float | None:
        """Return when the next part has to be here, in the loop's time."""
        if self._complete:
            return None
        slowest = min(_GRACE_SECONDS + self._received / _LEAST_RATE, _MAX_SECONDS)
        return min(self._began + slowest, asyncio.get_running_loop().time() + _MAX_GAP)
