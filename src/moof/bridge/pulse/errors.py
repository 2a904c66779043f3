"""Errors of the sound server."""

from moof.bridge.pulse.codes import ErrorCode


class RefusedError(Exception):
    """A command that is answered with an error, and why."""

    def __init__(self, refusal: ErrorCode, reason: str = "") -> None:
        super().__init__(reason or refusal.name)
        self.refusal = refusal
