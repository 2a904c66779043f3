import asyncio

import pytest

from moof.extension import StateOperation, StateRequest, StateResult
from moof.process import NextCommand
from moof.server.emulator.emulator_states import (
    EmulatorStateError,
    NoStates,
    StartedStates,
    StateRequests,
    StateRequestSender,
)


class Emulator(StateRequestSender):
    """Keeps the requests; `takes` says whether it has states."""

    def __init__(self) -> None:
        self.takes = True
        self.requests: list[StateRequest] = []

    @property
    def has_states(self) -> bool:
        return self.takes

    @property
    def has_earlier_states(self) -> bool:
        return False

    def send_state_request(self, request: StateRequest) -> bool:
        self.requests.append(request)
        return self.takes


class ChangedEmulator(NextCommand):
    """Another emulator than at the start runs while `is_first` is false."""

    is_first = True
    offline = True

    def words(self, anew: bool) -> list[str]:
        return []


async def begin(states: StateRequests, emulator: Emulator, name: str) -> "asyncio.Task[None]":
    """Return a request that the emulator has taken and not answered."""
    task = asyncio.create_task(states.change_state(StateOperation.SAVE, name))
    await asyncio.sleep(0)  # it sends before it waits
    assert emulator.requests[-1].name == name
    return task


async def test_request_ends_with_its_own_answer() -> None:
    states = StateRequests(emulator := Emulator())
    task = await begin(states, emulator, "A")
    (request,) = emulator.requests
    states.answered(StateResult(request.number + 1, "another's"))
    states.answered(StateResult(request.number))
    states.answered(StateResult(request.number, "twice"))
    await task
    assert request == StateRequest(request.number, StateOperation.SAVE, "A")


async def test_refusal_says_why() -> None:
    states = StateRequests(emulator := Emulator())
    task = await begin(states, emulator, "A")
    states.answered(StateResult(emulator.requests[0].number, "There is already a state “A”."))
    with pytest.raises(EmulatorStateError, match="already"):
        await task


async def test_one_request_at_a_time() -> None:
    states = StateRequests(emulator := Emulator())
    task = await begin(states, emulator, "A")
    with pytest.raises(EmulatorStateError, match="Another state"):
        await states.change_state(StateOperation.BACK)
    states.disconnected()
    with pytest.raises(EmulatorStateError, match="has ended"):
        await task
    next_task = await begin(states, emulator, "B")
    states.answered(StateResult(emulator.requests[-1].number))
    await next_task


async def test_emulator_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moof.server.emulator.emulator_states._ANSWER_SECONDS", 0.0)
    with pytest.raises(EmulatorStateError, match="does not answer"):
        await StateRequests(Emulator()).change_state(StateOperation.BACK)


async def test_emulator_without_states() -> None:
    emulator = Emulator()
    emulator.takes = False
    for states in (NoStates(), StateRequests(emulator)):
        with pytest.raises(EmulatorStateError, match="saves no states"):
            await states.change_state(StateOperation.BACK)


def test_what_the_emulator_can_do_is_known() -> None:
    emulator = Emulator()
    states = StateRequests(emulator)
    assert (states.can_save, states.can_go_back) == (True, False)
    emulator.takes = False
    assert not states.can_save
    assert not NoStates().can_save


async def test_states_are_those_of_the_emulator_of_the_start() -> None:
    emulator, command = Emulator(), ChangedEmulator()
    states = StartedStates(requests := StateRequests(emulator), command)
    assert states.can_save
    command.is_first = False
    assert not states.can_save
    with pytest.raises(EmulatorStateError, match="with which Moof was started"):
        await states.change_state(StateOperation.LOAD, "A")
    assert emulator.requests == []
    command.is_first = True
    task = asyncio.create_task(states.change_state(StateOperation.LOAD, "A"))
    await asyncio.sleep(0)
    requests.answered(StateResult(emulator.requests[0].number))
    await task
    assert StartedStates(requests, None).can_save
