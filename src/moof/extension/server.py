"""The server's end of the extension socket: connects to an emulator by process id."""

import socket
from collections.abc import Iterable

from moof.extension.errors import ExtensionError
from moof.extension.extension_socket import ExtensionSocket
from moof.extension.messages import Capability
from moof.ipc.credentials import is_same_user
from moof.ipc.names import extension_path


def connect_extension(pid: int, capabilities: Iterable[Capability]) -> ExtensionSocket | None:
    """Connect to emulator `pid` without blocking; return None if it has no extension socket.

    The hellos cross: call `flush`, and `receive` when the socket is readable. Raises ExtensionError if the
    socket is busy, refuses the connection, or belongs to another user.
    """
    path = extension_path(pid)
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    try:
        peer.connect(str(path))
        if not is_same_user(peer):
            raise ExtensionError(f"{path} belongs to another user")
        return ExtensionSocket(peer, capabilities)
    except FileNotFoundError:
        peer.close()
        return None
    except OSError as error:
        peer.close()
        raise ExtensionError(f"cannot connect to {path}: {error.strerror}") from error
    except ExtensionError:
        peer.close()
        raise
