"""The extension socket of the Mac: the wheel, layouts, and how many keys the guest has read."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from moof.extension import (
    MAX_CLIPBOARD_BYTES,
    Capability,
    ClipboardText,
    ExtensionEnd,
    ExtensionMessage,
    ExtensionSocket,
    KeysRead,
    LayoutName,
    SoundSource,
    StateOperation,
    StateRequest,
    StateResult,
    WheelTurn,
    connect_extension,
)
from moof.ipc import State
from moof.keyboard import LAYOUT_NAMES
from moof.mac.adb import LayoutEvent, WheelEvent
from moof.mac.board import Board
from moof.mac.cpu_thread import CpuThread
from moof.mac.extension_thread import CAPABILITIES, ExtensionThread, ReadKeysReporter
from moof.mac.rom import parse_rom
from moof.mac.state_thread import StateThread
from support.recording_listener import RecordingListener
from support.waiting import wait_until


class ExtensionSetup:
    """A board whose CPU does not run, its extension thread, and a connected server."""

    def __init__(self, board: Board, end: ExtensionEnd, server: ExtensionSocket) -> None:
        self.board = board
        self.keys = ReadKeysReporter(board.adb, end)
        board.adb.add_key_listener(self.keys)
        self.thread = ExtensionThread(end, board, RecordingListener())
        self.server = server
        self.received: list[ExtensionMessage] = []

    def send(self, message: ExtensionMessage) -> None:
        self.server.put(message)
        self.server.flush()

    def key(self, code: int, *, down: bool) -> None:
        """Queue a key as the control thread does."""
        self.board.adb.key(code, down)
        self.keys.key_received()

    def is_greeted(self) -> bool:
        """Receive what there is, the first reports included; return whether the hello was among it."""
        self.received += self.server.receive()
        return self.server.greeted

    def has_received(self, message: ExtensionMessage) -> bool:
        self.received += self.server.receive()
        return message in self.received[-1:]

    def wait_for(self, message: ExtensionMessage) -> None:
        wait_until(lambda: self.has_received(message), f"{message}")

    def wait_for_any(self, message: ExtensionMessage) -> None:
        """Wait for a message behind which there may be others."""
        wait_until(lambda: self.has_received(message) or message in self.received, f"{message}")


@pytest.fixture
def setup(probe_image: bytes, own_pid: int) -> Iterator[ExtensionSetup]:
    with ExtensionEnd.create(CAPABILITIES) as end, closing(Board(parse_rom(probe_image))) as board:
        server = connect_extension(own_pid, Capability)
        assert server is not None
        with closing(server):
            made = ExtensionSetup(board, end, server)
            made.thread.start()
            server.flush()
            wait_until(made.is_greeted, "the hello")
            yield made
            made.thread.stop()


def test_wheel_reaches_the_adb(setup: ExtensionSetup) -> None:
    setup.send(WheelTurn(3, -40))
    wait_until(lambda: setup.board.adb.read() == WheelEvent(3, -40), "the wheel's event")


def test_request_for_a_layout_reaches_the_adb(
    setup: ExtensionSetup, caplog: pytest.LogCaptureFixture
) -> None:
    setup.send(LayoutName("klingon"))
    wait_until(lambda: "klingon" in caplog.text, "the warning")
    setup.send(LayoutName("german"))
    wait_until(lambda: setup.board.adb.read() == LayoutEvent(LAYOUT_NAMES.index("german")), "the event")


def test_layout_of_the_guest_is_reported(setup: ExtensionSetup) -> None:
    setup.board.keyboard_layout.report(LAYOUT_NAMES.index("french"))
    setup.wait_for(LayoutName("french"))


def test_text_for_the_clipboard_waits_for_the_guest(setup: ExtensionSetup) -> None:
    setup.send(ClipboardText("from the host"))
    wait_until(lambda: setup.board.clipboard.take() == b"from the host", "the text")


def test_what_is_copied_is_reported_and_a_longer_text_as_an_empty_one(setup: ExtensionSetup) -> None:
    for text, reported in (("x", "x"), ("x", "x"), ("\N{EURO SIGN}" * (MAX_CLIPBOARD_BYTES // 3 + 1), "")):
        setup.received.clear()
        setup.board.clipboard.copied(text.encode("mac_roman"))
        setup.wait_for(ClipboardText(reported))


def test_open_sound_source_is_reported(setup: ExtensionSetup) -> None:
    setup.wait_for(SoundSource(False))
    setup.board.audio.open(0x1000)
    setup.wait_for(SoundSource(True))
    setup.board.reset()
    setup.wait_for(SoundSource(False))


def test_keys_that_the_guest_reads_are_counted(setup: ExtensionSetup) -> None:
    for _ in range(3):
        setup.key(5, down=True)
        setup.key(5, down=False)
    for count in range(1, 7):
        setup.board.adb.read()
        setup.wait_for(KeysRead(count))


def test_a_key_that_changes_nothing_does_not_wait(setup: ExtensionSetup) -> None:
    setup.key(5, down=True)
    setup.key(5, down=True)
    setup.board.adb.read()
    setup.wait_for(KeysRead(2))


def test_a_reset_leaves_nothing_to_read(setup: ExtensionSetup) -> None:
    setup.key(5, down=True)
    setup.board.adb.reset()
    setup.wait_for(KeysRead(1))


def test_next_server_is_counted_from_0_without_the_keys_of_the_last(setup: ExtensionSetup) -> None:
    setup.key(5, down=True)
    setup.key(6, down=True)
    setup.board.adb.read()
    setup.wait_for(KeysRead(1))
    setup.board.adb.release_all()
    setup.keys.server_disconnected()
    setup.wait_for(KeysRead(0))
    setup.key(7, down=True)
    while setup.board.adb.unread_keys > 1:
        setup.board.adb.read()
    assert KeysRead(1) not in setup.received[-1:]
    setup.board.adb.read()
    setup.wait_for(KeysRead(1))


def test_states_are_saved_and_loaded_for_the_server(probe_image: bytes, own_pid: int, tmp_path: Path) -> None:
    listener = RecordingListener()
    with (
        ExtensionEnd.create(CAPABILITIES | {Capability.STATES}) as end,
        closing(Board(parse_rom(probe_image))) as board,
    ):
        states = StateThread(tmp_path, board)
        cpu_thread = CpuThread(board, listener)
        states.attach(cpu_thread, listener)
        threads = (states, cpu_thread, ExtensionThread(end, board, listener, states))
        server = connect_extension(own_pid, Capability)
        assert server is not None
        with closing(server):
            made = ExtensionSetup(board, end, server)
            for thread in threads:
                thread.start()
            server.flush()
            wait_until(made.is_greeted, "the hello")
            wait_until(lambda: cpu_thread.state is State.RUNNING, "the 68k")
            for number, action, name, error in (
                (1, StateOperation.SAVE, "A", ""),
                (2, StateOperation.BACK, "", "There is no earlier state: the Mac saves one each minute."),
                (3, StateOperation.LOAD, "B", "There is no such state."),
                (4, StateOperation.LOAD, "A", ""),
                (5, StateOperation.BACK, "", ""),  # to what was left for "A"
            ):
                made.send(StateRequest(number, action, name))
                made.wait_for_any(StateResult(number, error))
            for thread in reversed(threads):
                thread.stop()
    assert listener.failures == 0
