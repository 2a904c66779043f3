"""System V shared memory of its own for an X server and the programs on it (ipc_namespaces(7)).

Programs draw through segments that they name to the X server by number (the extension MIT-SHM). A program in
a namespace of its own cannot do so; one in the machine's could name the segments of the user's other
programs, and the X server would read them for it. So the X server begins a namespace, and the programs enter
it. Both commands are util-linux's; an ordinary user needs a user namespace around it, which maps the user to
itself.
"""

import os
import subprocess
from functools import cache
from typing import Final

_SECONDS: Final = 10.0


def own_ipc(command: list[str]) -> list[str]:
    """Return the command that runs `command`, as the same process, in an IPC namespace of its own."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-current-user"]
    return ["unshare", *user, "--ipc", "--", *command]


def entering_ipc(pid: int) -> list[str]:
    """Return the words before a command that make it run in the IPC namespace of process `pid`."""
    folder = f"/proc/{pid}/ns"
    user = [] if os.geteuid() == 0 else [f"--user={folder}/user", "--preserve-credentials"]
    return ["nsenter", *user, f"--ipc={folder}/ipc", "--"]


@cache
def can_own_ipc() -> bool:
    """Return whether this machine lets a program have a namespace, and another one enter it; tried once."""
    command = own_ipc(["sh", "-c", 'read line; exec "$@"', "sh", "true"])
    try:
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as first:
            entered = subprocess.run(
                [*entering_ipc(first.pid), "true"], capture_output=True, timeout=_SECONDS, check=False
            )
            first.communicate(b"\n", timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return first.returncode == 0 and entered.returncode == 0
