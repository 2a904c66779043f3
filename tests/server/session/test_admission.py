import asyncio

import pytest

from moof.server.auth.roles import Role
from moof.server.auth.sender import Sender
from moof.server.session import admission
from moof.server.session.admission import ArrivalLimiter, ArrivalLimitError, Occupant, find_place

PLAYER, VIEWER = Role.PLAYER, Role.VIEWER


class Session(Occupant):
    """A session, absent since a time or present."""

    def __init__(self, role: Role, absent_since: float = float("inf")) -> None:
        self.role = role
        self._absent_since = absent_since

    @property
    def awaits_resumption(self) -> bool:
        return self._absent_since < float("inf")

    @property
    def absent_since(self) -> float:
        return self._absent_since


@pytest.mark.parametrize(
    ("sessions", "role", "free", "ends"),
    [
        ([], VIEWER, True, None),
        ([Session(VIEWER)] * 2, VIEWER, True, None),
        ([Session(VIEWER)] * 3, VIEWER, False, None),  # the fourth place is for players
        ([Session(VIEWER)] * 3, PLAYER, True, None),
        ([Session(VIEWER)] * 4, PLAYER, True, 3),
        ([Session(PLAYER), Session(VIEWER), Session(PLAYER), Session(PLAYER)], PLAYER, True, 1),
        ([Session(PLAYER)] * 4, PLAYER, False, None),
        ([Session(PLAYER, 5.0), Session(VIEWER), Session(PLAYER, 3.0), Session(VIEWER)], PLAYER, True, 2),
        ([Session(PLAYER, 5.0), Session(VIEWER), Session(PLAYER), Session(VIEWER)], VIEWER, False, None),
        ([Session(PLAYER, 5.0), Session(VIEWER, 9.0), Session(PLAYER), Session(VIEWER)], VIEWER, True, 1),
    ],
)
def test_who_makes_room(sessions: list[Session], role: Role, free: bool, ends: int | None) -> None:
    sessions = [Session(each.role, each.absent_since) for each in sessions]
    place = find_place(sessions, role, max_viewers=4)
    assert place.free is free
    assert [session is place.ends for session in sessions] == [
        index == ends for index in range(len(sessions))
    ]


def test_the_only_place_is_for_both_roles() -> None:
    assert find_place([], VIEWER, max_viewers=1).free


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_arrivals_of_one_sender_wait_and_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_ARRIVAL_BURST", 2.0)
    monkeypatch.setattr(admission, "_ARRIVALS_PER_SECOND", 0.01)  # none is added meanwhile
    limiter = ArrivalLimiter(max_waiting=3)
    flood = [asyncio.create_task(limiter.acquire(Sender("10.0.0.1", VIEWER))) for _ in range(5)]
    await settle()
    assert [task.done() for task in flood] == [True, True, False, False, False]
    with pytest.raises(ArrivalLimitError):
        await limiter.acquire(Sender("10.0.0.1", VIEWER))
    async with asyncio.timeout(30):
        await limiter.acquire(Sender("10.0.0.1", PLAYER))
        await limiter.acquire(Sender("10.0.0.2", VIEWER))
    for task in flood:
        task.cancel()
    await asyncio.gather(*flood, return_exceptions=True)
    assert not limiter._waiting


async def test_many_addresses_delay_only_their_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_ROLE_ARRIVAL_BURST", 4.0)
    monkeypatch.setattr(admission, "_ROLE_ARRIVALS_PER_SECOND", 0.01)
    limiter = ArrivalLimiter(max_waiting=2)
    flood = [asyncio.create_task(limiter.acquire(Sender(f"10.0.0.{number}", VIEWER))) for number in range(20)]
    await settle()
    refused = [task for task in flood if task.done() and task.exception() is not None]
    assert len(refused) == 20 - 4 - 8  # admitted at once, waiting
    await asyncio.wait_for(limiter.acquire(Sender("10.0.0.1", PLAYER)), 30)
    for task in flood:
        task.cancel()
    await asyncio.gather(*flood, return_exceptions=True)


async def test_number_of_senders_that_are_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_MAX_SENDERS", 10)
    limiter = ArrivalLimiter()
    for number in range(40):
        await limiter.acquire(Sender(f"10.0.0.{number}", PLAYER))
    assert len(limiter._senders) == 10


async def test_abuse_delays_the_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_ARRIVAL_BURST", 5.0)
    limiter = ArrivalLimiter()
    await limiter.acquire(Sender("10.0.0.1", PLAYER))
    limiter.abused(Sender("10.0.0.1", PLAYER))
    waiting = asyncio.create_task(limiter.acquire(Sender("10.0.0.1", PLAYER)))
    await settle()
    assert not waiting.done()
    waiting.cancel()
    await limiter.acquire(Sender("10.0.0.2", PLAYER))
