"""What can go wrong with the Mac as a whole."""


class MacError(Exception):
    """The Mac cannot be started or go on; the message is a sentence that says what to do."""
