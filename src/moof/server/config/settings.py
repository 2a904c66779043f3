"""Reads moof.toml, the file of settings.

Its keys are the command line's options with underscores (`http_port = 8080`), and its tables
`[emulators.NAME]` say how emulators are started. Defaults < moof.toml < environment (MOOF_HTTP_PORT) <
command line: the command line's library (typer) merges them. Every command imports this module, so it
imports little.
"""

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import platformdirs

from moof.server.config.file_privacy import FilePrivacyError, check_writers, exposed_secrets

if TYPE_CHECKING:
    from moof.server.config.emulator_settings import EmulatorSettings

BUILT_IN: Final = "mac"
"""Name of the Mac that is part of Moof."""
FILE_VARIABLE: Final = "MOOF_CONFIG"
"""The environment variable that holds the path of another moof.toml."""


class SettingsError(Exception):
    """moof.toml is invalid or unreadable; the text says where and why."""


@dataclass(frozen=True, slots=True)
class FileSettings:
    """The contents of moof.toml: values by option name, not validated, and the emulators by name."""

    values: dict[str, Any] = field(default_factory=dict)
    emulators: "dict[str, EmulatorSettings]" = field(default_factory=dict)


def exposed_settings(path: Path) -> list[str]:
    """Return the secrets in the file, if others may read it; none if it cannot be read."""
    try:
        settings = read_settings(path)
    except SettingsError:
        return []
    variables = [name for each in settings.emulators.values() for name in each.environment]
    return exposed_secrets(path, settings.values, variables)


def settings_file() -> Path:
    """Return the path of moof.toml: $MOOF_CONFIG, or in the platform's folder for configuration."""
    named = os.environ.get(FILE_VARIABLE)
    return Path(named) if named else platformdirs.user_config_path("moof") / "moof.toml"


def read_settings(path: Path) -> FileSettings:
    """Return the contents of the file, no settings if it does not exist. Raises SettingsError."""
    try:
        with path.open("rb") as file:
            check_writers(path, os.fstat(file.fileno()))
            values = tomllib.load(file)
    except FileNotFoundError:
        return FileSettings()
    except FilePrivacyError as error:
        raise SettingsError(str(error)) from error
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f"{path}: {error}") from error
    tables = values.pop("emulators", None)
    return FileSettings(values, _emulators(tables, path) if tables is not None else {})


def _emulators(tables: object, path: Path) -> "dict[str, EmulatorSettings]":
    from moof.server.config.emulator_settings import validate_emulators

    try:
        return validate_emulators(tables, path.parent, BUILT_IN)
    except ValueError as error:
        raise SettingsError(f"{path}: {error}.") from error
