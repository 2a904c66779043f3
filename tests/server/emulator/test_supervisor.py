"""The supervised emulators are small Python scripts; they create a file in their first run."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from moof.process import DEFAULT_ENVIRONMENT, ProcessEnvironment
from moof.server.emulator.restart_policy import RestartPolicy
from moof.server.emulator.supervisor import (
    GIVEN_UP,
    OUTPUT_LINES,
    RESTARTING,
    STARTING,
    SWITCHED_OFF,
    Supervisor,
    SupervisorListener,
)
from support.waiting import wait_until

READY = "import os; print(f'ready pid={os.getpid()} shm=/s socket=/tmp/s', flush=True)\n"
SLEEP = "import time; time.sleep(600)\n"


def once(marker: Path, ending: str) -> str:
    """Return lines of a script that do `ending` in its first run only."""
    return f"import os; path = {str(marker)!r}\nif not os.path.exists(path): open(path, 'w'); {ending}\n"


class Watcher(SupervisorListener):
    """Keeps what a supervisor reports, and waits for it."""

    def __init__(
        self,
        script: str,
        first_delay: float = 0.001,
        *,
        isolated: bool = True,
        min_ready: float = 3.0,
        environment: ProcessEnvironment = DEFAULT_ENVIRONMENT,
    ) -> None:
        self.notes: list[str] = []
        self.ready: list[int] = []
        self._changed = asyncio.Event()
        policy = RestartPolicy(
            first_delay=first_delay, max_delay=first_delay, min_run=0.0, min_ready=min_ready
        )
        command = [sys.executable, *(["-I", "-S"] if isolated else []), "-c", script]
        self.supervisor = Supervisor(command, policy, environment=environment)
        self.supervisor.add_listener(self)

    def supervisor_changed(self) -> None:
        self.notes.append(self.supervisor.note)
        if not self.supervisor.note and self.supervisor.ready_pid is not None:
            self.ready.append(self.supervisor.ready_pid)
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Supervisor]:
        task = asyncio.create_task(self.supervisor.run())
        try:
            yield self.supervisor
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert self.supervisor.pid is None


def test_cancelling_leaves_no_process() -> None:
    async def scenario() -> int:
        watcher = Watcher(READY + SLEEP)
        async with watcher.running():
            await watcher.until(lambda: bool(watcher.ready))
        return watcher.ready[0]

    assert not Path(f"/proc/{asyncio.run(scenario())}").exists()


async def test_ready_line_names_the_process() -> None:
    watcher = Watcher(READY + SLEEP)
    async with watcher.running() as supervisor:
        await watcher.until(lambda: bool(watcher.ready))
        assert watcher.ready == [supervisor.pid]
        assert watcher.notes == [STARTING, ""]


@pytest.mark.parametrize("death", ["os.kill(os.getpid(), 9)", "os._exit(3)"])
async def test_crashed_emulator_is_restarted(death: str, tmp_path: Path) -> None:
    watcher = Watcher(READY + once(tmp_path / "marker", death) + SLEEP)
    async with watcher.running():
        await watcher.until(lambda: len(watcher.ready) == 2)
    assert watcher.ready[0] != watcher.ready[1]
    assert watcher.notes[:2] == [STARTING, ""]
    assert watcher.notes[3:] == [""]  # the reason stays until the emulator is ready
    assert any("stopped unexpectedly" in note for note in watcher.notes)


async def test_note_says_how_the_emulator_ended() -> None:
    watcher = Watcher("import os; print('No such ROM.', flush=True); os._exit(1)", first_delay=600.0)
    async with watcher.running():
        await watcher.until(lambda: len(watcher.notes) == 2)
    assert watcher.notes[1] == (
        "The Mac stopped unexpectedly, exit status 1 (No such ROM.). Starting it again…"
    )


async def test_status_75_restarts_with_a_note(tmp_path: Path) -> None:
    watcher = Watcher(READY + once(tmp_path / "marker", "os._exit(75)") + SLEEP)
    async with watcher.running():
        await watcher.until(lambda: len(watcher.ready) == 2)
    assert watcher.notes == [STARTING, "", RESTARTING, RESTARTING, ""]


async def test_mac_that_was_shut_down_stays_off_until_a_request(tmp_path: Path) -> None:
    watcher = Watcher(once(tmp_path / "marker", "os._exit(0)") + READY + SLEEP)
    async with watcher.running() as supervisor:
        await watcher.until(lambda: SWITCHED_OFF in watcher.notes)
        assert supervisor.off
        assert not supervisor.running
        supervisor.restart()
        await watcher.until(lambda: bool(watcher.ready))


async def test_request_replaces_a_running_emulator() -> None:
    watcher = Watcher(READY + SLEEP)
    async with watcher.running() as supervisor:
        await watcher.until(lambda: len(watcher.ready) == 1)
        supervisor.restart()
        await watcher.until(lambda: len(watcher.ready) == 2)
    assert watcher.notes == [STARTING, "", RESTARTING, ""]


async def test_request_ends_the_delay() -> None:
    watcher = Watcher("import os; os.kill(os.getpid(), 9)", first_delay=600.0)
    async with watcher.running() as supervisor:
        await watcher.until(lambda: len(watcher.notes) == 2)
        supervisor.restart()
        await watcher.until(lambda: len(watcher.notes) == 4)
    assert watcher.notes[2] == RESTARTING
    assert signal.SIGKILL.name in watcher.notes[1]
    assert watcher.notes[1] == watcher.notes[3]


@pytest.mark.parametrize("min_ready", [0.0, 600.0])
async def test_last_line_is_in_the_note_only_if_the_emulator_could_not_start(min_ready: float) -> None:
    script = READY + "print('some log line', flush=True); os._exit(1)"
    watcher = Watcher(script, first_delay=600.0, min_ready=min_ready)
    async with watcher.running():
        await watcher.until(lambda: len(watcher.notes) == 3)
    line = " (some log line)" if min_ready else ""
    assert watcher.notes[2] == f"The Mac stopped unexpectedly, exit status 1{line}. Starting it again…"


@pytest.mark.parametrize("start", [READY, ""])
async def test_emulator_that_ends_with_status_0_as_soon_as_it_starts_has_its_last_line_in_the_note(
    start: str,
) -> None:
    watcher = Watcher(start + "import os; print('This is no ROM.', flush=True); os._exit(0)")
    async with watcher.running() as supervisor:
        await watcher.until(lambda: supervisor.off)
        await watcher.until(lambda: supervisor.note.startswith(SWITCHED_OFF))
    assert watcher.notes[-1] == f"{SWITCHED_OFF} It ended as soon as it was started: This is no ROM."


async def test_emulator_that_cannot_run_is_given_up_at_once_with_its_reason_in_the_note() -> None:
    watcher = Watcher(READY + "print('It needs a ROM.\\n'); raise SystemExit(78)", min_ready=0.0)
    async with watcher.running() as supervisor:
        await watcher.until(lambda: supervisor.note.startswith(GIVEN_UP))
        assert supervisor.note == f"{GIVEN_UP}: It needs a ROM."
        assert (supervisor.restarts, supervisor.off) == (0, True)
        supervisor.restart()
        await watcher.until(lambda: supervisor.restarts == 1 and supervisor.note.startswith(GIVEN_UP))


async def test_last_lines_of_output_are_kept() -> None:
    watcher = Watcher(f"for n in range(300): print(n)\n{READY}{SLEEP}")
    async with watcher.running() as supervisor:
        await watcher.until(lambda: bool(watcher.ready))
        assert len(supervisor.output) == OUTPUT_LINES
        assert supervisor.output[-2] == "299"


async def test_emulator_without_a_ready_line_is_found_by_its_segment() -> None:
    script = f"""
