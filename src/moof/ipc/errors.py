"""What can go wrong at the contract. Each message says what was seen and, where it helps, what to do."""


class IpcError(Exception):
    """Base of everything this room raises on purpose."""


class ProtocolError(IpcError):
    """A message that the contract does not know, or a value that does not fit its field."""


class SegmentError(IpcError):
    """A segment that is missing, closed or foreign, or shared memory whose values make no sense."""


class HandshakeError(IpcError):
    """Nobody answers at the control socket, or what answers is not an emulator of this user."""


class ConnectionLost(IpcError):  # noqa: N818 - it names an event, not a mistake
    """The other side has gone, or has not read its socket for so long that it may as well have."""
