"""moof.toml: what somebody wants without saying it each time.

Its keys are the command line's options with underscores (`http_port = 8080`), and tables
`[emulators.NAME]` say how to start emulators. Defaults < moof.toml < environment (MOOF_HTTP_PORT) <
command line: the command line's library puts them together, this module reads the file. Light: it is read
before anything starts.
"""

import os
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

import platformdirs

BUILT_IN: Final = "mac"
"""Name of the emulator that Moof brings along."""
FILE_VARIABLE: Final = "MOOF_CONFIG"
"""Names another moof.toml."""


class SettingsError(Exception):
    """moof.toml cannot be used; the text says where and why."""


@dataclass(frozen=True, slots=True)
class EmulatorSettings:
    """One `[emulators.NAME]`: any program that speaks the contract IPC v4."""

    command: tuple[str, ...]
    """Program and arguments; nothing is done to them, there is no shell."""
    folder: Path | None = None
    """Where it runs; where the server was started otherwise."""
    prefs: Path | None = None
    """Its preferences file, for the API."""
    environment: dict[str, str] = field(default_factory=dict)
    """Variables that it gets besides the usual ones."""


@dataclass(frozen=True, slots=True)
class FileSettings:
    """What moof.toml says: values by option name, and the emulators by name."""

    values: dict[str, Any] = field(default_factory=dict)
    emulators: dict[str, EmulatorSettings] = field(default_factory=dict)


def settings_file() -> Path:
    """Return where moof.toml is: $MOOF_CONFIG, or in the platform's folder for configuration."""
    named = os.environ.get(FILE_VARIABLE)
    return Path(named) if named else platformdirs.user_config_path("moof") / "moof.toml"


def read_settings(path: Path) -> FileSettings:
    """Return what the file says, nothing if there is none. Raises SettingsError."""
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return FileSettings()
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: {error}") from error
    tables = values.pop("emulators", {})
    if not isinstance(tables, dict):
        raise SettingsError(f"{path}: emulators must be tables, [emulators.NAME].")
    try:
        return FileSettings(values, {name: _emulator(name, table, path) for name, table in tables.items()})
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{path}: {error}") from error


def _emulator(name: str, table: Any, file: Path) -> EmulatorSettings:
    """Return a table's settings; paths in it start at the file's folder."""
    if name == BUILT_IN:
        raise ValueError(f"'{BUILT_IN}' is the built-in Mac; give [emulators.{name}] another name")
    known = [each.name for each in fields(EmulatorSettings)]
    if not isinstance(table, dict) or set(table) - set(known):
        raise ValueError(f"[emulators.{name}] has {', '.join(known)}, and nothing else")
    command, environment = table.get("command"), table.get("environment", {})
    if not isinstance(command, list) or not command or not _are_texts(command):
        raise ValueError(f'[emulators.{name}] needs command = ["program", "argument"]')
    if not isinstance(environment, dict) or not _are_texts(environment.values()):
        raise ValueError(f'[emulators.{name}] environment must be like {{ NAME = "value" }}')
    places = {key: file.parent / Path(table[key]).expanduser() for key in ("folder", "prefs") if key in table}
    return EmulatorSettings(tuple(command), environment=environment, **places)


def _are_texts(values: Any) -> bool:
    return all(isinstance(value, str) for value in values)
