from pathlib import Path

import pytest

from moof.mac.xpram import Xpram
from moof.mac.xpram_saver import XpramSaver
from support.recording_listener import RecordingListener


def test_settings_are_saved_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "xpram.bin"
    xpram = Xpram(path)
    saver = XpramSaver(xpram, RecordingListener())
    saver.start()
    xpram.write(0x90, 42)
    saver.stop()
    assert path.read_bytes()[0x90] == 42


def test_failed_save_is_only_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    xpram = Xpram(tmp_path / "file" / "xpram.bin")
    (tmp_path / "file").write_bytes(b"")
    listener = RecordingListener()
    saver = XpramSaver(xpram, listener)
    saver.start()
    xpram.write(0x90, 42)
    saver.stop()
    assert "cannot be saved" in caplog.text
    assert not listener.failures


def test_last_change_is_saved_also_if_the_machine_ends_at_once(tmp_path: Path) -> None:
    xpram = Xpram(tmp_path / "xpram.bin")
    xpram.write(0x90, 42)
    saver = XpramSaver(xpram, RecordingListener())
    saver.ending = True
    saver.run()
    assert Xpram(tmp_path / "xpram.bin").read(0x90) == 42
