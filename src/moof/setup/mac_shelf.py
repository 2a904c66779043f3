"""The Macs that were set up, by name: which there are, and which one moof.toml names."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moof.atomic_file import replace_file
from moof.process.arguments import is_argument_of_a_process
from moof.sentence import Sentence
from moof.setup.answers import BUILT_IN_MAC, AnswerError, check_name
from moof.setup.emulator_kinds import EMULATOR_KINDS

START_FILE: Final = "start.json"
"""In a Mac's folder: the values of moof.toml with which it starts."""
ARGUMENTS: Final = "emulator_argument"
"""The key of the arguments that an emulator gets: a list of texts."""
START_KEYS: Final = ("emulator", "emulator_file", ARGUMENTS, "emulator_network")
"""The keys of moof.toml that belong to a Mac."""
_MAX_BYTES: Final = 64 * 1024


class NoSuchMacError(Exception):
    """There is no Mac of this name, or it cannot be read; the text says so."""


class OwnMacError(NoSuchMacError):
    """This is Moof's own Mac, which is not one of those that were set up; the text says so."""


class MacRunsError(Exception):
    """What is to be done with a Mac is only possible while it is off; the text says so."""


@dataclass(frozen=True, slots=True)
class ShelvedMac:
    """A Mac: its name, the recipe of its emulator, and the values of moof.toml with which it starts."""

    name: str
    emulator: str
    settings: Mapping[str, object]


def macs_in(folder: Path) -> list[ShelvedMac]:
    """Return the Macs in alphabetical order; a folder that is none is left out. May block for long."""
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError:
        return []
    found = []
    for name in names:
        try:
            found.append(find_mac(folder, name))
        except NoSuchMacError:
            continue
    return found


def find_mac(folder: Path, name: str) -> ShelvedMac:
    """Return a Mac. Raises NoSuchMacError. May block for long."""
    if name == BUILT_IN_MAC:
        raise OwnMacError(Sentence("{name} is Moof’s own Mac: it is neither copied nor removed.", name=name))
    try:
        path = folder / check_name(name) / START_FILE
        with path.open("rb") as file:
            values = json.loads(file.read(_MAX_BYTES))
        emulator = values["emulator"]
        if emulator not in EMULATOR_KINDS or not _starts(values):
            raise ValueError(emulator)
    except (AnswerError, OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise NoSuchMacError(Sentence("There is no Mac {name}.", name=repr(name[:40]))) from error
    return ShelvedMac(name, emulator, {key: values.get(key) for key in START_KEYS})


def check_rests(mac: ShelvedMac) -> None:
    """Raise MacRunsError if a process has the Mac's file as an argument, as its bridge has."""
    if is_argument_of_a_process(str(mac.settings["emulator_file"])):
        raise MacRunsError(Sentence("{name} runs: switch it off, or start another Mac first.", name=mac.name))


def _starts(values: Mapping[str, object]) -> bool:
    """Return whether these are values of moof.toml with which a Mac starts, and no others."""
    arguments = values.get(ARGUMENTS, [])
    return (
        set(values) <= set(START_KEYS)
        and isinstance(values["emulator_file"], str)
        and isinstance(arguments, list)
        and all(isinstance(each, str) for each in arguments)
    )


def built_in_settings() -> dict[str, object]:
    """Return the values of moof.toml with which Moof's own Mac starts: none."""
    return dict.fromkeys(START_KEYS)


def current_mac(folder: Path, values: Mapping[str, object]) -> str | None:
    """Return the name of the Mac that the values of moof.toml name, None for another one. May block."""
    chosen = values.get("emulator_file")
    return next((each.name for each in macs_in(folder) if each.settings["emulator_file"] == chosen), None)


def change_arguments(folder: Path, mac: ShelvedMac, arguments: Sequence[str]) -> None:
    """Give a Mac other arguments for its starts; `folder` has the Macs' folders. Raises OSError."""
    values = {key: value for key, value in mac.settings.items() if value is not None} | {
        ARGUMENTS: [*arguments]
    }
    replace_file(folder / mac.name / START_FILE, json.dumps(values).encode())
