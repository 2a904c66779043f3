"""The paths in a Mac's settings: those of its disks, and new ones when a file has another place."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from moof.atomic_file import replace_file
from moof.setup.answers import AnswerError, SetupAnswers
from moof.setup.mac_shelf import ARGUMENTS, START_FILE, macs_in
from moof.setup.plan import PREFS

OTHERS_DISK: Final = "Another Mac has this disk: two that use it destroy it. Choose a copy of it."
"""Without the Mac's name: the page's tables have this sentence whole."""
_READ_ONLY: Final = "*"
"""Stands before the path of a disk that Basilisk II and SheepShaver do not write."""


def paths_of_disks(folder: Path, *, only_written: bool = False) -> list[Path]:
    """Return the disks that a Mac's settings name, `only_written`: without those that it does not write.

    Raises OSError or ValueError if they cannot be read.
    """
    named = [value for name, value in _settings(folder / PREFS) if name == "disk"]
    arguments = [each for each in _start_values(folder).get(ARGUMENTS, []) if Path(each).is_absolute()]
    wanted = [each for each in (*named, *arguments) if not (only_written and each.startswith(_READ_ONLY))]
    return [Path(each.removeprefix(_READ_ONLY)) for each in wanted]


def check_own_disk(answers: SetupAnswers, macs: Path) -> SetupAnswers:
    """Return the answers. Raises AnswerError if another Mac has their disk. May block for long.

    Two Macs that write to one disk at a time destroy its file system.
    """
    if answers.disk is not None and is_disk_of_a_mac(answers.disk, macs):
        raise AnswerError("disk", OTHERS_DISK)
    return answers


def is_disk_of_a_mac(disk: Path, macs: Path, besides: Path | None = None) -> bool:
    """Return whether a Mac, `besides` that with this folder, has a disk. May block for long."""
    own = None if besides is None else os.path.realpath(besides)
    folders = [macs / each.name for each in macs_in(macs)]
    return any(_has_disk(each, disk) for each in folders if os.path.realpath(each) != own)


def _has_disk(folder: Path, disk: Path) -> bool:
    """Return whether a Mac's settings name this file, by whatever path."""
    try:
        return any(is_same(each, disk) for each in paths_of_disks(folder))
    except (OSError, ValueError):
        return False


def is_same(one: Path, other: Path) -> bool:
    """Return whether two paths lead to one file, or would if there were one. May block for long.

    Raises ValueError for a path that no file can have.
    """
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return os.path.realpath(one) == os.path.realpath(other)


def change_paths(folder: Path, places: Mapping[str, str]) -> None:
    """Give the settings in a Mac's folder new paths in place of old ones. Raises OSError or ValueError."""
    prefs = folder / PREFS
    if prefs.exists():
        lines = [f"{name} {_changed(value, places)}".rstrip() + "\n" for name, value in _settings(prefs)]
        replace_file(prefs, "".join(lines).encode("utf-8", "surrogateescape"))
    values: dict[str, Any] = {
        key: [_changed(each, places) for each in value] if isinstance(value, list) else value
        for key, value in _start_values(folder).items()
    }
    values["emulator_file"] = _changed(values["emulator_file"], places)
    replace_file(folder / START_FILE, json.dumps(values).encode())


def move_paths(folder: Path, old: Path, new: Path) -> None:
    """Give the settings in a Mac's folder, which was at `old`, the paths that they have at `new`."""
    change_paths(folder, {str(old / each.name): str(new / each.name) for each in folder.iterdir()})


def _changed(value: str, places: Mapping[str, str]) -> str:
    mark = _READ_ONLY if value.startswith(_READ_ONLY) else ""
    return mark + places.get(value.removeprefix(mark), value.removeprefix(mark))


def _settings(prefs: Path) -> Iterator[tuple[str, str]]:
    """Yield names and values of the lines of a settings file, none if there is no such file."""
    text = prefs.read_text("utf-8", "surrogateescape") if prefs.exists() else ""
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        yield name, value


def _start_values(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / START_FILE).read_bytes()))
