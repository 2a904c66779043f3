"""The folders of Macs that were set up: each is written whole or not at all."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

import platformdirs

from moof.sentence import Sentence, reason_of
from moof.setup.answers import MAX_NAME
from moof.setup.blank_disk import DEFAULT_VOLUME, write_blank_disk
from moof.setup.plan import SetupPlan

_FREE_BYTES: Final = 64 << 20
"""What stays free on the disk."""


class SetupError(Exception):
    """A Mac cannot be set up; the text says why."""


def default_macs() -> Path:
    """Return the folder of the Macs' folders."""
    return platformdirs.user_data_path("moof") / "macs"


def free_name(wanted: str, macs: Path) -> str:
    """Return a name that no Mac has: `wanted`, which is one for a Mac, or its beginning with a number."""
    name, number = wanted, 2
    while os.path.lexists(macs / name):
        end = f"-{number}"
        name, number = wanted[: MAX_NAME - len(end)] + end, number + 1
    return name


def write_mac(plan: SetupPlan, now: float) -> None:
    """Write the folder of a Mac; it appears under its name once it is complete. May block for long.

    `now` in seconds since 1970: when its disks are formatted.

    Raises:
        SetupError: Nothing was written.
    """
    with staged_folder(plan.folder) as staged:
        check_room(plan.folder.parent, sum(map(len, plan.files.values())))
        for name, data in plan.files.items():
            _write(staged / name, partial(_write_bytes, data))
        for name, size in plan.blanks.items():
            _write(staged / name, partial(_write_disk, size, now))


@contextlib.contextmanager
def staged_folder(folder: Path) -> Iterator[Path]:
    """Yield a new folder that gets the name of `folder`, which no other may have, once its files are there.

    Raises:
        SetupError: It could not be written, and nothing of it is left.
    """
    staged = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        staged.mkdir(mode=0o700)
        yield staged
        take_name(staged, folder)
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise SetupError(
            Sentence("{file} cannot be written: {reason}.", file=str(folder), reason=reason)
        ) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def remove_mac(plan: SetupPlan) -> None:
    """Remove what `write_mac` has written: moof.toml could not be changed."""
    shutil.rmtree(plan.folder, ignore_errors=True)


def check_room(macs: Path, size: int) -> None:
    """Raise SetupError unless the disk has room for `size` bytes more."""
    if shutil.disk_usage(macs).free < size + _FREE_BYTES:
        raise SetupError(Sentence("The disk of {folder} has no room for another Mac.", folder=str(macs)))


def _write(path: Path, fill: Callable[[BinaryIO], None]) -> None:
    """Create a file, which `fill` writes."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        fill(file)
        file.flush()
        os.fsync(fd)


def _write_bytes(data: bytes, file: BinaryIO) -> None:
    file.write(data)


def _write_disk(size: int, now: float, file: BinaryIO) -> None:
    write_blank_disk(file, size, DEFAULT_VOLUME, now)


def take_name(staged: Path, folder: Path) -> None:
    """Give a folder its name, which no other may have: rename(2) would replace an empty one.

    Raises SetupError or OSError.
    """
    if folder.exists():
        raise SetupError(Sentence("There is a Mac {name} already.", name=folder.name))
    staged.rename(folder)
