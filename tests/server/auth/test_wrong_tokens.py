import asyncio

import pytest

from moof.server.auth import wrong_tokens
from moof.server.auth.wrong_tokens import (
    FIRST_DELAY,
    FORGET_SECONDS,
    LONGEST_DELAY,
    MAX_NETWORKS,
    MAX_WAITING,
    MAX_WAITING_PER_NETWORK,
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
    monkeypatch.setattr(wrong_tokens, "FIRST_DELAY", 1e6)
    monkeypatch.setattr(wrong_tokens, "LONGEST_DELAY", 1e6)


def refused(tasks: list[asyncio.Task[None]]) -> int:
    return sum(task.done() for task in tasks)


@pytest.mark.usefixtures("for_ever")
async def test_few_of_one_network_wait_and_meanwhile_none_is_looked_at() -> None:
    waits = WrongTokens()
    addresses = [f"2001:db8::{number}" for number in range(10)]
    tasks = [asyncio.create_task(waits.delay(address)) for address in addresses]
    await settle()
    assert refused(tasks) == len(addresses) - MAX_WAITING_PER_NETWORK
    assert not waits.may_try("2001:db8::ffff")
    assert waits.may_try("2001:db8:0:1::1")
    for task in tasks:
        task.cancel()
    await settle()
    assert waits.may_try("2001:db8::ffff")
    assert not waits._waiting


@pytest.mark.usefixtures("for_ever")
async def test_few_of_all_networks_wait() -> None:
    waits = WrongTokens()
    tasks = [asyncio.create_task(waits.delay(f"10.0.0.{number}")) for number in range(2 * MAX_WAITING)]
    await settle()
    assert refused(tasks) == MAX_WAITING
    assert waits.may_try("10.0.1.1")
    for task in tasks:
        task.cancel()
    await settle()
    assert not waits._waiting


async def test_after_the_delay_the_next_one_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong_tokens, "FIRST_DELAY", 0.0)
    waits = WrongTokens()
    for _ in range(3 * MAX_WAITING_PER_NETWORK):
        await waits.delay("10.0.0.1")
        assert waits.may_try("10.0.0.1")
