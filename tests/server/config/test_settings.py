from pathlib import Path

import pytest

from moof.preference_rules import parse_rules
from moof.server.config.emulator_settings import EmulatorSettings
from moof.server.config.settings import (
    FileSettings,
    SettingsError,
    exposed_settings,
    read_settings,
    settings_file,
)


def test_missing_file_has_no_settings(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "moof.toml") == FileSettings()


def test_values_and_emulators_are_read(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text("""
        http_port = 9000
        [emulators.basilisk]
        command = ["BasiliskII", "--config", "prefs"]
        folder = "/opt"
        prefs = "prefs"
        environment = { SDL_VIDEODRIVER = "dummy" }
        prefs_names = { ramsize = "int 1 64" }
    """)
    basilisk = EmulatorSettings(
        ("BasiliskII", "--config", "prefs"),
        Path("/opt"),
        tmp_path / "prefs",
        {"SDL_VIDEODRIVER": "dummy"},
        parse_rules({"ramsize": "int 1 64"}),
    )
    assert read_settings(file) == FileSettings({"http_port": 9000}, {"basilisk": basilisk})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = ", "Invalid value"),
        ("emulators = 1", "must be tables"),
        ("a = " + "[" * 10_000, r"moof\.toml: .*recursion"),
        ('[emulators.a]\ncommand = "x"', r"moof\.toml: \[emulators\.a\] must have command"),
    ],
)
def test_invalid_file_is_an_error_with_its_path(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "moof.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=message):
        read_settings(file)


def test_path_is_from_the_environment_or_the_platform(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MOOF_CONFIG", str(tmp_path / "other.toml"))
    assert settings_file() == tmp_path / "other.toml"
    monkeypatch.delenv("MOOF_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_file() == tmp_path / "moof" / "moof.toml"


def test_file_that_others_may_change_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text("")
    file.chmod(0o646)
    with pytest.raises(SettingsError, match="Others may change"):
        read_settings(file)


def test_secrets_are_named_if_others_may_read_them(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text('[emulators.a]\ncommand = ["x"]\nenvironment = { VNC_PASSWORD = "y", HOME = "/" }')
    file.chmod(0o644)
    assert exposed_settings(file) == ["VNC_PASSWORD"]
    file.chmod(0o600)
    assert exposed_settings(file) == []
    file.write_text("a = ")
    assert exposed_settings(file) == []
