"""The wheel and texts reach the event loop, merged while that is busy."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator

import pytest

from moof.bridge.extension_receiver import (
    CAPABILITIES,
    ExtensionListener,
    MergingReceiver,
    SoundSourceReporter,
)
from moof.extension import (
    Capability,
    ClipboardText,
    ExtensionEnd,
    ExtensionMessage,
    ExtensionSocket,
    LayoutName,
    SoundSource,
    StateOperation,
    StateRequest,
    WheelTurn,
    connect_extension,
)


class Recorder(ExtensionListener):
    """Adds up the wheel and keeps texts, on the event loop."""

    def __init__(self) -> None:
        self.calls = 0
        self.total = (0, 0)
        self.texts: list[str] = []
        self.requests: list[StateRequest] = []
        self.asked = asyncio.Event()
        self.threads: set[str] = set()

    def wheel_turned(self, dx: int, dy: int) -> None:
        self.calls += 1
        self.total = self.total[0] + dx, self.total[1] + dy
        self.threads.add(threading.current_thread().name)

    def text_given(self, text: str) -> None:
        self.texts.append(text)
        self.threads.add(threading.current_thread().name)

    def state_requested(self, request: StateRequest) -> None:
        self.requests.append(request)
        self.asked.set()
        self.threads.add(threading.current_thread().name)


class Scene:
    """A receiver and a connected server."""

    def __init__(self, end: ExtensionEnd, server: ExtensionSocket) -> None:
        self.end = end
        self.recorder = Recorder()
        self.server = server

    def turn(self, dx: int, dy: int) -> None:
        self.server.put(WheelTurn(dx, dy))
        self.server.flush()

    async def wait_for_total(self, total: tuple[int, int]) -> None:
        async with asyncio.timeout(30):
            while self.recorder.total != total:  # another thread fulfils it
                self.server.flush()  # what the socket did not accept before
                await asyncio.sleep(0.001)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    with ExtensionEnd.create(CAPABILITIES) as end:
        server = connect_extension(os.getpid(), Capability)
        assert server is not None
        made = Scene(end, server)
        receiver = MergingReceiver(end, asyncio.get_running_loop(), made.recorder)
        receiver.start()
        server.flush()
        while not server.greeted:
            server.receive()
        yield made
        receiver.stop()
        server.close()


async def test_wheel_is_reported_on_the_event_loop(scene: Scene) -> None:
    assert scene.server.shares(Capability.WHEEL)
    assert not scene.server.shares(Capability.KEYBOARD_LAYOUT)
    scene.turn(1, -2)
    scene.turn(10, -20)
    await scene.wait_for_total((11, -22))
    assert scene.recorder.threads == {"MainThread"}


async def test_turns_are_added_up_while_the_loop_is_busy(scene: Scene) -> None:
    for _ in range(2000):
        scene.turn(0, 1)  # the loop does not run meanwhile
    await scene.wait_for_total((0, 2000))
    assert scene.recorder.calls < 100


async def test_of_many_texts_the_newest_one_counts(scene: Scene) -> None:
    for text in ("old", "new", ""):
        scene.server.put(ClipboardText(text))
        scene.server.flush()
    scene.turn(1, 2)
    await scene.wait_for_total((1, 2))
    assert scene.recorder.texts[-1:] == ["new"]
    assert scene.recorder.threads == {"MainThread"}


async def test_of_many_requests_for_states_the_newest_one_counts() -> None:
    with ExtensionEnd.create(CAPABILITIES | {Capability.STATES}) as end:
        recorder = Recorder()
        receiver = MergingReceiver(end, asyncio.get_running_loop(), recorder)
        for number in (1, 2):
            receiver.extension_message(StateRequest(number, StateOperation.SAVE, "A"))
        async with asyncio.timeout(30):
            await recorder.asked.wait()
    assert recorder.requests == [StateRequest(2, StateOperation.SAVE, "A")]


async def test_other_messages_are_ignored(scene: Scene) -> None:
    scene.server._outbox.put(LayoutName("us"))
    scene.turn(3, 4)
    await scene.wait_for_total((3, 4))


async def test_sound_source_is_reported_from_the_beginning(scene: Scene) -> None:
    reporter = SoundSourceReporter(scene.end)
    received: list[ExtensionMessage] = []
    for is_open in (False, True, False):
        reporter.playback_changed(is_open)
        async with asyncio.timeout(30):
            while received[-1:] != [SoundSource(is_open)]:
                received += scene.server.receive()
                await asyncio.sleep(0.001)
