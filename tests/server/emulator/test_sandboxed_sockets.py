"""Links to the sockets of an emulator that has a /tmp of its own; and such an emulator, supervised."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import moof
from moof.ipc import EmulatorConnection, IpcError, clean_up_dead
from moof.ipc.names import extension_path, socket_path
from moof.process import ProcessEnvironment, Sandbox
from moof.process.visible_files import program_files
from moof.server.emulator.sandboxed_sockets import link_sockets
from moof.server.emulator.supervisor import Supervisor, SupervisorListener
from support.moof_process import emulator_command
from support.waiting import WAIT_SECONDS


def dead_pid() -> int:
    child = subprocess.Popen(["true"])
    child.wait()
    return child.pid


def test_links_lead_into_the_folder_and_are_cleaned_up(tmp_path: Path) -> None:
    pid = dead_pid()
    stale = tmp_path / f"macemu-{pid}.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(stale))
    link_sockets(pid, tmp_path)
    link_sockets(pid, tmp_path)
    assert not stale.exists(), "left by an emulator that has ended"
    assert socket_path(pid).readlink() == tmp_path / f"macemu-{pid}.sock"
    assert extension_path(pid).readlink() == tmp_path / f"moof-{pid}.sock"
    assert {socket_path(pid), extension_path(pid)} <= set(clean_up_dead())
    assert not socket_path(pid).is_symlink()


def test_what_exists_is_left_alone(tmp_path: Path) -> None:
    path = socket_path(os.getpid())
    path.touch()
    try:
        link_sockets(os.getpid(), tmp_path)
        assert not path.is_symlink()
    finally:
        path.unlink()
        extension_path(os.getpid()).unlink()


class ReadyWatch(SupervisorListener):
    """Tells when an emulator is ready."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        self.ready = asyncio.Event()
        supervisor.add_listener(self)

    def supervisor_changed(self) -> None:
        if self.supervisor.ready_pid is not None:
            self.ready.set()


async def ready_pid(supervisor: Supervisor) -> int:
    async with asyncio.timeout(60):
        await ReadyWatch(supervisor).ready.wait()
    assert supervisor.ready_pid is not None
    return supervisor.ready_pid


async def connected(pid: int) -> EmulatorConnection:
    """Connect as the server does: again while the segment, which is found before it is whole, is made."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            try:
                return await asyncio.to_thread(EmulatorConnection.connect, pid, WAIT_SECONDS)
            except IpcError:
                await asyncio.sleep(0.05)


def network_of(pid: int) -> str:
    return str(Path(f"/proc/{pid}/ns/net").readlink())


@pytest.fixture
def environment(tmp_path: Path) -> ProcessEnvironment:
    source = Path(moof.__file__).parents[1]
    read_only = (*program_files(Path(sys.executable), Path.home()), source)
    sandbox = Sandbox(read_only, home=tmp_path / "home", tmp=tmp_path / "tmp", own_pids=False)
    return ProcessEnvironment(tmp_path, {}, sandbox)


async def test_emulator_of_the_contract_is_served_from_its_sandbox(environment: ProcessEnvironment) -> None:
    command = emulator_command()
    supervisor = Supervisor(command, environment=environment)
    running = asyncio.ensure_future(supervisor.run())
    try:
        pid = await ready_pid(supervisor)
        assert supervisor.pid != pid, "bubblewrap runs it"
        assert socket_path(pid).is_symlink()
        assert network_of(pid) != network_of(os.getpid())
        with await connected(pid) as connection:
            assert connection.segment.pid == pid
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert not socket_path(pid).is_symlink()
    assert not extension_path(pid).is_symlink()
