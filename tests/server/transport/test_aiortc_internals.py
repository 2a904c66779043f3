"""The names that we build on, and what never waits; mediasender.py uses them over a real connection.

A sender needs an event loop, so these are coroutines.
"""

import asyncio

import pytest
from aiortc import RTCRtpSender

from moof.server.transport import aiortc_internals as aiortcinside
from moof.server.transport.aiortc_internals import AiortcMismatchError, check_private_names, run_now


async def test_an_unsuitable_aiortc_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(RTCRtpSender, "_retransmit")
    with pytest.raises(AiortcMismatchError, match=r"has no _retransmit: install aiortc 1\.16\.0"):
        check_private_names()


async def test_another_version_with_all_names_is_only_warned_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(aiortcinside, "TESTED_WITH", "0.0.1")
    check_private_names()
    assert "Moof was tested with 0.0.1" in caplog.text


async def test_what_waits_is_refused() -> None:
    sent: list[int] = []

    async def send() -> None:
        sent.append(1)

    async def wait() -> None:
        await asyncio.sleep(0)

    run_now(send())
    assert sent == [1]
    with pytest.raises(AiortcMismatchError, match="waits to send"):
        run_now(wait())
