import asyncio

import pytest

from moof.server.auth import wrong_tokens
from moof.server.auth.wrong_tokens import (
    FIRST_DELAY,
    FORGET_SECONDS,
    LONGEST_DELAY,
    MAX_NETWORKS,
    MAX_TRIES,
    MAX_WAITING,
    GuessDelays,
    WrongTokens,
)


def test_the_delay_doubles_to_a_limit() -> None:
    delays = GuessDelays()
    assert [delays.failed("a", 0.0) for _ in range(7)] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    assert [delays.failed("a", 0.0) for _ in range(2_000)][-1] == LONGEST_DELAY
    assert delays.failed("b", 0.0) == FIRST_DELAY


def test_wrong_tokens_are_forgotten() -> None:
    delays = GuessDelays()
    for _ in range(5):
        delays.failed("a", 0.0)
    assert delays.failed("a", FORGET_SECONDS) == LONGEST_DELAY
    assert delays.failed("a", 2 * FORGET_SECONDS + 1) == FIRST_DELAY


def test_the_number_of_networks_is_limited_and_the_latest_stay() -> None:
    delays = GuessDelays()
    for number in range(2 * MAX_NETWORKS):
        delays.failed(str(number), 0.0)
        delays.failed("a", 0.0)
    assert len(delays) == MAX_NETWORKS
    assert delays.failed("a", 0.0) == LONGEST_DELAY


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_DELAY", "LONGEST_DELAY", "UNSEEN_DELAY"):
        monkeypatch.setattr(wrong_tokens, name, 1e6)


async def cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await settle()


@pytest.mark.usefixtures("for_ever")
async def test_while_some_of_a_network_wait_none_of_it_is_looked_at() -> None:
    waits = WrongTokens()
    tasks = [asyncio.create_task(waits.delay(f"2001:db8::{number}")) for number in range(MAX_TRIES - 1)]
    await settle()
    assert waits.may_try("2001:db8::ffff")
    tasks.append(asyncio.create_task(waits.delay("2001:db8::9")))
    await settle()
    assert not waits.may_try("2001:db8::ffff")
    assert waits.may_try("2001:db8:0:1::1")
    await cancel(tasks)
    assert waits.may_try("2001:db8::ffff")
    assert not waits._waiting


@pytest.mark.usefixtures("for_ever")
async def test_the_number_of_those_who_wait_is_limited() -> None:
    waits = WrongTokens()
    tasks = [asyncio.create_task(waits.delay(f"10.0.0.{number}")) for number in range(MAX_WAITING - 1)]
    tasks += [asyncio.create_task(waits.pause("10.0.0.1")) for _ in range(10)]
    tasks += [asyncio.create_task(waits.delay("10.0.0.255")) for _ in range(10)]
    await settle()
    assert sum(task.done() for task in tasks) == 19
    assert waits.may_try("10.0.1.1")
    await cancel(tasks)
    assert not waits._waiting


async def test_after_the_delay_the_next_one_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong_tokens, "FIRST_DELAY", 0.0)
    waits = WrongTokens()
    for _ in range(3 * MAX_TRIES):
        await waits.delay("10.0.0.1")
        assert waits.may_try("10.0.0.1")
