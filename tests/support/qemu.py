"""A real QEMU without a window, controlled by QMP."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from moof.bridge.control_socket import ControlSocket
from moof.bridge.qmp_client import QmpClient

QUADRA = ("qemu-system-m68k", "-S")
"""A Quadra's QEMU, whose machine does not run."""


@asynccontextmanager
async def running_qemu(
    directory: Path, *arguments: str, program: Sequence[str] = QUADRA
) -> AsyncIterator[QmpClient]:
    """Start QEMU with these arguments, and end it afterwards; `directory` gets its control socket."""
    if shutil.which(program[0]) is None:
        pytest.fail(f"This needs {program[0]}: apt install qemu-system-misc", pytrace=False)
    await asyncio.to_thread(directory.mkdir, parents=True, exist_ok=True)
    socket = ControlSocket(directory)
    await socket.start()
    words = (*program, "-display", "none", "-nodefaults", "-qmp", f"unix:{socket.path}", *arguments)
    process = await asyncio.create_subprocess_exec(*words)
    try:
        async with asyncio.timeout(30):
            await socket.connection()
        yield QmpClient(socket)
    finally:
        process.kill()
        await process.wait()
        socket.stop()


@asynccontextmanager
async def answering_program(directory: Path, answer: object) -> AsyncIterator[QmpClient]:
    """Run a program in place of QEMU that answers every command with the same value."""
    socket = ControlSocket(directory)
    await socket.start()
    reader, writer = await asyncio.open_unix_connection(socket.path)

    async def answer_all() -> None:
        while line := await reader.readline():
            writer.write(json.dumps({"return": answer, "id": json.loads(line)["id"]}).encode() + b"\n")

    answering = asyncio.create_task(answer_all())
    try:
        yield QmpClient(socket)
    finally:
        answering.cancel()
        writer.close()
        socket.stop()


async def create_qcow2(client: QmpClient, path: Path, size: int) -> None:
    """Make an empty disk in the format qcow2."""
    await asyncio.to_thread(path.touch)
    await client.execute("blockdev-add", {"driver": "file", "node-name": "new", "filename": str(path)})
    options = {"driver": "qcow2", "file": "new", "size": size}
    await client.run_job("blockdev-create", "create", {"options": options})
    await client.execute("blockdev-del", {"node-name": "new"})
