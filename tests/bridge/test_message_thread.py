"""The server's messages on their way to the event loop: in order, all of them, while it can take them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from moof.bridge.message_thread import MessageThread
from moof.ipc import AudioRequest, EmulatorConnection, EmulatorEnd, Key, Message, Ping, PingEchoes


@dataclass
class Told:
    """What the control socket's thread told, and on which thread."""

    messages: list[Message] = field(default_factory=list)
    samples: list[int] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    pings: PingEchoes = field(default_factory=PingEchoes)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    connection: EmulatorConnection | None = None

    def take(self, message: Message) -> None:
        self.messages.append(message)
        self.threads.add(threading.current_thread().name)
        if message == Key(1, down=False):
            self.enough.set()

    def take_audio(self, samples: int) -> None:
        self.samples.append(samples)
        self.threads.add(threading.current_thread().name)

    def send(self, *messages: Message) -> None:
        assert self.connection is not None
        for message in messages:
            self.connection.send(message)


@pytest.fixture
async def told() -> AsyncIterator[Told]:
    told, loop = Told(), asyncio.get_running_loop()
    with EmulatorEnd.create() as end:
        control = MessageThread(end, loop, told.pings, told.take, told.take_audio, told.left.set)
        control.start()
        told.connection = await asyncio.to_thread(EmulatorConnection.connect, end.segment.pid)
        yield told
        told.connection.close()
        control.stop()


async def test_messages_come_in_order_and_sound_on_the_socket_s_own_thread(told: Told) -> None:
    sent = [Key(code, down=True) for code in range(20)]
    told.send(AudioRequest(960), *sent, AudioRequest(480), Key(1, down=False))
    await told.enough.wait()
    assert told.messages == [*sent, Key(1, down=False)]
    assert told.samples == [960, 480]
    assert told.threads == {"MainThread", "control-socket"}


async def test_a_ping_is_timed_although_the_loop_is_held_up(told: Told) -> None:
    told.send(Ping(3, 1, 2))
    while not told.pings.pending:  # the loop does not run meanwhile
        pass
    assert told.messages == []
    told.send(Key(1, down=False))
    await told.enough.wait()
    assert told.messages[0] == Ping(3, 1, 2)


async def test_more_than_can_wait_is_kept_for_later(told: Told) -> None:
    sent = [Key(code % 100, down=True) for code in range(300)]
    told.send(*sent, Key(1, down=False))  # the loop does not run meanwhile
    assert told.connection is not None
    while not told.enough.is_set():
        assert told.connection.is_alive()  # which sends what a full socket refused
        await asyncio.sleep(0)
    assert told.messages == [*sent, Key(1, down=False)]


async def test_a_server_that_goes_is_told(told: Told) -> None:
    assert told.connection is not None
    told.connection.close()
    await told.left.wait()


async def test_a_server_that_goes_takes_its_ping_along(told: Told) -> None:
    assert told.connection is not None
    told.send(Ping(3, 1, 2))
    told.connection.close()
    await told.left.wait()
    assert not told.pings.pending
