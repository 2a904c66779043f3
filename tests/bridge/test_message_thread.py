"""Messages reach the event loop completely and in order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from moof.bridge.message_thread import MessageListener, MessageThread
from moof.ipc import AudioRequest, EmulatorConnection, EmulatorEnd, Key, Message, Ping, PingEchoes
from support.waiting import WAIT_SECONDS


@dataclass
class Recorder(MessageListener):
    """Records what the control socket's thread passes on, and on which thread."""

    messages: list[Message] = field(default_factory=list)
    samples: list[int] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    pings: PingEchoes = field(default_factory=PingEchoes)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    disconnected: asyncio.Event = field(default_factory=asyncio.Event)
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    connection: EmulatorConnection | None = None

    def message_received(self, message: Message) -> None:
        self.messages.append(message)
        self.threads.add(threading.current_thread().name)
        if message == Key(1, down=False):
            self.enough.set()

    def audio_requested(self, samples: int) -> None:
        self.samples.append(samples)
        self.threads.add(threading.current_thread().name)

    def server_connected(self) -> None:
        self.connected.set()

    def server_disconnected(self) -> None:
        self.disconnected.set()

    def send(self, *messages: Message) -> None:
        assert self.connection is not None
        for message in messages:
            self.connection.send(message)


@pytest.fixture
async def recorder() -> AsyncIterator[Recorder]:
    recorder, loop = Recorder(), asyncio.get_running_loop()
    with EmulatorEnd.create() as end:
        control = MessageThread(end, loop, recorder.pings, recorder)
        control.start()
        recorder.connection = await asyncio.to_thread(
            EmulatorConnection.connect, end.segment.pid, WAIT_SECONDS
        )
        yield recorder
        recorder.connection.close()
        control.stop()


async def test_new_server_is_reported(recorder: Recorder) -> None:
    async with asyncio.timeout(30):
        await recorder.connected.wait()


async def test_messages_arrive_in_order_and_audio_requests_on_the_sockets_thread(recorder: Recorder) -> None:
    sent = [Key(code, down=True) for code in range(20)]
    recorder.send(AudioRequest(960), *sent, AudioRequest(480), Key(1, down=False))
    await recorder.enough.wait()
    assert recorder.messages == [*sent, Key(1, down=False)]
    assert recorder.samples == [960, 480]
    assert recorder.threads == {"MainThread", "control-socket"}


async def test_ping_gets_its_time_while_the_loop_is_busy(recorder: Recorder) -> None:
    recorder.send(Ping(3, 1, 2))
    while not recorder.pings.pending:  # the loop does not run meanwhile
        pass
    assert recorder.messages == []
    recorder.send(Key(1, down=False))
    await recorder.enough.wait()
    assert recorder.messages[0] == Ping(3, 1, 2)


async def test_more_messages_than_the_queue_holds_arrive_later(recorder: Recorder) -> None:
    sent = [Key(code % 100, down=True) for code in range(300)]
    recorder.send(*sent, Key(1, down=False))  # the loop does not run meanwhile
    assert recorder.connection is not None
    while not recorder.enough.is_set():
        assert recorder.connection.is_alive()  # which sends what a full socket refused
        await asyncio.sleep(0)
    assert recorder.messages == [*sent, Key(1, down=False)]


async def test_disconnect_is_reported(recorder: Recorder) -> None:
    assert recorder.connection is not None
    recorder.connection.close()
    await recorder.disconnected.wait()


async def test_ping_is_dropped_at_disconnect(recorder: Recorder) -> None:
    assert recorder.connection is not None
    recorder.send(Ping(3, 1, 2))
    recorder.connection.close()
    await recorder.disconnected.wait()
    assert not recorder.pings.pending
