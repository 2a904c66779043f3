"""Tells a service manager how we are (sd_notify(3)): systemd waits for it with `Type=notify`."""

import os
import socket

_VARIABLE = "NOTIFY_SOCKET"


def notify(state: str) -> bool:
    """Send a state such as "READY=1"; False if nobody wants to know, or is there to hear."""
    address = os.environ.get(_VARIABLE, "")
    if not address.startswith(("/", "@")):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]  # Linux' abstract names
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
            manager.connect(address)
            manager.send(state.encode())
    except OSError:
        return False
    return True
