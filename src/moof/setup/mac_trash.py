"""Macs that were removed: their folders lie in a folder of their own until somebody brings them back."""

from pathlib import Path
from typing import Final

from moof.sentence import Sentence, reason_of
from moof.setup.mac_folders import SetupError, free_name, take_name
from moof.setup.mac_paths import is_disk_of_a_mac, move_paths, paths_of_disks
from moof.setup.mac_shelf import ShelvedMac, check_rests, find_mac, macs_in

TRASH: Final = ".removed"
"""The folder, beside those of the Macs: its name is none that a Mac can have."""

_DISK_TAKEN: Final = (
    "{name} stays removed: another Mac has its disk {disk} now, and two that use it destroy it."
)


def trashed_macs(macs: Path) -> list[ShelvedMac]:
    """Return the Macs that were removed, in alphabetical order. May block for long."""
    return macs_in(macs / TRASH)


def trash_mac(macs: Path, name: str) -> str:
    """Move the folder of a Mac to the removed ones; return its name there.

    Raises:
        NoSuchMacError: There is no Mac of this name.
        MacRunsError: It runs.
        SetupError: It stays; the text says why.
    """
    check_rests(find_mac(macs, name))
    trash = macs / TRASH
    try:
        trash.mkdir(mode=0o700, exist_ok=True)
        kept = free_name(name, trash)
        take_name(macs / name, trash / kept)
    except OSError as error:
        raise SetupError(
            Sentence("{name} cannot be removed: {reason}.", name=name, reason=reason_of(error))
        ) from error
    return kept


def restore_mac(macs: Path, kept: str) -> str:
    """Bring a Mac back under its name, or a numbered one if another Mac has that now; return the name.

    Raises:
        NoSuchMacError: No removed Mac has this name.
        SetupError: It stays; the text says why: another Mac has one of its disks now, for example.
    """
    mac = find_mac(macs / TRASH, kept)
    folder, before = macs / TRASH / kept, Path(str(mac.settings["emulator_file"])).parent
    name = free_name(before.name, macs)
    try:
        _check_disks(kept, folder, before, macs)
        move_paths(folder, before, macs / name)
        take_name(folder, macs / name)
    except (OSError, ValueError) as error:
        raise SetupError(
            Sentence("{name} cannot be brought back: {reason}.", name=kept, reason=str(error))
        ) from error
    return name


def _check_disks(name: str, folder: Path, before: Path, macs: Path) -> None:
    """Raise SetupError if another Mac has a disk of this one, outside of its folder, which was `before`."""
    for disk in paths_of_disks(folder, only_written=True):
        if disk.parent != before and is_disk_of_a_mac(disk, macs):
            raise SetupError(Sentence(_DISK_TAKEN, name=name, disk=str(disk)))
