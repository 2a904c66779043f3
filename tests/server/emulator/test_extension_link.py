"""ExtensionLink with emulators that have an extension socket, have none, or have a bad one."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from moof.extension import (
    Capability,
    ClipboardText,
    ExtensionEnd,
    KeysRead,
    LayoutName,
    SoundSource,
    WheelTurn,
)
from moof.ipc import Key
from moof.ipc.names import extension_path
from moof.server.emulator import extension_link
from moof.server.emulator.extension import (
    ClipboardListener,
    LayoutListener,
    SoundSourceListener,
    UnreadKeysListener,
)
from moof.server.emulator.extension_link import ExtensionLink
from moof.server.emulator.link import EmulatorLink
from support.extension_receiver import QueueReceiver

WAIT_SECONDS = 30.0


class Recorder(LayoutListener, UnreadKeysListener, SoundSourceListener, ClipboardListener):
    """Keeps what the link has told it."""

    def __init__(self, link: ExtensionLink) -> None:
        self.link = link
        self.layouts: list[str | None] = []
        self.unread: list[int | None] = []
        self.sources: list[bool | None] = []
        self.copied: list[str] = []
        self.shared: list[bool] = []
        link.add_layout_listener(self)
        link.add_sound_listener(self)
        link.add_clipboard_listener(self)
        link.add_keys_listener(self)

    def layout_changed(self) -> None:
        self.layouts.append(self.link.layout)

    def sound_source_changed(self, is_open: bool | None) -> None:
        self.sources.append(is_open)

    def clipboard_changed(self) -> None:
        self.shared.append(self.link.shares_clipboard)

    def text_copied(self, text: str) -> None:
        self.copied.append(text)

    def keys_read(self) -> None:
        self.unread.append(self.link.unread_keys)


class Scene:
    """Both links of a server; `control` follows the emulator of this process."""

    def __init__(self, pid: int) -> None:
        self.control = EmulatorLink(pid)
        self.link = ExtensionLink(self.control, asyncio.get_running_loop())
        self.recorder = Recorder(self.link)
        self.link.start()
        self.control.start()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, which only the loop's callbacks and other threads fulfil."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


@contextlib.contextmanager
def serving(capabilities: frozenset[Capability]) -> Iterator[tuple[ExtensionEnd, QueueReceiver]]:
    """An emulator's end of the extension socket, served by a thread."""
    received = QueueReceiver()
    with ExtensionEnd.create(capabilities) as end:
        thread = threading.Thread(target=end.serve, args=(received,), name="extension")
        thread.start()
        yield end, received
        end.close()
        thread.join()


@pytest.fixture
def extension() -> Iterator[tuple[ExtensionEnd, QueueReceiver]]:
    with serving(frozenset(Capability)) as made:
        yield made


