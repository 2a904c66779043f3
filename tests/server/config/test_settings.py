from pathlib import Path

import pytest

from moof.server.config.settings import (
    EmulatorSettings,
    FileSettings,
    SettingsError,
    read_settings,
    settings_file,
)


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "moof.toml") == FileSettings()


def test_values_and_emulators(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text("""
        http_port = 9000
        [emulators.basilisk]
        command = ["BasiliskII", "--config", "prefs"]
        folder = "/opt"
        prefs = "prefs"
        environment = { SDL_VIDEODRIVER = "dummy" }
    """)
    basilisk = EmulatorSettings(
        ("BasiliskII", "--config", "prefs"), Path("/opt"), tmp_path / "prefs", {"SDL_VIDEODRIVER": "dummy"}
    )
    assert read_settings(file) == FileSettings({"http_port": 9000}, {"basilisk": basilisk})


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("a = ", "Invalid value"),
        ("emulators = 1", "must be tables"),
        ("[emulators]\na = 1", "nothing else"),
        ("[emulators.a]", "needs command"),
        ('[emulators.a]\ncommand = "x"', "needs command"),
        ("[emulators.a]\ncommand = []", "needs command"),
        ('[emulators.a]\ncommand = ["x"]\nshell = true', "nothing else"),
        ('[emulators.a]\ncommand = ["x"]\nfolder = 1', "moof.toml"),
        ('[emulators.a]\ncommand = ["x"]\nenvironment = { A = 1 }', "environment"),
        ('[emulators.mac]\ncommand = ["x"]', "built-in"),
    ],
)
def test_what_makes_no_sense_is_said(tmp_path: Path, text: str, finding: str) -> None:
    file = tmp_path / "moof.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=finding):
        read_settings(file)


def test_where_the_file_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOOF_CONFIG", str(tmp_path / "other.toml"))
    assert settings_file() == tmp_path / "other.toml"
    monkeypatch.delenv("MOOF_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_file() == tmp_path / "moof" / "moof.toml"
