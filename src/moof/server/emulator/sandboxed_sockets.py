"""Sockets of an emulator whose /tmp is a folder of its own: links where the contract has them."""

import contextlib
from pathlib import Path

from moof.ipc import clean_up_dead
from moof.ipc.names import extension_path, socket_path


def link_sockets(pid: int, tmp: Path) -> None:
    """Link the sockets of the emulator with this process id, which are in `tmp`, into /tmp.

    The emulator may create them later. What exists there is left alone. `moof.ipc.clean_up_dead` removes the
    links when the emulator has ended; sockets of ended ones are removed from `tmp` now.
    """
    clean_up_dead(socket_directory=tmp)
    for path in (socket_path(pid), extension_path(pid)):
        with contextlib.suppress(FileExistsError):
            path.symlink_to(tmp / path.name)