@pytest.fixture
async def scene(own_pid: int, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    monkeypatch.setattr(extension_link, "_RETRY_SECONDS", 0.05)
    made = Scene(own_pid)
    yield made
    await asyncio.to_thread(made.control.stop)
    made.link.stop()


async def test_nothing_is_possible_without_an_emulator(scene: Scene) -> None:
    assert not scene.link.send_wheel(0, 1)
    assert not scene.link.request_layout("us")
    assert (scene.link.layout, scene.link.unread_keys) == (None, None)


async def test_wheel_and_requests_reach_the_emulator(
    extension: tuple[ExtensionEnd, QueueReceiver], emulator: Any, scene: Scene
) -> None:
    _, received = extension
    await until(lambda: scene.link.send_wheel(3, -120))
    assert scene.link.request_layout("french")
    messages = [await asyncio.to_thread(received.messages.get, timeout=WAIT_SECONDS) for _ in range(2)]
    assert messages == [WheelTurn(3, -120), LayoutName("french")]


async def test_layout_and_unread_keys_are_followed(
    extension: tuple[ExtensionEnd, QueueReceiver], emulator: Any, scene: Scene
) -> None:
    end, _ = extension
    await until(lambda: scene.link.unread_keys == 0)
    control = scene.control.connection()
    assert control is not None
    assert scene.link.has_exact_dirty(control)
    assert scene.link.has_exact_sound(control)
    for code in (1, 2, 3):
        scene.control.send(Key(code, down=True))
    assert scene.link.unread_keys == 3
    end.report(KeysRead(2))
    end.report(LayoutName("german"))
    await until(lambda: scene.link.layout == "german" and scene.link.unread_keys == 1)
    end.report(KeysRead(9))
    await until(lambda: scene.link.unread_keys == 0)
    assert scene.recorder.unread == [0, 1, 0]
    assert scene.recorder.layouts == ["german"]


async def test_texts_pass_both_ways_while_the_clipboard_is_shared(emulator: Any, scene: Scene) -> None:
    assert not scene.link.put_on_clipboard("nowhere")
    with serving(frozenset(Capability)) as (end, received):
        await until(lambda: scene.link.shares_clipboard)
        assert scene.link.put_on_clipboard("to the Mac")
        message = await asyncio.to_thread(received.messages.get, timeout=WAIT_SECONDS)
        assert message == ClipboardText("to the Mac")
        for _ in range(2):  # the same text again is a copy, too
            before = len(scene.recorder.copied)
            end.send(ClipboardText("of the Mac"))
            await until(lambda before=before: len(scene.recorder.copied) > before)  # type: ignore[misc]
    await until(lambda: not scene.link.shares_clipboard)
    assert scene.recorder.copied == ["of the Mac"] * 2
    assert scene.recorder.shared == [True, False]


async def test_sound_source_is_followed_until_the_emulator_ends(emulator: Any, scene: Scene) -> None:
    with serving(frozenset(Capability)) as (end, _):
        for is_open in (False, True):
            end.report(SoundSource(is_open))
            await until(lambda: scene.recorder.sources[-1] is is_open)  # noqa: B023
    await until(lambda: scene.recorder.sources[-1] is None)
    assert scene.recorder.sources == [None, False, True, None]


async def test_emulator_without_capabilities_has_none(emulator: Any, scene: Scene) -> None:
    with serving(frozenset({Capability.WHEEL})):
        await until(lambda: scene.link.send_wheel(0, 1))
        control = scene.control.connection()
        assert control is not None
        assert not scene.link.has_exact_dirty(control)
        assert not scene.link.has_exact_sound(control)
        assert scene.link.unread_keys is None
        assert not scene.link.request_layout("us")
        assert not scene.link.has_states
    await until(lambda: not scene.link.send_wheel(0, 1))


async def test_emulator_with_states_may_go_back_or_not(emulator: Any, scene: Scene) -> None:
    for goes_back in (frozenset({Capability.STATES_BACK}), frozenset()):
        with serving(frozenset({Capability.STATES}) | goes_back):
            await until(lambda: scene.link.has_states)
            assert scene.link.has_earlier_states is bool(goes_back)
        await until(lambda: not scene.link.has_states)
        assert not scene.link.has_earlier_states


async def test_socket_that_appears_later_is_found(emulator: Any, scene: Scene) -> None:
    await until(lambda: scene.control.status.connected)
    assert not scene.link.send_wheel(0, 1)
    with serving(frozenset(Capability)):
        await until(lambda: scene.link.send_wheel(0, 1))


async def test_next_connection_counts_its_own_keys(
    extension: tuple[ExtensionEnd, QueueReceiver], make_emulator: Callable[[], Any], scene: Scene
) -> None:
    end, _ = extension
    first = make_emulator()
    await until(lambda: scene.link.unread_keys == 0)
    scene.control.send(Key(1, down=True))
    end.report(LayoutName("us"))
    await until(lambda: scene.link.layout == "us")
    await asyncio.to_thread(first.close)
    await until(lambda: scene.link.unread_keys is None and scene.link.layout is None)
    make_emulator()
    await until(lambda: scene.link.unread_keys == 0 and scene.link.layout == "us")
    assert scene.recorder.layouts == ["us", None, "us"]


@contextlib.contextmanager
def hostile(pid: int, data: bytes, *, endless: bool = False) -> Iterator[None]:
    """An extension socket that sends `data` to whoever connects, once or without end, and never reads."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(extension_path(pid)))
        listener.listen(1)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    peer, _ = listener.accept()
                    with peer, contextlib.suppress(ConnectionError):
                        peer.sendall(data)
                        while endless:
                            peer.sendall(data[-12:] * 1000)
                        peer.recv(1)  # the hello
                        peer.recv(1 << 16)
                        while peer.recv(1 << 16):
                            pass

        thread = threading.Thread(target=accept, name="hostile-extension", daemon=True)
        thread.start()
        yield
        listener.shutdown(socket.SHUT_RDWR)
    extension_path(pid).unlink()


HELLO = b"\x0e\0\0\0\1\0\0\0MOOF\1\0\1\0\x05wheel"
READ = b"\4\0\0\0\4\0\0\0\7\0\0\0"


@pytest.mark.parametrize(
    "data", [b"E" * 100, b"\xff\xff\xff\xff\1\0\0\0", HELLO.replace(b"MOOF", b"FOOM"), HELLO + HELLO]
)
async def test_violation_costs_nothing_but_the_extension(
    emulator: Any, scene: Scene, own_pid: int, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with hostile(own_pid, data):
        await until(lambda: "extension socket of emulator" in caplog.text)
        assert scene.control.send(Key(3, down=True))
        await until(lambda: bool(emulator.messages))
        assert scene.link.unread_keys is None


async def test_a_flood_leaves_the_event_loop_free(emulator: Any, scene: Scene, own_pid: int) -> None:
    hello = b"\x12\0\0\0\1\0\0\0MOOF\1\0\1\0\x09keys-read"
    with hostile(own_pid, hello + READ, endless=True):
        await until(lambda: scene.link.unread_keys == 0)
        for code in range(20):
            assert scene.control.send(Key(code, down=True))
            await asyncio.sleep(0.01)
        await until(lambda: len(emulator.messages) == 20)
        assert scene.link.unread_keys == 13
        scene.link._disconnect()


async def test_emulator_that_does_not_read_blocks_nothing(emulator: Any, scene: Scene, own_pid: int) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(extension_path(own_pid)))
        listener.listen(1)
        await until(lambda: scene.control.status.connected)
        peer, _ = await asyncio.to_thread(listener.accept)
        with peer:
            peer.sendall(HELLO)
            await until(lambda: scene.link.send_wheel(0, 1))
            for _ in range(50_000):
                assert scene.link.send_wheel(0, 1)
    extension_path(own_pid).unlink()
    await until(lambda: not scene.link.send_wheel(0, 1))
