from pathlib import Path

import pytest
import tomlkit

from moof.server.config.remote_config import (
    Config,
    read_config,
    write_config,
    write_start_values,
    write_values,
)
from moof.server.config.settings import SettingsError, read_settings
from moof.setup.kept_settings import kept_settings

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


LIST = """emulator_argument = [
    "-drive", "file=a.img",  # the first
    # a line
    "-s",
]
ram = 4
"""


@pytest.mark.parametrize(
    "words",
    [
        ["-drive", "file=a.img", "-s", "-drive", "b"],
        ["-drive", "file=a.img", "-drive", "b", "-s"],
        ["-drive", "file=b.img", "-s"],
        ["-s"],
        ["x"],
    ],
)
def test_a_list_keeps_the_comments_of_what_stays(tmp_path: Path, words: list[str]) -> None:
    file = tmp_path / "moof.toml"
    file.write_text(LIST)
    write_values(file, {"emulator_argument": words})
    assert read_settings(file).values == {"emulator_argument": words, "ram": 4}
    assert "# a line" in file.read_text()
    write_values(file, {"emulator_argument": None})
    assert read_settings(file).values == {"ram": 4}


def test_values_that_have_changed_meanwhile_are_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text('emulator = "a"\nemulator_argument = ["-x"]\n')
    before = read_settings(file).values | {"emulator_file": None}
    write_values(file, {"emulator_argument": ["-y"]}, before)
    assert read_settings(file).values["emulator_argument"] == ["-y"]
    written = file.read_text()
    for changed in (before, {"emulator": "b"}, {"emulator_file": "/prefs"}):
        with pytest.raises(SettingsError, match="has changed meanwhile"):
            write_values(file, {"emulator_argument": ["-z"]}, changed)
    assert file.read_text() == written


def test_an_edit_at_the_same_moment_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "moof.toml"
    file.write_text("ram = 4\n")

    def edited(text: str) -> tomlkit.TOMLDocument:
        file.write_text("ram = 4\n# an edit\n")
        return parse(text)

    parse = tomlkit.parse
    monkeypatch.setattr(tomlkit, "parse", edited)
    with pytest.raises(SettingsError, match="being changed"):
        write_values(file, {"ram": 8})
    assert file.read_text() == "ram = 4\n# an edit\n"


def test_the_present_emulators_values_are_kept_when_another_mac_starts_next(tmp_path: Path) -> None:
    file, macs = tmp_path / "moof.toml", tmp_path / "macs"
    file.write_text('http_port = 1\nemulator = "hatari"\nemulator_argument = ["a.st"]\n')
    write_start_values(file, macs, {"emulator": "mac", "emulator_argument": None})
    assert file.read_text() == 'http_port = 1\nemulator = "mac"\n'
    assert kept_settings(macs, "hatari")["emulator_argument"] == ["a.st"]
