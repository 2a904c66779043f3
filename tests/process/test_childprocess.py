"""Child processes: small Python scripts."""

import asyncio
import itertools
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.process import ChildProcess, LineReader, ProcessEnvironment, Sandbox
from moof.process.visible_files import program_files
from support.processes import descendants

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
sleeper = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
print(subprocess.Popen([sys.executable, "-c", sleeper]).pid, flush=True)
time.sleep(600)
"""

POLITE = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
print("up", flush=True)
time.sleep(600)
"""

TALKING = """
import sys
print("out", flush=True)
print("err", file=sys.stderr)
sys.stdout.write("end")
sys.exit(75)
"""

LEAVES_A_GRANDCHILD = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
"""

PARENT = """
import asyncio, os, signal, sys
sys.path[:0] = {path!r}
from moof.process import ChildProcess
async def main():
    up = asyncio.Event()
    script = "import time; print('up', flush=True); time.sleep(600)"
    child = ChildProcess([sys.executable, "-c", script], lambda line: up.set())
    await up.wait()
    print(child.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


def python(script: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", script]


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  the kernel cannot set an asyncio.Event
            await asyncio.sleep(0.005)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


async def test_output_and_status() -> None:
    lines: list[str] = []
    before = open_descriptors()
    child = ChildProcess(python(TALKING), lines.append)
    assert await child.wait() == 75
    assert lines == ["out", "err", "end"]
    assert open_descriptors() == before


async def test_it_leads_a_group_and_session_of_its_own() -> None:
    lines: list[str] = []
    child = ChildProcess(python("import os; print(os.getpid(), os.getpgid(0), os.getsid(0))"), lines.append)
    await child.wait()
    assert lines == [f"{child.pid} {child.pid} {child.pid}"]


async def test_a_signal_is_a_negative_status() -> None:
    child = ChildProcess(python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), lambda line: None)
    assert await child.wait() == -signal.SIGKILL


async def test_unknown_command_is_reported() -> None:
    lines: list[str] = []
    child = ChildProcess(["/nowhere/emulator"], lines.append)
    assert await child.wait() == 127
    assert lines == ["There is no command /nowhere/emulator."]


async def test_child_that_handles_sigterm_ends_by_itself() -> None:
    lines: list[str] = []
    child = ChildProcess(python(POLITE), lines.append)
    await eventually(lambda: bool(lines))
    assert await child.end(grace=10.0) == 3


async def test_group_that_ignores_sigterm_is_killed() -> None:
    lines: list[str] = []
    child = ChildProcess(python(STUBBORN), lines.append)
    await eventually(lambda: bool(lines))
    grandchild = int(lines[0])
    assert await child.end(grace=0.05) == -signal.SIGKILL
    await eventually(lambda: not alive(grandchild))


async def test_grandchild_with_the_pipe_open_delays_nothing() -> None:
    child = ChildProcess(python(LEAVES_A_GRANDCHILD), lambda line: None)
    async with asyncio.timeout(30):
        assert await child.wait() == 0
    child.signal_group(signal.SIGKILL)


async def test_wait_may_be_cancelled_and_repeated() -> None:
    child = ChildProcess(python("import time; time.sleep(600)"), lambda line: None)
    waiting = asyncio.create_task(child.wait())
    await asyncio.sleep(0)
    waiting.cancel()
    assert await child.kill() == -signal.SIGKILL
    assert await child.wait() == -signal.SIGKILL


@given(st.binary(max_size=300), st.lists(st.integers(0, 300)))
def test_lines_do_not_depend_on_how_they_arrive(data: bytes, cuts: list[int]) -> None:
    whole, pieces = LineReader(), LineReader()
    expected = whole.feed(data) + whole.flush()
    bounds = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    lines = [line for start, end in itertools.pairwise(bounds) for line in pieces.feed(data[start:end])]
    assert lines + pieces.flush() == expected


def test_long_line_is_cut() -> None:
    reader = LineReader()
    assert [len(line) for line in reader.feed(bytes(10_000))] == [4096, 4096]


async def test_it_does_not_outlive_its_parent() -> None:
    lines: list[str] = []
    parent = ChildProcess([sys.executable, "-c", PARENT.format(path=sys.path)], lines.append)
    assert await parent.wait() == -signal.SIGKILL
    await eventually(lambda: not alive(int(lines[0])))


async def test_a_child_has_a_clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLOUD_SECRET_KEY", "secret")
    monkeypatch.setenv("LC_TIME", "C")
    lines: list[str] = []
    child = ChildProcess(["env"], lines.append, ProcessEnvironment(tmp_path, {"ITS_OWN": "1"}))
    assert await child.wait() == 0
    names = {line.partition("=")[0] for line in lines}
    assert {"PATH", "LC_TIME", "ITS_OWN"} <= names
    assert "CLOUD_SECRET_KEY" not in names
    assert f"PWD={tmp_path}" in lines or "PWD" not in names


def test_lines_are_without_escape_sequences() -> None:
    reader = LineReader()
    assert reader.feed(b"\x1b[31mred\x1b[0m\x07\n\x1b]0;") == ["red\ufffd"]
    assert reader.feed(b"title\x07rest") == []
    assert reader.flush() == ["rest"]


def in_a_sandbox(folder: Path) -> ProcessEnvironment:
    read_only = tuple(program_files(Path(sys.executable), Path.home()))
    return ProcessEnvironment(folder, sandbox=Sandbox(read_only, writable=(folder,)))


async def test_sigterm_reaches_a_program_in_a_sandbox_which_may_save_first(tmp_path: Path) -> None:
    lines: list[str] = []
    child = ChildProcess([sys.executable, "-c", POLITE], lines.append, in_a_sandbox(tmp_path))
    await eventually(lambda: lines == ["up"])
    assert await child.end(30) == 3


async def test_stubborn_program_in_a_sandbox_is_killed_with_its_children(tmp_path: Path) -> None:
    lines: list[str] = []
    child = ChildProcess([sys.executable, "-c", STUBBORN], lines.append, in_a_sandbox(tmp_path))
    await eventually(lambda: len(lines) == 1)
    inside = set(descendants(child.pid))
    assert len(inside) == 3, "bubblewrap's init, the program and its child"
    assert await child.end(0.1) < 0
    await eventually(lambda: not any(map(alive, inside)))


async def test_a_signal_in_a_sandbox_is_a_negative_status(tmp_path: Path) -> None:
    environment = ProcessEnvironment(sandbox=Sandbox())
    child = ChildProcess(["sh", "-c", "kill -SEGV $$"], lambda line: None, environment)
    assert await child.wait() == -signal.SIGSEGV


async def test_a_folder_that_the_sandbox_does_not_show_is_empty_inside(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    lines: list[str] = []
    environment = ProcessEnvironment(tmp_path, sandbox=Sandbox())
    child = ChildProcess(["sh", "-c", "pwd; ls"], lines.append, environment)
    assert await child.wait() == 0
    assert lines == [str(tmp_path)]


FLOOD = "yes 'a line' & wait"


async def test_a_command_that_writes_without_end_has_to_wait() -> None:
    """With one line a second its reader takes one block, and the pipe stays full."""
    lines: list[str] = []
    child = ChildProcess(["sh", "-c", FLOOD], lines.append, max_lines_per_second=1)
    await eventually(lambda: bool(lines) and waits_in_a_pipe(child.pid))
    assert len(lines) <= 4096 // len("a line\n")
    await child.kill()


def waits_in_a_pipe(pid: int) -> bool:
    """Return whether a descendant of the process waits until it can write to a pipe."""
    waiting = (Path(f"/proc/{each}/wchan") for each in descendants(pid))
    return any("pipe_write" in path.read_text() for path in waiting if path.exists())


async def test_all_that_was_written_at_the_end_is_passed_on() -> None:
    lines: list[str] = []
    child = ChildProcess(["sh", "-c", "seq 6000"], lines.append, max_lines_per_second=2)
    assert await child.wait() == 0
    assert lines == [str(number) for number in range(1, 6001)]
