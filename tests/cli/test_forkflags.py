from pathlib import Path

import pytest
import typer

from moof.cli.forkflags import ForkFlags
from moof.cli.macflags import MacFlags
from moof.cli.serverflags import ServerFlags
from moof.cli.soundflags import SoundFlags
from moof.server.config.idle_rules import IdleRules


def test_visitors_macs_have_the_options_of_the_server_that_concern_them(tmp_path: Path) -> None:
    server = ServerFlags(codec="png", max_viewers=3, http_port=9000, ice_server=["stun:a:1"], kiosk="A")
    flags = ForkFlags(
        forks=2, fork_minutes=5.0, fork_ports="9001-9002", forks_per_network=3, fork_documents=9
    )
    mac = MacFlags(size="640x480", documents="/documents")
    options = flags.options(server, SoundFlags(audio_bitrate=64), mac, tmp_path)
    assert options is not None
    assert (options.number, options.ports) == (2, (9001, 9002))
    assert options.idle == IdleRules(5.0, 30.0)
    assert (options.folder, options.per_network) == (tmp_path / "forks", 3)
    assert (options.documents, options.documents_mb) == (Path("/documents"), 9)
    assert options.settings == {
        "codec": "png",
        "max_viewers": 3,
        "ice_server": ["stun:a:1"],
        "audio_bitrate": 64,
        "size": "640x480",
    }


def test_any_server_may_end_when_nobody_uses_it() -> None:
    assert ForkFlags().idle_rules == IdleRules()
    assert ForkFlags(idle_minutes=2.0, unused_minutes=3.0).idle_rules == IdleRules(2.0, 3.0)


def test_files_are_absolute(tmp_path: Path) -> None:
    rom = tmp_path / "rom"
    rom.touch()
    options = ForkFlags(forks=1).options(ServerFlags(), SoundFlags(), MacFlags(rom=rom), tmp_path)
    assert options is not None
    assert options.settings == {"rom": str(rom)}


def test_without_a_number_there_are_none(tmp_path: Path) -> None:
    assert ForkFlags().options(ServerFlags(), SoundFlags(), MacFlags(), tmp_path) is None


def test_they_need_states_and_valid_ports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        ForkFlags(forks=1).options(ServerFlags(), SoundFlags(), None, None)
    assert "needs the built-in Mac" in capsys.readouterr().err
    with pytest.raises(typer.Exit):
        ForkFlags(fork_ports="9-1")
    assert "--fork-ports" in capsys.readouterr().err
