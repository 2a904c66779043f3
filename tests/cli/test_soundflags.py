import pytest
import typer

from moof.cli.soundflags import SoundFlags
from moof.server.config.options import AudioOptions


def test_audio_options() -> None:
    assert SoundFlags().options == AudioOptions()
    flags = SoundFlags(audio_bitrate=64, audio_packet_ms=5, follow_listener=False)
    assert flags.options == AudioOptions(64_000, 5, False)


def test_unsupported_packet_duration_exits(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        SoundFlags(audio_packet_ms=15)
    assert "a packet lasts 20, 10 or 5 ms" in capsys.readouterr().err
