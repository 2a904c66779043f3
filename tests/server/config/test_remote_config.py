from pathlib import Path

import pytest

from moof.server.config.remote_config import Config, read_config, write_config
from moof.server.config.settings import SettingsError, read_settings

TEXT = """# My Macs
codec = "png"  # sharp
http_port = 9000

[emulators.other]
command = ["true"]  # keep
"""


def test_written_settings_are_read(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "moof.toml"
    assert read_config(file) == Config()
    write_config(file, Config(codec="png", ram=16))
    assert read_config(file) == Config(codec="png", ram=16)


def test_other_lines_of_the_file_stay(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text(TEXT)
    write_config(file, Config(codec="h264", size="640x480"))
    written = file.read_text()
    for line in ("# My Macs", 'codec = "h264"  # sharp', "http_port = 9000", 'command = ["true"]  # keep'):
        assert line in written
    assert read_settings(file).values == {"codec": "h264", "http_port": 9000, "size": "640x480"}
    write_config(file, Config())
    assert read_settings(file).values == {"http_port": 9000}
    assert set(read_settings(file).emulators) == {"other"}


def test_invalid_file_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text("ram = 1000")
    with pytest.raises(SettingsError, match="ram"):
        read_config(file)
    for text in ("ram = ", "ram = " + "[" * 10_000):
        file.write_text(text)
        for attempt in (lambda: read_config(file), lambda: write_config(file, Config(ram=4))):
            with pytest.raises(SettingsError):
                attempt()
    with pytest.raises(SettingsError, match=r"cannot be changed: [^\[]*\.$"):
        write_config(Path("/proc/moof.toml"), Config(ram=4))


def test_what_belongs_to_the_former_emulator_goes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "moof.toml"
    path.write_text('emulator = "basilisk2"\nemulator_file = "/prefs"\nhttp_port = 1\n')
    write_config(path, Config(emulator="basilisk2", ram=8))
    assert read_settings(path).values["emulator_file"] == "/prefs"
    write_config(path, Config(emulator="sheepshaver"))
    assert read_settings(path).values == {"emulator": "sheepshaver", "http_port": 1}
