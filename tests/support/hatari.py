"""A real Hatari without a window and without sound, controlled by its socket."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from moof.bridge.control_socket import ControlSocket
from moof.bridge.hatari_states import HatariStates
from moof.bridge.limits import Limits
from moof.bridge.program import OutputListener, Program
from moof.bridge.recipe_folder import find_recipe
from support.waiting import WAIT_SECONDS

DESKTOP = Path(__file__).parents[1] / "e2e" / "atari" / "desktop.hex"
IMAGE_BYTES = 256 * 1024
SHOWN_KEY = 0x78000 + 200 * 80 + 41
"""Where the small desktop draws the newest key: a byte for each bit of its scan code but the highest."""


def write_atari_system(folder: Path) -> Path:
    """Write the small desktop as an operating system of Hatari."""
    path = folder / "desktop.img"
    path.write_bytes(bytes.fromhex(DESKTOP.read_text()).ljust(IMAGE_BYTES, b"\0"))
    return path


class HatariLines(OutputListener):
    """Passes Hatari's output on to its states, and to who waits for it."""

    def __init__(self, states: HatariStates) -> None:
        self._states = states
        self.lines: asyncio.Queue[str] = asyncio.Queue()

    def line_written(self, line: str) -> None:
        self._states.line_written(line)
        self.lines.put_nowait(line)


@dataclass
class RunningHatari:
    """A Hatari, its states, and a folder for files."""

    program: Program
    states: HatariStates
    output: HatariLines
    socket: ControlSocket
    folder: Path

    async def wait_for_line(self, part: str) -> None:
        """Wait for a line of its output with this part."""
        async with asyncio.timeout(WAIT_SECONDS):
            while part not in await self.output.lines.get():
                pass

    async def send(self, command: str) -> None:
        """Send a command."""
        await (await self.socket.connection()).send(f"{command}\n".encode())

    async def press(self, scan_code: int) -> None:
        """Press a key, and wait until the small desktop shows it."""
        async with asyncio.timeout(WAIT_SECONDS):
            while await self.shown_key() != scan_code:
                await self.send(f"hatari-event keypress {scan_code}")

    async def shown_key(self) -> int:
        """Return the scan code that the small desktop shows, 0 for none."""
        path = self.folder / "memory"
        await self.send(f"hatari-debug savebin {path} {SHOWN_KEY:#x} 7")
        await self.wait_for_line("Wrote 0x7 bytes")
        data = path.read_bytes()
        return sum(1 << (6 - bit) for bit, value in enumerate(data) if value == 0xFF)


@asynccontextmanager
async def running_hatari(folder: Path, *arguments: str) -> AsyncIterator[RunningHatari]:
    """Start Hatari as its recipe says, with more arguments, and end it afterwards."""
    if shutil.which("hatari") is None:
        pytest.fail("This test needs Hatari: apt install hatari", pytrace=False)
    socket = ControlSocket(folder)
    await socket.start()
    command = find_recipe("hatari").options(arguments, write_atari_system(folder)).command
    states = HatariStates(socket, command)
    output = HatariLines(states)
    words = [word.replace("{control}", str(socket.path)) for word in command]
    environment = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "HOME": str(folder)}
    program = Program(words, environment, Limits(), None, output)
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await socket.connection()
        running = RunningHatari(program, states, output, socket, folder)
        await running.wait_for_line("NVRAM not found")  # before, some commands end it
        yield running
    finally:
        await program.end()
        socket.stop()
