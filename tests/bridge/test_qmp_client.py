"""Commands and jobs of a real QEMU, and a QEMU that answers nothing sensible."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from moof.bridge.control_socket import ControlSocket
from moof.bridge.program_states import ProgramStateError
from moof.bridge.qmp_client import QmpClient
from support.qemu import answering_program, create_qcow2, running_qemu


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[QmpClient]:
    async with running_qemu(tmp_path / "qemu", "-M", "none") as client:
        yield client


async def test_commands_return_values(client: QmpClient) -> None:
    assert await client.execute("query-name") == {}
    assert (await client.execute("query-status"))["running"] is False


async def test_failed_command_is_a_sentence(client: QmpClient) -> None:
    with pytest.raises(ProgramStateError, match=r"command no-such has not been found\.$"):
        await client.execute("no-such")
    assert await client.execute("query-name") == {}


async def test_job_is_awaited(client: QmpClient, tmp_path: Path) -> None:
    await create_qcow2(client, tmp_path / "disk", 1 << 20)
    assert (tmp_path / "disk").read_bytes()[:4] == b"QFI\xfb"
    assert await client.execute("query-jobs") == []


async def test_failed_job_is_a_sentence(client: QmpClient) -> None:
    with pytest.raises(ProgramStateError, match=r"none.*\.$"):
        await client.run_job("snapshot-save", "a", {"tag": "a", "vmstate": "none", "devices": ["none"]})
    assert await client.execute("query-jobs") == []


async def test_other_bytes_end_the_use_of_the_connection(tmp_path: Path) -> None:
    socket = ControlSocket(tmp_path)
    await socket.start()
    reader, writer = await asyncio.open_unix_connection(socket.path)
    writer.write(b"hello\n")
    client = QmpClient(socket)
    for _ in range(2):
        with pytest.raises(ProgramStateError, match="does not answer"):
            await client.execute("query-name")
    sent = await reader.read(1000)
    assert sent.count(b"\n") == 1, "nothing is sent after that"
    writer.close()
    socket.stop()


async def test_ended_qemu_does_not_answer(tmp_path: Path) -> None:
    async with running_qemu(tmp_path, "-M", "none") as client:
        await client.execute("quit")
        with pytest.raises(ProgramStateError, match="does not answer"):
            await client.execute("query-name")


@pytest.mark.parametrize("jobs", [7, [7], {"id": "a"}])
async def test_jobs_that_are_none_of_qemu_end_the_use_of_the_connection(tmp_path: Path, jobs: object) -> None:
    async with answering_program(tmp_path, jobs) as client:
        with pytest.raises(ProgramStateError, match="does not answer"):
            await client.run_job("snapshot-save", "a", {})
