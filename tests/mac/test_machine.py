import contextlib
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from moof.extension import Capability, ExtensionError, WheelTurn, connect_extension
from moof.ipc import (
    AudioRequest,
    CommandCode,
    EmulatorConnection,
    Frame,
    IpcError,
    Key,
    MachineCommand,
    Mouse,
    Ping,
    State,
)
from moof.ipc.names import extension_path
from moof.mac import machine
from moof.mac.emulops import EmulOp, PowerRequest
from moof.mac.errors import MacError
from moof.mac.machine import MacOptions
from moof.mac.memory import FRAMEBUFFER_BASE
from moof.mac.rom import RomError

THREADS = {"68k", "video-refresh", "control-socket", "extension", "audio", "tick", "xpram"}
PROGRAM = """
import sys
from pathlib import Path
from moof.mac.machine import MacOptions, run
rom, xpram, memory = map(Path, sys.argv[1:])
sys.exit(run(MacOptions(
    rom, xpram=xpram, documents="none", memory_file=memory, on_ready=lambda line: print(line, flush=True)
)))
"""
DEADLINE = 30.0


def peek32(memory: Path, address: int) -> int:
    with memory.open("rb") as file:
        file.seek(address)
        return int.from_bytes(file.read(4), "big")


def poke(memory: Path, address: int, data: bytes) -> None:
    with memory.open("r+b") as file:
        file.seek(address)
        file.write(data)


class Mac:
    """A Mac in a process of its own, with a server's connection and its memory file."""

    def __init__(
        self, process: "subprocess.Popen[str]", connection: EmulatorConnection, memory: Path
    ) -> None:
        self.process = process
        self.connection = connection
        self.memory_file = memory

    def read32(self, address: int) -> int:
        return peek32(self.memory_file, address)

    def write(self, address: int, data: bytes) -> None:
        poke(self.memory_file, address, data)

    def call_host(self, opcode: int, d0: int = 0, a0: int = 0) -> None:
        self.write(0x2204, d0.to_bytes(4, "big") + bytes(8) + a0.to_bytes(4, "big"))
        self.write(0x2200, opcode.to_bytes(2, "big"))

    def frame(self, accept: Callable[[Frame], bool]) -> Frame:
        """Return the first frame that `accept` accepts."""
        poll = select.poll()
        poll.register(self.connection.frame_fd, select.POLLIN)
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            poll.poll(100)
            frame = self.connection.frames.latest()
            if frame is not None and accept(frame):
                return frame
        raise AssertionError("no such frame was published")


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


@contextmanager
def started(rom: bytes, directory: Path) -> Iterator[Mac]:
    rom_file, memory = directory / "probe.rom", directory / "guest.mem"
    rom_file.write_bytes(rom)
    arguments = [str(path) for path in (rom_file, directory / "xpram.bin", memory)]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == (
                f"ready pid={process.pid} shm=/macemu-video-{process.pid} "
                f"socket=/tmp/macemu-{process.pid}.sock\n"
            )
            with EmulatorConnection.connect(process.pid, DEADLINE) as connection:
                yield Mac(process, connection, memory)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def mac_process(probe_image: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mac]:
    """One Mac for all tests that leave it running, because starting one takes a second."""
    with started(probe_image, tmp_path_factory.mktemp("shared")) as mac:
        yield mac


def leftovers(pid: int) -> list[Path]:
    names = (f"/dev/shm/macemu-video-{pid}", f"/tmp/macemu-{pid}.sock", f"/tmp/moof-{pid}.sock")
    paths = map(Path, names)
    return [path for path in paths if path.exists()]


def test_drawing_of_the_guest_is_published(mac_process: Mac) -> None:
    first = mac_process.frame(lambda frame: True)
    assert (first.width, first.height) == (1024, 768)
    mac_process.write(FRAMEBUFFER_BASE + 5 * 1024 + 9, b"\xff")
    drawn = mac_process.frame(lambda frame: frame.dirty == (9, 5, 1, 1))
    assert drawn.pixels[5, 9].tolist() == [0, 0, 0, 255]


