"""The check of aiortc's private names; a sender needs an event loop, so these are coroutines."""

import pytest
from aiortc import RTCRtpSender

from moof.server.transport import aiortc_internals
from moof.server.transport.aiortc_internals import AiortcMismatchError, check_private_names


async def test_missing_private_name_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(RTCRtpSender, "_retransmit")
    with pytest.raises(AiortcMismatchError, match=r"has no _retransmit: install aiortc 1\.16\.0"):
        check_private_names()


async def test_untested_version_with_all_names_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(aiortc_internals, "TESTED_WITH", "0.0.1")
    check_private_names()
    assert "Moof was tested with 0.0.1" in caplog.text
