"""The settings of moof.toml that may be read and written over HTTP: `GET` and `PUT /api/config`.

`settings` reads the file; tomlkit edits it, since it keeps comments and the order of the lines.
"""

import difflib
import threading
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import tomlkit
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array

from moof.atomic_file import replace_file
from moof.keyboard import layout
from moof.server.config.settings import BUILT_IN, SettingsError, read_settings
from moof.setup.kept_settings import keep_settings

_WRITING: Final = threading.Lock()
"""From reading the file to its new text: several requests may change it at once."""
_OF_THE_EMULATOR: Final = ("emulator_file", "emulator_argument", "emulator_network")


def _known_layout(name: str) -> str:
    """Return the name of a keyboard layout. Raises LayoutError, a ValueError, if there is none."""
    return layout(name).name


class Config(BaseModel):
    """Null is the default. Settings take effect at the next start.

    Commands, folders, ports and access are not in it: they can be changed in the file only.
    """

    model_config = ConfigDict(extra="forbid")

    codec: Annotated[str, Field(max_length=100)] | None = None
    emulator: Annotated[str, Field(max_length=100)] | None = None
    enable_stun: bool | None = None
    ram: Annotated[int, Field(ge=1, le=64)] | None = None
    size: Literal["512x342", "640x480", "832x624", "1024x768", "1152x870", "1920x1080"] | None = None
    depth: Literal[1, 2, 4, 8, 16, 32] | None = None
    keyboard_layout: Annotated[str, Field(max_length=100), AfterValidator(_known_layout)] | None = None
    audio_bitrate: Annotated[int, Field(ge=16, le=510)] | None = None
    audio_packet_ms: Literal[5, 10, 20] | None = None
    typing_rate: Annotated[float, Field(ge=1, le=1000)] | None = None


def read_config(path: Path) -> Config:
    """Return the settings in the file, all None if it does not exist. Raises SettingsError."""
    values = read_settings(path).values
    known = {name: values[name] for name in Config.model_fields if name in values}
    try:
        return Config.model_validate(known)
    except ValidationError as error:
        finding = error.errors()[0]
        raise SettingsError(f"{path}: {'.'.join(map(str, finding['loc']))}: {finding['msg']}") from error


def write_config(path: Path, config: Config) -> None:
    """Change the settings in the file; comments and other settings stay. Raises SettingsError.

    What belongs to the former emulator goes if another one is chosen: its file, its arguments, its network.
    """
    before = read_settings(path).values.get("emulator") or BUILT_IN
    others = _OF_THE_EMULATOR if before != (config.emulator or BUILT_IN) else ()
    write_values(path, {**config.model_dump(), **dict.fromkeys(others)})


def write_start_values(path: Path, macs: Path, values: Mapping[str, object]) -> None:
    """Give the file the values of the Mac that starts next; what belongs to the present emulator is kept.

    `macs` is the folder of the Macs. Raises SettingsError. May block.
    """
    keep_settings(macs, read_settings(path).values)
    write_values(path, values)


def write_values(
    path: Path, values: Mapping[str, object], before: Mapping[str, object] | None = None
) -> None:
    """Give keys of the file new values, None removes one; comments and other settings stay.

    `before` are values (None for a key that is not there) from which the new ones were made.

    Raises SettingsError, also if `before` is not what the file says, or somebody else writes it just now.
    """
    try:
        with _WRITING:
            text = path.read_text("utf-8") if path.exists() else ""
            document = tomlkit.parse(text)
            found = document.unwrap()
            if any(found.get(name) != value for name, value in (before or {}).items()):
                raise SettingsError(f"{path} has changed meanwhile: try it again.")
            for name, value in values.items():
                _set_value(document, name, value)
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.read_text("utf-8") != text:
                raise SettingsError(f"{path} is being changed: try it again.")
            replace_file(path, tomlkit.dumps(document).encode(), backup=path.with_name(path.name + ".bak"))
    except (OSError, ValueError, RecursionError, TOMLKitError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(f"{path} cannot be changed: {reason}.") from error


def _set_value(document: tomlkit.TOMLDocument, name: str, value: object) -> None:
    if value is None:
        document.pop(name, None)
    elif name not in document:
        document.append(name, tomlkit.item(value))  # tomlkit puts it above the first table
    elif not _change_list(document, name, value):
        document[name] = value


def _change_list(document: tomlkit.TOMLDocument, name: str, value: object) -> bool:
    """Change the elements of a list that differ, so that comments between the others stay.

    Returns False, with the document as it was, if there is no list, or tomlkit cannot change it so.
    """
    if not (isinstance(value, list) and isinstance(document[name], Array)):
        return False
    copy = tomlkit.parse(tomlkit.dumps(document))
    array = copy[name]
    assert isinstance(array, Array)
    old = array.unwrap()
    try:
        matcher = difflib.SequenceMatcher(None, old, value, autojunk=False)
        for what, start, end, new_start, new_end in reversed(matcher.get_opcodes()):
            if what != "equal":
                del array[start:end]
                for place, element in enumerate(value[new_start:new_end], start):
                    array.insert(place, element)
        changed = tomlkit.parse(tomlkit.dumps(copy))
        if tomllib.loads(tomlkit.dumps(copy)).get(name) != value:
            return False
    except (TypeError, ValueError, IndexError, TOMLKitError):
        return False
    document[name] = changed[name]
    return True
