"""The errors of IPC v4. Each message says what was found and, where it helps, what to do."""


class IpcError(Exception):
    """Base of the errors below."""


class ProtocolError(IpcError):
    """A message that the contract does not define, or a value that does not fit its field."""


class SegmentError(IpcError):
    """A segment that is missing, closed or another user's, or shared memory with invalid values."""


class HandshakeError(IpcError):
    """The control socket does not answer, or not as an emulator of this user does."""


class ConnectionLost(IpcError):  # noqa: N818 - it names an event, not an error
    """The other process has disconnected, or has not read its socket for too long."""
