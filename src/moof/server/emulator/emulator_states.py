"""Asks an emulator to save and load states, one request at a time, by the extension socket."""

import asyncio
from typing import Final, Protocol

from moof.extension import StateOperation, StateRequest, StateResult

_ANSWER_SECONDS: Final = 30.0
"""Longer than the slowest disk; then the request counts as failed."""


class EmulatorStateError(Exception):
    """The emulator saves no states, or did not do what was asked; the message is a sentence that says why."""


class EmulatorStates(Protocol):
    """The states of the emulator that is connected. On the event loop."""

    async def change_state(self, action: StateOperation, name: str = "") -> None:
        """Save or load a state, or go back a minute. Raises EmulatorStateError; then nothing has changed."""


class NoStates(EmulatorStates):
    """An emulator without states."""

    async def change_state(self, action: StateOperation, name: str = "") -> None:
        """Raise EmulatorStateError."""
        raise EmulatorStateError("This emulator saves no states.")


class StateRequestSender(Protocol):
    """Sends a request to the emulator."""

    def send_state_request(self, request: StateRequest) -> bool:
        """Send it; return False if there is no emulator that takes it."""


class StateRequests(EmulatorStates):
    """Numbers the requests, and waits for the answer of each."""

    def __init__(self, sender: StateRequestSender) -> None:
        self._sender = sender
        self._number = 0
        self._answer: asyncio.Future[str] | None = None

    async def change_state(self, action: StateOperation, name: str = "") -> None:
        """Send a request and wait for its answer (EmulatorStates)."""
        if self._answer is not None:
            raise EmulatorStateError("Another state is being saved or loaded at this moment.")
        self._number = (self._number + 1) & 0xFFFF_FFFF
        self._answer = asyncio.get_running_loop().create_future()
        try:
            if not self._sender.send_state_request(StateRequest(self._number, action, name)):
                raise EmulatorStateError("This emulator saves no states.")
            async with asyncio.timeout(_ANSWER_SECONDS):
                error = await self._answer
        except TimeoutError as error_:
            raise EmulatorStateError("The emulator does not answer.") from error_
        finally:
            self._answer = None
        if error:
            raise EmulatorStateError(error)

    def answered(self, result: StateResult) -> None:
        """Take an answer; one to a request that is no longer waited for is dropped."""
        if result.number == self._number:
            self._finish(result.error)

    def disconnected(self) -> None:
        """Note that no answer will come."""
        self._finish("The emulator has ended.")

    def _finish(self, error: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(error)
