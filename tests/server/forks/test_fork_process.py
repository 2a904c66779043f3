"""A visitor's Moof that cannot start; test_forks.py starts real ones."""

import logging
from pathlib import Path

import pytest

from moof.server.forks.errors import ForkError
from moof.server.forks.fork_process import ForkProcess
from moof.server.forks.saved_forks import SavedFork


async def test_why_a_mac_does_not_start_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "moof.toml").write_text("no_such_option = 1\n")
    process = ForkProcess(SavedFork("a" * 32, tmp_path, "link", "token"), 0, "10.0.0.1")
    with caplog.at_level(logging.WARNING), pytest.raises(ForkError, match="does not start"):
        await process.port()
    await process.ended
    assert "no_such_option" in caplog.text


async def test_a_mac_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moof.server.forks.fork_process.START_SECONDS", 0.0)
    process = ForkProcess(SavedFork("a" * 32, tmp_path, "link", "token"), 0, "10.0.0.1")
    with pytest.raises(ForkError, match="does not start"):
        await process.port()
    await process.ended
