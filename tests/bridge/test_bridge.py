"""An unmodified SDL program behind the bridge: picture, keys, mouse, life cycle."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.ipc import (
    CommandCode,
    EmulatorConnection,
    IpcError,
    Key,
    MachineCommand,
    Mouse,
    Ping,
    State,
    is_process_alive,
    segment_path,
)
from moof.process import EXIT_STATUS_CANNOT_RUN
from support.bridge_process import X_BUTTONS, BridgeProcess, running_bridge, wait_until
from support.processes import descendants

KEY_A, KEY_B, KEY_R, KEY_Q, KEY_X = 0x00, 0x0B, 0x0F, 0x0C, 0x07
SDL_A = 4
RED = 0xFFFF0000
MACEMU_STAND_IN = Path(__file__).parents[1] / "support" / "macemu_stand_in.py"


def children(pid: int) -> list[int]:
    """Return a process's children in the order of their start: the display, then the program."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for_end(pids: list[int]) -> None:
    wait_until(lambda: not any(map(is_process_alive, pids)), "every process to end")


def directories(pid: int) -> list[Path]:
    parents = {Path(os.environ.get("XDG_RUNTIME_DIR", "/tmp")), Path("/tmp")}
    return [path for parent in parents for path in parent.glob(f"moof-bridge-{pid}-*")]


def expected(width: int, height: int) -> NDArray[np.uint32]:
    rows, columns = np.indices((height, width))
    return (rows % 256 << 8 | columns % 256).astype(np.uint32) | np.uint32(0xFF000000)


def test_the_picture_is_the_programs_pixel_for_pixel(sdl: BridgeProcess) -> None:
    wait_until(lambda: (sdl.pixels()[100:, 100:] == expected(320, 200)[100:, 100:]).all(), "the gradient")


def test_key_is_pressed_and_its_change_has_an_exact_rectangle(sdl: BridgeProcess) -> None:
    sdl.press(KEY_A)
    sdl.wait_for_event(key=SDL_A, down=True)
    sdl.wait_for_event(key=SDL_A, down=False)
    sdl.wait_for_pixel(16, 24, RED)
    assert sdl.dirty[-1] == (16, 24, 8, 4)


def test_unchanged_drawing_gives_no_frame(sdl: BridgeProcess) -> None:
    sdl.press(KEY_A)
    sdl.wait_for_pixel(16, 24, RED)
    before = len(sdl.dirty)
    sdl.press(KEY_B)
    sdl.wait_for_event(key=SDL_A + 1, down=False)
    sdl.send(Ping(77, 1, 2))
    wait_until(
        lambda: (frame := sdl.latest()) and frame.ping and frame.ping.sequence == 77, "the echo of a ping"
    )
    assert len(sdl.dirty) == before


def test_next_server_gets_a_complete_frame_after_slots_were_overwritten(tmp_path: Path) -> None:
    with running_bridge(tmp_path) as first, contextlib.ExitStack() as cleanup:
        first.wait_for_size(320, 200)
        wait_until(lambda: (first.pixels() == expected(320, 200)).all(), "the program's picture")
        os.truncate(first.connection.segment.path, 0)
        first.connection.close()
        second = replace(first, newest=None, dirty=[])

        def connect() -> bool:
            try:
                second.connection = cleanup.enter_context(EmulatorConnection.connect(first.process.pid))
            except IpcError:  # it is being mended
                return False
            return True

        wait_until(connect, "the next server's connection")
        second.wait_for_size(320, 200)
        assert (second.pixels()[100:, 100:] == expected(320, 200)[100:, 100:]).all()


def test_a_ping_is_echoed_although_nothing_changes(sdl: BridgeProcess) -> None:
    sdl.send(Ping(5, 100, 200))
    wait_until(lambda: (frame := sdl.latest()) and frame.ping and frame.ping.sequence == 5, "the echo")
    assert sdl.newest is not None
    assert sdl.newest.ping is not None
    echo = sdl.newest.ping
    assert (echo.t1_browser_ms, echo.t2_server_us) == (100, 200)
    assert 0 < echo.t3_emulator_us <= echo.t4_frame_us


def test_mouse_moves_to_the_viewers_position(sdl: BridgeProcess) -> None:
    sdl.send(Mouse(123, 45, 0, absolute=True))
    sdl.wait_for_event(x=123, y=45)
    sdl.send(Mouse(130, 50, 1, absolute=True))
    sdl.wait_for_event(x=130, y=50)
    sdl.wait_for_event(button=1, down=True)
    sdl.send(Mouse(130, 50, 6, absolute=True))
    for button, down in ((1, False), (3, True), (2, True)):
        sdl.wait_for_event(button=button, down=down)
    sdl.send(Mouse(-5, 7, 0, absolute=False))
    sdl.wait_for_event(x=125, y=57)
    wait_until(lambda: (f := sdl.latest()) and (f.cursor_x, f.cursor_y) == (125, 57), "the cursor's place")


