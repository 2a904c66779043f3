"""PulseAudio's own library reads what each version of the protocol describes, and plays in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.bridge.pulse.client import NEWEST_VERSION, OLDEST_VERSION
from support.sound_recorder import sound_recorder


@pytest.mark.parametrize("version", range(OLDEST_VERSION, NEWEST_VERSION + 1))
async def test_libpulse_reads_every_version(tmp_path: Path, version: int) -> None:
    async with sound_recorder(tmp_path) as recorder:
        recorder.sound.sound.newest_version = version
        lists = await recorder.record("pactl", "list")
        assert "Name: moof" in lists
        assert "Sample Specification: s16le 2ch 48000Hz" in lists
        about = await recorder.record("pactl", "info")
        assert f"Server Protocol Version: {version}\n" in about
        assert "Default Sink: moof" in about


async def test_libpulse_reads_a_playing_stream(tmp_path: Path) -> None:
    async with sound_recorder(tmp_path) as recorder:
        options = ("--raw", "--rate=22050", "--format=s24be", "--channels=6")
        async with recorder.running("pacat", *options) as program:
            assert program.stdin is not None
            program.stdin.write(bytes(22050 * 18))
            await recorder.request_until(lambda: bool(recorder.frames))
            lists = await recorder.record("pactl", "list", "sink-inputs")
    assert "Sample Specification: s24be 6ch 22050Hz" in lists
    assert "Corked: no" in lists
    assert "Mute: no" in lists
    assert 'format.channels = "6"' in lists
