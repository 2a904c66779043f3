"""The tables `[emulators.NAME]` of moof.toml, validated by pydantic.

Imported only for a file that has such tables: loading pydantic takes a tenth of a second, and every command
reads moof.toml.
"""

from dataclasses import field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, BeforeValidator, ConfigDict, TypeAdapter, ValidationError, ValidationInfo
from pydantic.dataclasses import dataclass

from moof.preference_rules import PreferenceRule, parse_rules

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def _beside_file(path: Path, info: ValidationInfo) -> Path:
    """Return the path, which is relative to the folder of moof.toml if it is relative."""
    return info.context["folder"] / path.expanduser() if info.context else path


def _free_name(name: str, info: ValidationInfo) -> str:
    if info.context and name == info.context["reserved"]:
        raise ValueError("the name of the built-in Mac")
    return name


def _with_program(command: tuple[str, ...]) -> tuple[str, ...]:
    if not command or not command[0].strip():
        raise ValueError("the program is missing")
    return command


FilePath = Annotated[Path, AfterValidator(_beside_file)]
EmulatorName = Annotated[str, AfterValidator(_free_name)]


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class EmulatorSettings:
    """One `[emulators.NAME]`: any program that speaks the contract IPC v4."""

    command: Annotated[tuple[str, ...], AfterValidator(_with_program)]
    """Program and arguments, passed on as they are: no shell interprets them."""
    folder: FilePath | None = None
    """Working directory; None is the server's."""
    prefs: FilePath | None = None
    """Its preferences file, for the API."""
    environment: dict[str, str] = field(default_factory=dict)
    """Environment variables in addition to the usual ones."""
    prefs_names: Annotated[dict[str, PreferenceRule] | None, BeforeValidator(parse_rules)] = None
    """What the API may set in it (preference_rules.py); None is what the program's recipe allows."""
    files: tuple[FilePath, ...] = ()
    """Files and folders that it may read in its sandbox."""
    shared: tuple[FilePath, ...] = ()
    """Files and folders that it may read and write in its sandbox."""
    network: bool = False
    """Whether its sandbox has the machine's network."""
    sandbox: bool = True
    """Whether it runs in a sandbox, where there can be one."""


_EXAMPLES: Final = {
    "command": '["program", "argument"]',
    "folder": '"/folder/in/which/it/runs"',
    "prefs": '"/its/preferences/file"',
    "prefs_names": '{ ramsize = "int 1 1024", disk = "paths disks" }',
    "environment": '{ NAME = "value" }',
    "files": '["/what/it/reads"]',
    "shared": '["/what/it/reads/and/writes"]',
    "network": "false",
    "sandbox": "true",
}
_TABLES: Final = TypeAdapter(dict[EmulatorName, EmulatorSettings])


def validate_emulators(tables: object, folder: Path, reserved: str) -> dict[str, EmulatorSettings]:
    """Return the settings by emulator name; relative paths in `tables` start at `folder`.

    `reserved` is the name of the built-in Mac, which no table may have.

    Raises:
        ValueError: A table or a field is invalid; the text names it and says what it should look like.
    """
    try:
        return _TABLES.validate_python(tables, context={"folder": folder, "reserved": reserved})
    except ValidationError as error:
        raise ValueError(_sentence(error.errors()[0])) from error


def _sentence(finding: "ErrorDetails") -> str:
    """Return what is wrong, and where, in a sentence."""
    names = ", ".join(each.name for each in fields(EmulatorSettings))
    match finding["loc"]:
        case ():
            return "emulators must be tables, [emulators.NAME]"
        case (name, "[key]"):
            return f"[emulators.{name}]: '{name}' is the built-in Mac; choose another name"
        case (name, str(field_name), *_) if field_name in _EXAMPLES:
            return f"[emulators.{name}] must have {field_name} like {field_name} = {_EXAMPLES[field_name]}"
        case (name, *_):
            return f"[emulators.{name}] must be a table of {names}, and nothing else"
    raise AssertionError(finding)
