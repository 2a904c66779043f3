"""Notifies systemd of the server's state (sd_notify(3)), for which units with `Type=notify` wait."""

import os
import socket
from typing import Final

_VARIABLE: Final = "NOTIFY_SOCKET"


def notify(state: str) -> bool:
    """Send a state such as "READY=1"; return False if there is no service manager that receives it."""
    address = os.environ.get(_VARIABLE, "")
    if not address.startswith(("/", "@")):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]  # a name in Linux' abstract namespace
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
            manager.connect(address)
            manager.send(state.encode())
    except OSError:
        return False
    return True
