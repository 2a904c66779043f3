"""Processes that a child has left, of a process of its own, since a subreaper stays one."""

from __future__ import annotations

import subprocess
import sys

from moof.ipc import is_process_alive

MAIN = """
import asyncio, os, sys
from moof.process import ChildProcess, OrphanReaper

def children():
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return file.read().split()

async def main(end, script):
    reaper = OrphanReaper()
    other = ChildProcess(["sleep", "600"], print)
    child = ChildProcess([sys.executable, "-c", script], lambda line: print(line, flush=True))
    assert await child.wait() == 5
    if end == "True":
        await reaper.end()
    async with asyncio.timeout(30):
        while children() != [str(other.pid)]:
            await asyncio.sleep(0.005)
    assert other.running
    assert await other.kill() == -9

asyncio.run(main(*sys.argv[1:]))
"""

LEAVES = """
import os, signal, sys, time
reader, writer = os.pipe()

def leave(generations):
    if os.fork():
        return
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if generations > 1:
        leave(generations - 1)
    os.write(writer, b"%d\\n" % os.getpid())
    time.sleep({seconds})
    os._exit(0)

for _ in range(2):
    leave({generations})
pids = os.fdopen(reader)
print(*(pids.readline() for _ in range(2 * {generations})), sep="", end="")
sys.stdout.flush()
os._exit(5)
"""


def pids_of(*, generations: int = 1, seconds: int = 600, end: bool = True) -> list[int]:
    """Run a program that leaves two processes, their children and so on; return their pids.

    They end by themselves after `seconds`; with `end` they are ended before. No child may be left afterwards
    but one that was started as such.
    """
    script = LEAVES.format(generations=generations, seconds=seconds)
    words = [sys.executable, "-c", MAIN, str(end), script]
    pids = [int(line) for line in subprocess.check_output(words, text=True, timeout=60).splitlines()]
    assert len(set(pids)) == 2 * generations
    return pids


def test_programs_that_have_left_their_session_are_ended() -> None:
    assert not any(map(is_process_alive, pids_of()))


def test_what_such_programs_have_started_is_ended() -> None:
    assert not any(map(is_process_alive, pids_of(generations=3)))


def test_those_that_end_by_themselves_are_reaped() -> None:
    assert not any(map(is_process_alive, pids_of(seconds=0, end=False)))
