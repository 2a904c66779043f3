"""Calls from other threads, as many as there is room for."""

import asyncio
import threading

from moof.server.transport.loop_calls import LoopCalls


async def test_call_on_the_loop_is_made_at_once() -> None:
    calls = LoopCalls(1)
    made: list[int] = []
    for number in range(3):
        assert calls.call(made.append, number)
    assert made == [0, 1, 2]


async def test_calls_of_another_thread_are_bounded() -> None:
    calls = LoopCalls(2)
    made: list[tuple[int, int]] = []

    def call(number: int) -> bool:
        return calls.call(lambda each: made.append((each, threading.get_ident())), number)

    results: list[bool] = []
    thread = threading.Thread(target=lambda: results.extend(call(n) for n in range(4)))
    thread.start()
    thread.join()  # the loop cannot make any call meanwhile
    assert results == [True, True, False, False]
    await asyncio.sleep(0)
    assert made == [(0, threading.get_ident()), (1, threading.get_ident())]
    assert await asyncio.to_thread(call, 9)


def test_calls_after_the_end_of_the_loop_are_dropped() -> None:
    async def create() -> LoopCalls:
        return LoopCalls(1)

    calls = asyncio.run(create())
    results: list[bool] = []
    thread = threading.Thread(target=lambda: results.extend(calls.call(print, "late") for _ in range(2)))
    thread.start()
    thread.join()
    assert results == [False, False]
