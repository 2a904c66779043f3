"""What goes wrong in a way that a person can mend."""


class BridgeError(Exception):
    """The program cannot be put behind the contract; the message is a sentence that says why."""
