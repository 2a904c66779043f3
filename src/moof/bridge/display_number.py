"""Chooses the number of a private X display: one that nobody uses, whoever started it.

Xvfb looks for a free number by an abstract socket, which a server in another network namespace (a container
that shares /tmp) does not occupy, and with -displayfd not by lock files: it would replace that server's
socket file. Whether somebody listens at the file is the same in every namespace.
"""

import os
import random
import socket
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

SOCKETS: Final = Path("/tmp/.X11-unix")
_LOCKS: Final = Path("/tmp")
NUMBERS: Final = range(100, 1000)
"""Numbers of private displays; those below are left to people's own."""


def socket_path(number: int) -> Path:
    """Return the socket file of a display."""
    return SOCKETS / f"X{number}"


def is_free(number: int) -> bool:
    """Return whether no X server has this number: no lock file, nobody listens at the socket file.

    A file that a killed server of this user has left does not count. Another user's does: nobody else can
    remove it from /tmp.
    """
    if (_LOCKS / f".X{number}-lock").exists():
        return False
    path = socket_path(number)
    return not os.path.lexists(path) or _is_leftover(path)


def remove_leftover(path: Path) -> None:
    """Remove the socket file of a killed server of this user; leave one at which somebody listens."""
    if _is_leftover(path):
        path.unlink(missing_ok=True)


def _is_leftover(path: Path) -> bool:
    """Return whether it is a socket file of this user at which nobody listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            status = path.lstat()
            if status.st_uid != os.geteuid() or not stat.S_ISSOCK(status.st_mode):
                return False
            probe.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return True
        except OSError:
            return False
    return False


def free_numbers(numbers: Sequence[int] = NUMBERS) -> Iterator[int]:
    """Yield free numbers in any order: servers that start at the same time hardly ever choose the same."""
    return (number for number in random.sample(numbers, len(numbers)) if is_free(number))
