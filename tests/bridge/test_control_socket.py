"""A program connects to the bridge's socket, and only once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from moof.bridge.control_socket import ControlSocket


@pytest.fixture
async def control(tmp_path: Path) -> AsyncIterator[ControlSocket]:
    socket = ControlSocket(tmp_path)
    await socket.start()
    yield socket
    socket.stop()


async def test_bytes_go_in_both_directions(control: ControlSocket) -> None:
    reader, writer = await asyncio.open_unix_connection(control.path)
    connection = await control.connection()
    await connection.send(b"to the program")
    assert await reader.read(100) == b"to the program"
    writer.write(b"and back")
    assert await connection.receive() == b"and back"
    writer.close()
    assert await connection.receive() == b""


async def test_only_this_user_can_connect(control: ControlSocket) -> None:
    assert control.path.stat().st_mode & 0o777 == 0o600


async def test_second_connection_is_closed(control: ControlSocket) -> None:
    _, first = await asyncio.open_unix_connection(control.path)
    connection = await control.connection()
    reader, second = await asyncio.open_unix_connection(control.path)
    assert await reader.read() == b""
    first.write(b"still")
    assert await connection.receive() == b"still"
    for writer in (first, second):
        writer.close()


async def test_end_closes_the_connection(tmp_path: Path) -> None:
    control = ControlSocket(tmp_path)
    await control.start()
    reader, writer = await asyncio.open_unix_connection(control.path)
    await control.connection()
    control.stop()
    assert await reader.read() == b""
    writer.close()


async def test_end_without_a_program_ends_what_waits_for_it(tmp_path: Path) -> None:
    control = ControlSocket(tmp_path)
    await control.start()
    waiting = asyncio.ensure_future(control.connection())
    await asyncio.sleep(0)
    control.stop()
    with pytest.raises(asyncio.CancelledError):
        await waiting
