import pytest
import typer

from moof.cli.soundflags import SoundFlags
from moof.server.config.options import AudioOptions


def test_as_the_server_wants_them() -> None:
    assert SoundFlags().options == AudioOptions()
    flags = SoundFlags(audio_bitrate=64, audio_packet_ms=5, follow_listener=False)
    assert flags.options == AudioOptions(64_000, 5, False)


def test_a_packet_that_nobody_can_answer(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        SoundFlags(audio_packet_ms=15)
    assert "a packet has 20, 10 or 5 ms" in capsys.readouterr().err
