"""The error of states."""


class StateError(Exception):
    """A state cannot be read, loaded or stored; the message is a sentence that says why."""
