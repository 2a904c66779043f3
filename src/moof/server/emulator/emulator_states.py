"""Asks an emulator to save and load states, one request at a time, by the extension socket."""

import asyncio
from typing import Final, Protocol

from moof.extension import StateOperation, StateRequest, StateResult
from moof.process import NextCommand

_ANSWER_SECONDS: Final = 120.0
"""Longer than a gigabyte takes on the slowest disk; then the request counts as failed."""


class EmulatorStateError(Exception):
    """The emulator saves no states, or did not do what was asked; the message is a sentence that says why."""


class EmulatorStates(Protocol):
    """The states of the emulator that is connected. On the event loop."""

    @property
    def can_save(self) -> bool:
        """Whether it saves and loads states."""

    @property
    def can_go_back(self) -> bool:
        """Whether it saves states by itself, too, to which it goes back."""

    async def change_state(self, action: StateOperation, name: str = "") -> None:
        """Save or load a state, or go back a minute. Raises EmulatorStateError; then nothing has changed."""


class NoStates(EmulatorStates):
    """An emulator without states."""

    @property
    def can_save(self) -> bool:
        """False (EmulatorStates)."""
        return False

    @property
    def can_go_back(self) -> bool:
        """False (EmulatorStates)."""
        return False

    async def change_state(self, action: StateOperation, name: str = "") -> None:
        """Raise EmulatorStateError."""
        raise EmulatorStateError("This emulator saves no states.")


class StateRequestSender(Protocol):
    """Sends a request to the emulator."""

    @property
    def has_states(self) -> bool:
        """Whether there is an emulator that takes requests."""

    @property
    def has_earlier_states(self) -> bool:
        """Whether it takes StateOperation.BACK, too."""

    def send_state_request(self, request: StateRequest) -> bool:
        """Send it; return False if there is no emulator that takes it."""


class StateRequests(EmulatorStates):
    """Numbers the requests, and waits for the answer of each."""

    def __init__(self, sender: StateRequestSender) -> None:
        self._sender = sender
        self._number = 0
        self._answer: asyncio.Future[str] | None = None

    @property
    def can_save(self) -> bool:
        """Whether the emulator has said so (EmulatorStates)."""
        return self._sender.has_states

    @property
    def can_go_back(self) -> bool:
        """Whether the emulator has said so (EmulatorStates)."""
        return self._sender.has_earlier_states

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


class StartedStates(EmulatorStates):
    """The states of the emulator with which the server was started: the shelf has no others.

    Another one may run meanwhile, since it can be changed by the page's settings.
    """

    def __init__(self, states: EmulatorStates, next_command: NextCommand | None) -> None:
        self._states = states
        self._next_command = next_command

    @property
    def can_save(self) -> bool:
        """Whether that emulator runs, and saves states (EmulatorStates)."""
        return self._runs and self._states.can_save

    @property
    def can_go_back(self) -> bool:
        """Likewise (EmulatorStates)."""
        return self._runs and self._states.can_go_back

    async def change_state(self, action: StateOperation, name: str = "") -> None:
        """Pass the request on if that emulator runs (EmulatorStates)."""
        if not self._runs:
            raise EmulatorStateError("These are the states of the emulator with which Moof was started.")
        await self._states.change_state(action, name)

    @property
    def _runs(self) -> bool:
        return self._next_command is None or self._next_command.is_first
