"""The base of the Mac's errors."""


class MacError(Exception):
    """The Mac cannot start or continue; the message is a sentence that says what to do."""
