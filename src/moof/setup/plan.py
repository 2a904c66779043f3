"""The plan of a Mac: which files its folder gets, and what moof.toml says. Pure: answers in, files out."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from moof.setup.answers import SetupAnswers
from moof.setup.emulator_kinds import EmulatorKind, SettingsFormat
from moof.setup.mac_shelf import START_FILE

PREFS: Final = "prefs"
ROM: Final = "rom"
DISK: Final = "disk.img"
_CD_DRIVER: Final = -62
"""The number of Mac OS's driver for CDs, in the setting `bootdriver`."""
_QUADRA_900: Final = 14
"""The Mac that Basilisk II says it is (`modelid`): Mac OS 7.5 to 8.1 run on it."""
_68040: Final = 4


@dataclass(frozen=True, slots=True)
class SetupPlan:
    """What is written for a Mac.

    Attributes:
        folder: of the Mac; it does not exist yet.
        files: contents by name in the folder.
        blanks: sizes in bytes of empty disks by name.
        settings: values of moof.toml by key, with which the Mac starts; None removes a key.
    """

    folder: Path
    files: Mapping[str, bytes]
    blanks: Mapping[str, int]
    settings: Mapping[str, object] = field(default_factory=dict)


def plan_mac(kind: EmulatorKind, answers: SetupAnswers, rom: bytes, macs: Path) -> SetupPlan:
    """Return the plan of a Mac in its folder under `macs`; `rom` is what the emulator gets as its ROM."""
    folder = macs / answers.name
    makes_disk = answers.disk is None and answers.disk_mb > 0
    disk = folder / DISK if makes_disk else answers.disk
    files = {ROM: rom}
    settings: dict[str, object] = {"emulator": kind.name, "emulator_argument": None}
    if kind.settings is SettingsFormat.BASILISK:
        files[PREFS] = "".join(f"{line}\n" for line in _lines(kind, answers, folder, disk)).encode()
        settings["emulator_file"] = str(folder / PREFS)
        settings["emulator_network"] = True if answers.network else None
    else:
        settings["emulator_file"] = str(folder / ROM)
        settings["emulator_network"] = None
        if disk is not None:
            settings["emulator_argument"] = [str(disk)]
    files[START_FILE] = json.dumps(
        {key: value for key, value in settings.items() if value is not None}
    ).encode()
    if kind.state is not None:
        files[kind.state[0]] = bytes(kind.state[1])  # the sandbox lets it write what exists
    return SetupPlan(folder, files, {DISK: answers.disk_mb << 20} if makes_disk else {}, settings)


def _lines(kind: EmulatorKind, answers: SetupAnswers, folder: Path, disk: Path | None) -> Iterator[str]:
    """Yield the lines of the settings file, as the emulator's README and its prefs_items.cpp list them."""
    yield f"rom {folder / ROM}"
    if disk is not None:
        yield f"disk {disk}"
    if answers.cd is not None:
        yield f"cdrom {answers.cd}"
        if answers.disk is None:  # an empty disk has no system: the CD has
            yield f"bootdriver {_CD_DRIVER}"
    yield from _choices(answers)
    if kind.name == "basilisk2":
        yield from (f"modelid {_QUADRA_900}", f"cpu {_68040}", "fpu true")
    yield from ("frameskip 1", "ignoresegv true", "idlewait true", "nogui true")


def _choices(answers: SetupAnswers) -> Iterator[str]:
    if answers.memory_mb is not None:
        yield f"ramsize {answers.memory_mb << 20}"
    if answers.screen is not None:
        yield f"screen win/{answers.screen[0]}/{answers.screen[1]}"
    if answers.depth is not None:
        yield f"displaycolordepth {answers.depth}"
    yield f"nosound {_word(not answers.sound)}"
    if answers.network:
        yield "ether slirp"


def _word(value: bool) -> str:
    return "true" if value else "false"
