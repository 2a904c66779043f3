"""What can be tested without a connection; test_webrtc_peer.py has the sending over a real one."""

import asyncio

import pytest

from moof.server.transport.aiortc_internals import AiortcMismatchError
from moof.server.transport.rtp_sender import _run_now


async def test_sending_that_waits_is_an_error() -> None:
    sent: list[int] = []

    async def send() -> None:
        sent.append(1)

    async def wait() -> None:
        await asyncio.sleep(0)

    _run_now(send())
    assert sent == [1]
    with pytest.raises(AiortcMismatchError, match="waits to send"):
        _run_now(wait())
