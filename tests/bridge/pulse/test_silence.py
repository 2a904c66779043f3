"""When programs count as silent."""

from moof.bridge.pulse.silence import SILENT_AFTER, SilenceDetector

SILENCE, SOUND = bytes(1920), bytes(1918) + b"\0\1"


def test_without_a_stream_nothing_plays() -> None:
    assert not SilenceDetector().is_open(False, 100.0)


def test_a_new_stream_counts_as_sound_and_is_silent_later() -> None:
    silence = SilenceDetector()
    assert silence.is_open(True, 100.0)
    assert not silence.played(SILENCE, 100.1)
    assert silence.is_open(True, 100.0 + SILENT_AFTER - 0.01)
    assert not silence.is_open(True, 100.0 + SILENT_AFTER)
    assert not silence.is_open(False, 101.0)
    assert silence.is_open(True, 102.0)  # it was paused, or another one was opened


def test_one_sample_is_sound() -> None:
    silence = SilenceDetector()
    silence.is_open(True, 100.0)
    assert not silence.is_open(True, 101.0)
    assert silence.played(SOUND, 101.0)
    assert silence.is_open(True, 101.0 + SILENT_AFTER - 0.01)
    assert not silence.is_open(True, 101.0 + SILENT_AFTER)


def test_what_was_written_is_sound_before_it_is_played() -> None:
    silence = SilenceDetector()
    silence.is_open(True, 100.0)
    assert not silence.is_open(True, 101.0)
    silence.written(101.0)
    assert silence.is_open(True, 101.0)
