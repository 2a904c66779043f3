"""Both ends against C programs: an emulator for our server's end, a server for our emulator's end."""

import queue
import select
import subprocess
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from moof.geometry import Rect
from moof.ipc import (
    AudioFormat,
    AudioRequest,
    CommandCode,
    EmulatorConnection,
    EmulatorEnd,
    Frame,
    Key,
    MachineCommand,
    Message,
    Mouse,
    MouseMode,
    MouseModeCode,
    Ping,
    PingEcho,
    PixelFormat,
    State,
)

TIMEOUT = 30.0


@pytest.fixture(params=[1, 2], ids=["one descriptor", "two descriptors"])
def c_emulator(
    request: pytest.FixtureRequest, compile_c: Callable[[str], str]
) -> Iterator[subprocess.Popen[str]]:
    command = [compile_c("emulator"), str(request.param)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def wait_readable(fd: int) -> None:
    assert select.select([fd], [], [], TIMEOUT)[0] == [fd]


def next_frame(connection: EmulatorConnection) -> Frame:
    wait_readable(connection.frame_fd)
    frame = connection.frames.latest()
    assert frame is not None
    return frame


def test_server_end_with_a_c_emulator(c_emulator: subprocess.Popen[str]) -> None:
    assert c_emulator.stdout is not None
    with EmulatorConnection.connect(c_emulator.pid, TIMEOUT) as connection:
        assert connection.segment.state is State.RUNNING
        assert connection.frames.latest() is None
        for message in (
            Key(0x24, True, 2),
            Mouse(-5, 7, 1, False, 2**63),
            Mouse(40000, 9, 4, True),
            MachineCommand(CommandCode.PAUSE),
            MouseMode(MouseModeCode.RELATIVE),
            Ping(1, 11, 22),
        ):
            connection.send(message)
        first = next_frame(connection)
        assert (first.index, first.slot, first.width, first.height) == (1, 0, 640, 480)
        assert (first.dirty, first.pixel_format) == ((10, 20, 30, 40), PixelFormat.BGRA)
        assert (first.cursor_x, first.cursor_y, first.cursor_visible) == (639, 479, True)
        assert first.timestamp_us == 1_000_000
        assert first.ping is not None
        assert first.ping.sequence == 1
        columns, rows = np.arange(640 * 4), np.arange(480)[:, None]
        assert np.array_equal(first.pixels.reshape(480, 640 * 4), (columns + rows).astype(np.uint8))
        assert connection.frames.still_valid(first)
        connection.send(Ping(2, 12, 23))
        second = next_frame(connection)
        assert (second.index, second.skipped, second.slot) == (2, 0, 1)
        assert second.ping is not None
        assert second.ping.t1_browser_ms == 12
        assert second.ping.t3_emulator_us == 333
        connection.send(MachineCommand(CommandCode.STOP))
        assert c_emulator.wait(TIMEOUT) == 0
        assert not connection.is_alive()
    assert c_emulator.stdout.read().splitlines() == [
        "key 36 1 2",
        "mouse -5 7 1 0 9223372036854775808",
        "mouse 40000 9 4 1 0",
        "command 4",
        "mode 1",
        "ping 1 0",
        "ping 2 0",
        "command 2",
    ]


def test_frames_published_too_fast_are_skipped_or_detected_as_torn(
    c_emulator: subprocess.Popen[str],
) -> None:
    with EmulatorConnection.connect(c_emulator.pid, TIMEOUT) as connection:
        connection.send(MachineCommand(CommandCode.START))
        frame, handed_out, jumped_over = next_frame(connection), 0, 0
        while True:
            intact = bool((frame.pixels == frame.index & 0xFF).all())
            assert intact or not connection.frames.still_valid(frame)
            assert frame.slot == (frame.index - 1) % 3
            # A header that is written while it is read may already be the next frame's.
            assert frame.dirty.x in (frame.index % 500, (frame.index + 1) % 500)
            handed_out, jumped_over = handed_out + 1, jumped_over + frame.skipped
            if frame.index == 2000:
                break
            while (newer := connection.frames.latest()) is None:
                wait_readable(connection.frame_fd)
            frame = newer
        assert handed_out + jumped_over >= 2000
        connection.send(MachineCommand(CommandCode.STOP))


def test_sound_of_a_c_emulator_that_never_signals_it(c_emulator: subprocess.Popen[str]) -> None:
    assert c_emulator.stdout is not None
    with EmulatorConnection.connect(c_emulator.pid, TIMEOUT) as connection:
        for samples in (882, 881, 880):
            connection.send(AudioRequest(samples))
        connection.send(MachineCommand(CommandCode.STOP))
        assert c_emulator.wait(TIMEOUT) == 0
        assert connection.audio.available() == 2
        frame = connection.audio.read()
        assert frame is not None
        assert (frame.sample_rate, frame.channels, frame.samples) == (44100, 2, 882)
        assert (frame.format, frame.timestamp_us) == (AudioFormat.PCM_S16, 77)
        assert np.frombuffer(frame.data, ">i2").tolist() == list(range(882 * 2))
        second = connection.audio.read()
        assert second is not None
        assert second.samples == 881
        assert connection.audio.read() is None


def test_emulator_end_with_a_c_server(
    emulator: EmulatorEnd,
    received: queue.Queue[Message | str],
    answers: list[Callable[[Message], None]],
    compile_c: Callable[[str], str],
) -> None:
    def answer(message: Message) -> None:
        if isinstance(message, AudioRequest):
            sound = np.arange(-1, 2 * message.requested_samples - 1).astype(">i2").tobytes()
            assert emulator.audio.write(48_000, 2, message.requested_samples, sound, 55)
        elif isinstance(message, Ping):
            echo = PingEcho(message.sequence, message.t1_browser_send_ms, message.t2_server_recv_us, 33, 44)
            emulator.frames.begin()[341, 511] = (1, 2, 3, 255)
            emulator.frames.publish(512, 342, Rect(0, 1, 512, 341), (9, 8, True), 66, echo)

    emulator.segment.state = State.PAUSED
    answers.append(answer)
    program = [compile_c("server"), str(emulator.segment.pid)]
    result = subprocess.run(program, stdout=subprocess.PIPE, text=True, timeout=TIMEOUT, check=True)
    assert result.stdout.splitlines() == [
        "segment size 24898880 mode 600",
        "header 4d454d34 4 1 2",
        "silence 48000 2 960 1",
        "handshake E",
        "audio eventfd signalled 1",
        "sound 48000 2 960 1 55 -1 0",
        "sound fields 48000 2 1 960 1",
        "frame eventfd signalled 1",
        "frame 1 slot 0 next 1 size 512x342 format 1",
        "dirty 0 1 512 341 cursor 9 8 1 time 66",
        "last pixel 1 2 3 255",
        "ping 5 11 22 33 44",
    ]
    assert [received.get(timeout=TIMEOUT) for _ in range(9)] == [
        "connected",
        Key(0x24, True, 2),
        Mouse(-5, 7, 1, False, 99),
        Mouse(40000, 9, 4, True),
        MachineCommand(CommandCode.PAUSE),
        MouseMode(MouseModeCode.RELATIVE),
        AudioRequest(960),
        Ping(5, 11, 22),
        "disconnected",
    ]
