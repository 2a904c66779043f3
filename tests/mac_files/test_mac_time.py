"""The Mac's seconds."""

import time

import pytest

from moof.mac_files.mac_time import MAC_EPOCH, mac_seconds


def test_local_time_since_1904(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC-2")
    time.tzset()
    assert mac_seconds(0) == MAC_EPOCH + 7200
    monkeypatch.undo()
    time.tzset()


def test_what_32_bits_lack_is_cut_off_and_impossible_times_are_0() -> None:
    assert 0 <= mac_seconds(1 << 40) < 1 << 32
    assert mac_seconds(1 << 80) == 0
