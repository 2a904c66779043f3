"""The errors that the user can do something about."""


class BridgeError(Exception):
    """The program cannot be run as an emulator; the message is a sentence that says why."""


class DisplayError(BridgeError):
    """The display did not start, on a busy machine for example, or has ended; the next one may do better."""