def test_wheel_turns_the_programs_wheel(sdl: BridgeProcess) -> None:
    sdl.turn_wheel((0, 20), (0, 28))
    sdl.wait_for_event(wheel_right=0, wheel_up=-1)
    sdl.turn_wheel((-48, -48))
    sdl.wait_for_event(wheel_right=0, wheel_up=1)
    sdl.wait_for_event(wheel_right=-1, wheel_up=0)


def test_wheel_clicks_buttons_4_to_7_where_the_pointer_is(tmp_path: Path) -> None:
    program = (sys.executable, str(X_BUTTONS), str(tmp_path / "events"))
    with running_bridge(tmp_path, program=program) as running:
        running.wait_for_size(320, 200)
        running.send(Mouse(77, 66, 0, absolute=True))
        wait_until(lambda: (f := running.latest()) and (f.cursor_x, f.cursor_y) == (77, 66), "the pointer")
        for dx, dy, button in ((0, -120, 4), (0, 72, 5), (48, 0, 7), (-48, 0, 6)):
            running.turn_wheel((dx, dy))  # each is waited for, since opposite turns add up to none
            running.wait_for_event(button=button, down=False)
        clicks = [event["button"] for event in running.events() if event["down"]]
        assert clicks == [4, 4, 5, 7, 6]
        assert {(event["x"], event["y"]) for event in running.events()} == {(77, 66)}


def test_keys_and_buttons_are_released_at_disconnect(tmp_path: Path) -> None:
    with running_bridge(tmp_path) as running:
        running.wait_for_size(320, 200)
        running.press(KEY_B)
        running.wait_for_event(key=SDL_A + 1, down=False)
        running.send(Key(KEY_A, down=True))
        running.wait_for_event(key=SDL_A, down=True)
        running.connection.close()
        running.wait_for_event(key=SDL_A, down=False)


def test_a_window_that_changes_its_size_is_followed(tmp_path: Path) -> None:
    with running_bridge(tmp_path) as running:
        running.wait_for_size(320, 200)
        running.press(KEY_R)
        running.wait_for_size(400, 300)
        wait_until(lambda: (running.pixels() == expected(400, 300)).all(), "the larger picture")


def test_pause_and_resume(tmp_path: Path) -> None:
    with running_bridge(tmp_path) as running:
        running.wait_for_size(320, 200)
        running.send(MachineCommand(CommandCode.PAUSE))
        wait_until(lambda: running.connection.segment.state is State.PAUSED, "the pause")
        running.press(KEY_A)
        inside = [pid for pid, name in descendants(running.process.pid).items() if name != "Xvfb"]
        wait_until(lambda: all(process_state(p) == "T" for p in inside), "the program to stop")
        stopped = [p for p in children(running.process.pid) if process_state(p) == "T"]
        assert len(stopped) == 1, "the display is not stopped"
        running.send(MachineCommand(CommandCode.RESUME))
        running.wait_for_pixel(16, 24, RED)
        assert running.connection.segment.state is State.RUNNING


def process_state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_reset_asks_to_be_started_again_and_stop_ends(tmp_path: Path) -> None:
    for number, (command, status) in enumerate(((CommandCode.RESET, 75), (CommandCode.STOP, 0))):
        (tmp_path / str(number)).mkdir()
        with running_bridge(tmp_path / str(number)) as running:
            family = children(running.process.pid)
            running.send(MachineCommand(command))
            assert running.process.wait(30) == status
            wait_for_end(family)
            assert directories(running.process.pid) == []


def test_bridge_ends_with_its_program(tmp_path: Path) -> None:
    for number, (key, status) in enumerate(((KEY_Q, 0), (KEY_X, 1))):
        (tmp_path / str(number)).mkdir()
        with running_bridge(tmp_path / str(number)) as running:
            running.wait_for_size(320, 200)
            running.press(key)
            assert running.process.wait(30) == status


