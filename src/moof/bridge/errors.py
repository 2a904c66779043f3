"""The error that the user can do something about."""


class BridgeError(Exception):
    """The program cannot be run as an emulator; the message is a sentence that says why."""
