"""The error of states."""


class StateError(Exception):
    """A state cannot be read, loaded or stored; the message is a sentence that says why."""


class NoSuchStateError(StateError):
    """The shelf has no state of this name."""

    def __init__(self) -> None:
        super().__init__("There is no such state.")


class StateNameTakenError(StateError):
    """The shelf has a state of this name already."""

    def __init__(self) -> None:
        super().__init__("There is already a state with this name.")
