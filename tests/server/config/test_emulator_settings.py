from pathlib import Path
from typing import Any

import pytest

from moof.server.config.emulator_settings import EmulatorSettings, validate_emulators

FOLDER = Path("/etc/moof")


def test_relative_paths_start_at_the_folder_of_the_file() -> None:
    tables = {"a": {"command": ["x"], "folder": ".", "prefs": "/srv/prefs"}, "b": {"command": ["y", "-z"]}}
    assert validate_emulators(tables, FOLDER, "mac") == {
        "a": EmulatorSettings(("x",), FOLDER, Path("/srv/prefs")),
        "b": EmulatorSettings(("y", "-z")),
    }


def test_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    tables = {"a": {"command": ["x"], "folder": "~/mac"}}
    assert validate_emulators(tables, FOLDER, "mac")["a"].folder == Path("/home/me/mac")


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (1, r"emulators must be tables, \[emulators\.NAME\]"),
        ({"a": 1}, r"a\] must be a table of command, .*prefs_names.*, and nothing else"),
        ({"a": {}}, r"\[emulators\.a\] must have command like command = \["),
        ({"a": {"command": "x"}}, "must have command like"),
        ({"a": {"command": []}}, "must have command like"),
        ({"a": {"command": [""]}}, "must have command like"),
        ({"a": {"command": [1]}}, "must have command like"),
        ({"a": {"command": ["x"], "shell": True}}, r"\[emulators\.a\] .* and nothing else"),
        ({"a": {"command": ["x"], "folder": 1}}, r"\[emulators\.a\] must have folder like folder = "),
        ({"a": {"command": ["x"], "environment": {"A": 1}}}, r"environment like environment = \{"),
        ({"a": {"command": ["x"], "prefs_names": {"A": "all"}}}, r"prefs_names like prefs_names = \{"),
        ({"a": {"command": ["x"], "files": "/rom"}}, r"files like files = \["),
        ({"a": {"command": ["x"], "sandbox": "no way"}}, "sandbox like sandbox = true"),
        ({"mac": {"command": ["x"]}}, r"\[emulators\.mac\]: 'mac' is the built-in Mac"),
    ],
)
def test_invalid_table_is_named_with_what_is_wanted(tables: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        validate_emulators(tables, FOLDER, "mac")