def test_ping_is_echoed_in_the_next_frame(mac_process: Mac) -> None:
    mac_process.connection.send(Ping(77, 1, 2))
    echo = mac_process.frame(lambda frame: frame.ping is not None).ping
    assert echo is not None
    assert (echo.sequence, echo.t1_browser_ms, echo.t2_server_us) == (77, 1, 2)
    assert 0 < echo.t3_emulator_us <= echo.t4_frame_us


def test_keys_and_mouse_reach_the_guest(mac_process: Mac) -> None:
    mac_process.connection.send(Key(0x24, True))
    mac_process.connection.send(Mouse(100, 200, 1, True, time.time_ns() // 1_000_000))
    until(lambda: mac_process.read32(0x2400) == 2)
    events = [mac_process.read32(0x3000 + 4 * word) for word in range(6)]
    assert events == [1, 0x24, 0, 3, 100 << 16 | 200, 1]
    until(lambda: mac_process.connection.segment.mouse_latency[1] > 0)


def test_extension_socket_turns_the_wheel_whatever_was_sent_to_it_before(mac_process: Mac) -> None:
    for garbage in (b"", b"E" * 100, b"\xff" * 8, b"\x08\0\0\0\1\0\0\0MOOF\1\0\0\0\4"):
        with socket.socket(socket.AF_UNIX) as bad:
            bad.connect(str(extension_path(mac_process.process.pid)))
            bad.sendall(garbage)
    read = mac_process.read32(0x2400)
    server = None
    while server is None:
        try:
            server = connect_extension(mac_process.process.pid, Capability)
        except ExtensionError:  # the bad ones are still being disconnected
            time.sleep(0.01)
    with contextlib.closing(server):
        server.flush()
        until(lambda: server.receive() == [] and server.greeted)
        server.put(WheelTurn(3, -40))
        server.flush()
        until(lambda: mac_process.read32(0x2400) > read)
    event = 0x3000 + 12 * read
    assert [mac_process.read32(event), mac_process.read32(event + 4)] == [5, 3 << 16 | -40 & 0xFFFF]


def test_audio_request_is_answered(mac_process: Mac) -> None:
    component = struct.pack(">I4sHHIII", 0, b"twos", 2, 16, 44100 << 16, 0, 0x1_0000)
    mac_process.write(0x2300, component)
    mac_process.call_host(EmulOp.AUDIO_OPEN, a0=0x2300)
    until(lambda: mac_process.read32(0x2200) >> 16 == 0)
    mac_process.connection.send(AudioRequest(960))
    until(lambda: mac_process.connection.audio.available() > 0)
    sound = mac_process.connection.audio.read()
    assert sound is not None
    assert (sound.sample_rate, sound.channels, sound.samples) == (44100, 2, 882)
    assert sound.data[:6] == b"\0\0\0\1\0\2"


def test_commands_change_the_state(mac_process: Mac) -> None:
    for code, state in [
        (CommandCode.PAUSE, State.PAUSED),
        (CommandCode.RESUME, State.RUNNING),
        (CommandCode.STOP, State.STOPPED),
        (CommandCode.START, State.RUNNING),
        (CommandCode.RESET, State.RUNNING),
    ]:
        mac_process.connection.send(MachineCommand(code))
        until(lambda state=state: mac_process.connection.segment.state is state)  # type: ignore[misc]


def run_here(rom: Path, meanwhile: Callable[[Path], None]) -> int:
    """Run a Mac in this process; `meanwhile` gets its memory file as soon as it is ready."""
    memory = rom.with_name("guest.mem")
    options = MacOptions(
        rom,
        xpram=rom.with_name("xpram.bin"),
        documents="none",
        memory_file=memory,
        on_ready=lambda line: meanwhile(memory),
    )
    return machine.run(options)


def post_emul_op(memory: Path, opcode: int, d0: int) -> None:
    """Write an EMUL_OP to the probe's mailbox once the guest takes interrupts."""
    until(lambda: peek32(memory, 0x2104) > 0)
    poke(memory, 0x2204, d0.to_bytes(4, "big") + bytes(12))
    poke(memory, 0x2200, opcode.to_bytes(2, "big"))


@pytest.mark.parametrize(
    ("request_code", "status"), [(PowerRequest.SHUT_DOWN, 0), (PowerRequest.RESTART, 75)]
)
def test_power_request_determines_the_exit_status(
    probe_file: Path, request_code: PowerRequest, status: int
) -> None:
    assert run_here(probe_file, lambda memory: post_emul_op(memory, EmulOp.POWER, request_code)) == status
    assert leftovers(os.getpid()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_mac_without_leftovers(probe_file: Path, number: int) -> None:
    names: set[str] = set()

    def interrupt(memory: Path) -> None:
        names.update(thread.name for thread in threading.enumerate())
        post_emul_op(memory, EmulOp.XPRAM_WRITE, 0x90)
        os.kill(os.getpid(), number)

    threads, handler = threading.active_count(), signal.getsignal(number)
    assert run_here(probe_file, interrupt) == 0
    assert names >= THREADS
    assert threading.active_count() == threads
    assert signal.getsignal(number) is handler
    assert leftovers(os.getpid()) == []


def test_settings_are_saved_at_the_end(probe_file: Path) -> None:
    def change(memory: Path) -> None:
        post_emul_op(memory, EmulOp.XPRAM_WRITE, 0x0C)
        until(lambda: peek32(memory, 0x2200) >> 16 == 0)
        os.kill(os.getpid(), signal.SIGTERM)

    run_here(probe_file, change)
    assert probe_file.with_name("xpram.bin").read_bytes()[0x0C:0x10] == b"\0uMc"


def test_failed_thread_gives_exit_status_1(probe_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object) -> bool:
        raise RuntimeError("the refresh failed")

    monkeypatch.setattr("moof.mac.video_refresh.FrameComposer.refresh", fail)
    assert machine.run(MacOptions(probe_file, xpram="none", documents="none")) == 1
    assert leftovers(os.getpid()) == []


@pytest.mark.parametrize(
    "options",
    [
        MacOptions(Path("/nowhere.rom"), xpram="none", documents="none"),
        MacOptions(Path(__file__), xpram="none", documents="none"),
        MacOptions(ram_mb=65, xpram="none", documents="none"),
        MacOptions(width=641, xpram="none", documents="none"),
        MacOptions(xpram="/dev/null/xpram.bin", documents="none"),
    ],
)
def test_invalid_options_raise_mac_error(options: MacOptions, probe_file: Path) -> None:
    if options.rom is None:
        options = MacOptions(probe_file, options.ram_mb, options.xpram, None, options.width, documents="none")
    with pytest.raises(MacError):
        machine.run(options)


def test_foreign_rom_raises_rom_error_that_names_the_bridge(probe_file: Path) -> None:
    probe_file.write_bytes(bytes(0x8_0000))
    with pytest.raises(RomError, match="bridge"):
        machine.run(MacOptions(probe_file, xpram="none", documents="none"))


def test_ipc_error_at_start_raises_mac_error(probe_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise IpcError("no room in /dev/shm")

    monkeypatch.setattr("moof.ipc.EmulatorEnd.create", refuse)
    with pytest.raises(MacError, match="no room"):
        machine.run(MacOptions(probe_file, xpram="none", documents="none"))


def test_xpram_option_selects_the_path(tmp_path: Path) -> None:
    assert machine._xpram_path("none") is None
    assert machine._xpram_path(tmp_path) == tmp_path
    assert machine._xpram_path(None) is not None


def test_without_a_folder_for_documents_the_mac_starts_unless_it_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "moof").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert machine._make_documents(None) is None
    assert "has no disk" in caplog.text
    assert machine._make_documents("none") is None
    with pytest.raises(MacError):
        machine._make_documents(tmp_path / "moof" / "documents")
