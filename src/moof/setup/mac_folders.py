"""The folders of Macs that were set up: each is written whole or not at all."""

import os
import secrets
import shutil
from pathlib import Path
from typing import Final

import platformdirs

from moof.setup.plan import SetupPlan

_FREE_BYTES: Final = 64 << 20
"""What stays free on the disk."""


class SetupError(Exception):
    """A Mac cannot be set up; the text says why."""


def default_macs() -> Path:
    """Return the folder of the Macs' folders."""
    return platformdirs.user_data_path("moof") / "macs"


def free_name(wanted: str, macs: Path) -> str:
    """Return a name that no Mac has: `wanted`, or that with a number."""
    name, number = wanted, 2
    while (macs / name).exists():
        name, number = f"{wanted}-{number}", number + 1
    return name


def write_mac(plan: SetupPlan) -> None:
    """Write the folder of a Mac; it appears under its name once it is complete. May block for long.

    Raises:
        SetupError: Nothing was written.
    """
    staged = plan.folder.with_name(f".{plan.folder.name}.{secrets.token_hex(4)}")
    try:
        plan.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        staged.mkdir(mode=0o700)
        _check_room(plan)
        for name, data in plan.files.items():
            _write(staged / name, data)
        for name, size in plan.blanks.items():
            _write(staged / name, b"", size)
        _take_name(staged, plan.folder)
    except OSError as error:
        raise SetupError(f"{plan.folder} cannot be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def remove_mac(plan: SetupPlan) -> None:
    """Remove what `write_mac` has written: moof.toml could not be changed."""
    shutil.rmtree(plan.folder, ignore_errors=True)


def _check_room(plan: SetupPlan) -> None:
    wanted = sum(map(len, plan.files.values())) + _FREE_BYTES
    if shutil.disk_usage(plan.folder.parent).free < wanted:
        raise SetupError(f"The disk of {plan.folder.parent} has no room for another Mac.")


def _write(path: Path, data: bytes, size: int | None = None) -> None:
    """Write a file, of `size` bytes, which take no room until they are written."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
        if size is not None:
            file.truncate(size)
        file.flush()
        os.fsync(fd)


def _take_name(staged: Path, folder: Path) -> None:
    """Give the folder its name, which no other may have: rename(2) would replace an empty one."""
    if folder.exists():
        raise SetupError(f"There is a Mac {folder.name} already.")
    staged.rename(folder)