import os, sys, time
sys.path[:0] = {sys.path!r}
from moof.ipc import EmulatorEnd
end = EmulatorEnd.create()
time.sleep(600)
"""
    watcher = Watcher(script, isolated=False)
    async with watcher.running() as supervisor:
        await watcher.until(lambda: bool(watcher.ready))
        assert supervisor.ready_pid == supervisor.pid


async def test_command_that_fails_is_given_up_and_started_again_on_request() -> None:
    watcher = Watcher("raise SystemExit('no ROM')")
    async with watcher.running() as supervisor:
        for _ in range(2):
            await watcher.until(lambda: supervisor.note.startswith(GIVEN_UP))
            assert "no ROM" in supervisor.note
            assert supervisor.off
            supervisor.restart()
            await watcher.until(lambda: not supervisor.note.startswith(GIVEN_UP))


async def test_missing_working_directory_is_named_in_the_note() -> None:
    watcher = Watcher("", environment=ProcessEnvironment(Path("/nowhere")))
    async with watcher.running() as supervisor:
        await watcher.until(lambda: supervisor.note.startswith(GIVEN_UP))
        assert "/nowhere" in supervisor.note


async def test_stopped_emulator_starts_on_request() -> None:
    watcher = Watcher(READY + SLEEP)
    async with watcher.running() as supervisor:
        await watcher.until(lambda: bool(watcher.ready))
        supervisor.stop()
        await watcher.until(lambda: supervisor.note == SWITCHED_OFF)
        assert supervisor.off
        assert supervisor.pid is None
        supervisor.restart()
        await watcher.until(lambda: len(watcher.ready) == 2)
        assert supervisor.restarts == 1


def held_open(permit: Path) -> str:
    """Return a script that prints "ending" at SIGTERM, and ends as soon as the file `permit` is there."""
    return (
        "import os, signal, time\n"
        "def end(*_):\n"
        "    os.write(1, b'ending\\n')\n"  # print() may be in the middle of the ready line
        f"    while not os.path.exists({str(permit)!r}): time.sleep(0.01)\n"
        "    os._exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
    ) + (READY + SLEEP)


@pytest.mark.parametrize(
    ("requests", "on"),
    [
        (("stop", "start"), True),
        (("stop", "restart"), True),
        (("restart", "stop"), False),
        (("restart", "start"), True),
        (("stop", "start", "stop"), False),
        (("restart", "stop", "start"), True),
    ],
)
async def test_the_last_request_counts_while_the_emulator_ends(
    requests: tuple[str, ...], on: bool, tmp_path: Path
) -> None:
    watcher = Watcher(held_open(tmp_path / "permit"))
    async with watcher.running() as supervisor:
        await watcher.until(lambda: len(watcher.ready) == 1)
        getattr(supervisor, requests[0])()
        await asyncio.to_thread(wait_until, lambda: "ending" in supervisor.output, "SIGTERM to arrive")
        for request in requests[1:]:
            getattr(supervisor, request)()
        (tmp_path / "permit").touch()
        await watcher.until(lambda: len(watcher.ready) == 2 or supervisor.off)
        assert supervisor.off is not on
        assert supervisor.restarts == int(on)


async def test_requests_at_once_leave_what_the_last_one_wants() -> None:
    watcher = Watcher(READY + SLEEP)
    async with watcher.running() as supervisor:
        await watcher.until(lambda: len(watcher.ready) == 1)
        supervisor.start()  # it runs
        supervisor.stop()
        await watcher.until(lambda: supervisor.off)
        supervisor.start()
        supervisor.stop()
        await watcher.until(lambda: watcher.notes.count(SWITCHED_OFF) == 2)
        assert supervisor.off
        supervisor.stop()
        supervisor.start()
        await watcher.until(lambda: len(watcher.ready) == 2)
        assert supervisor.restarts == 1


async def test_a_stop_before_the_emulator_is_ready_counts() -> None:
    watcher = Watcher(READY + SLEEP)
    async with watcher.running() as supervisor:
        await watcher.until(lambda: supervisor.note == STARTING)
        supervisor.stop()
        await watcher.until(lambda: supervisor.off)
        supervisor.start()
        await watcher.until(lambda: supervisor.restarts == 1 and not supervisor.note)


async def test_a_stop_ends_the_delay_after_a_crash() -> None:
    watcher = Watcher("import os; os.kill(os.getpid(), 9)", first_delay=600.0)
    async with watcher.running() as supervisor:
        await watcher.until(lambda: "stopped unexpectedly" in supervisor.note)
        supervisor.stop()
        await watcher.until(lambda: supervisor.off)
        assert supervisor.note == SWITCHED_OFF
        supervisor.start()
        await watcher.until(lambda: "stopped unexpectedly" in supervisor.note)