def test_program_that_gives_up_has_its_message_explained(tmp_path: Path) -> None:
    """Basilisk II ends so, with status 0, if it cannot use its ROM."""
    program = tmp_path / "BasiliskII"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {MACEMU_STAND_IN} "$@"\n')
    program.chmod(0o755)
    (tmp_path / "rom").write_text("wrong")
    (tmp_path / ".basilisk_ii_prefs").write_text(f"rom {tmp_path}/rom\n")
    environment = {**os.environ, "HOME": str(tmp_path), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = [sys.executable, "-m", "moof", "bridge", "--emulator", "basilisk2"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == EXIT_STATUS_CANNOT_RUN
    last_line = ended.stderr.splitlines()[-1]
    assert last_line.startswith("Basilisk II cannot use this ROM")
    assert last_line.endswith("BasiliskII says: ERROR: Unsupported ROM type.")


def test_a_display_that_does_not_start_may_start_the_next_time(tmp_path: Path) -> None:
    """As a crash, not as an emulator that cannot run (test_bridge.py of the command line)."""
    (tmp_path / "Xvfb").write_text("#!/bin/sh\necho out of memory\nexit 1\n")
    (tmp_path / "Xvfb").chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = [sys.executable, "-m", "moof", "bridge", "--no-sandbox", "--", "true"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == "Xvfb did not start: out of memory."


def test_program_that_ends_by_itself_right_after_its_start_has_failed(tmp_path: Path) -> None:
    script = f"while [ ! -e {tmp_path}/connected ]; do sleep .05; done; echo no ROM"
    with running_bridge(tmp_path, program=("sh", "-c", script)) as running:
        (tmp_path / "connected").touch()
        assert running.process.wait(30) == EXIT_STATUS_CANNOT_RUN
        wait_until(lambda: "Its last lines: no ROM" in running.errors[-1], "the reason")


def test_all_processes_end_whichever_is_killed(tmp_path: Path) -> None:
    with running_bridge(tmp_path) as running:
        running.wait_for_size(320, 200)
        family = children(running.process.pid)
        assert len(family) == 2
        os.kill(running.process.pid, signal.SIGKILL)
        wait_for_end(family)
        assert directories(running.process.pid) != []
    (tmp_path / "next").mkdir()
    with running_bridge(tmp_path / "next") as following:
        assert directories(running.process.pid) == [], "the next bridge cleans up"
        assert not segment_path(running.process.pid).exists()
        following.wait_for_size(320, 200)
        family = children(following.process.pid)
        os.kill(family[0], signal.SIGKILL)  # the display
        assert following.process.wait(30) == 1
        wait_for_end(family)
        wait_until(lambda: "Xvfb, has ended" in following.errors[-1], "the reason as the last line")
    assert len(following.errors) < 40
    assert not any("Traceback" in line for line in following.errors)


LEAVES = """
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print(f"left {os.getpid()}", flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_program_that_has_left_its_session_ends_without_a_sandbox(
    tmp_path: Path, number: signal.Signals
) -> None:
    options, program = ("--no-sandbox",), (sys.executable, "-c", LEAVES)
    with running_bridge(tmp_path, options=options, program=program) as running:
        wait_until(lambda: any(": left " in line for line in running.errors), "the start")
        left = next(int(line.split()[-1]) for line in running.errors if ": left " in line)
        running.process.send_signal(number)
        running.process.wait(30)
        if number is signal.SIGKILL:  # the next bridge ends it
            assert is_process_alive(left)
            with running_bridge(tmp_path):
                wait_for_end([left])
        wait_for_end([left])


def test_two_at_once_have_displays_of_their_own(sdl: BridgeProcess, tmp_path: Path) -> None:
    with running_bridge(tmp_path, "--size", "200x100") as other:
        other.wait_for_size(200, 100)
        other.press(KEY_R)
        other.wait_for_size(400, 300)
        sdl.latest()
        assert sdl.newest is not None
        assert (sdl.newest.width, sdl.newest.height) == (320, 200)


def test_program_that_grabs_the_mouse_gets_movements(tmp_path: Path) -> None:
    with running_bridge(tmp_path, "--relative", options=("--mouse", "relative")) as running:
        running.wait_for_size(320, 200)
        running.send(Mouse(150, 120, 0, absolute=True))
        wait_until(lambda: moved(running) == (150, 120), "the journey by the corner")
        running.send(Mouse(10, 199, 0, absolute=True))
        wait_until(lambda: moved(running) == (10, 199), "the way to another place")


def moved(running: BridgeProcess) -> tuple[int, int]:
    """Return the position of a guest's pointer that starts anywhere and stops at the edges."""
    x, y = 160, 100
    for event in running.events():
        if "dx" in event:
            x, y = max(0, min(x + event["dx"], 319)), max(0, min(y + event["dy"], 199))
    return x, y


def test_limited_program_uses_one_processor(tmp_path: Path) -> None:
    with running_bridge(tmp_path, options=("--cpus", "1", "--memory-limit", "4000")) as running:
        running.wait_for_size(320, 200)
        program = children(running.process.pid)[-1]
        assert len(os.sched_getaffinity(program)) == 1
        limits = Path(f"/proc/{program}/limits").read_text()
        assert str(4000 * 1024 * 1024) in limits
