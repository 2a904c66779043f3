"""A Mac with the probe ROM (roms/probe.s), which stores results and executes EMUL_OPs for tests."""

import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moof.ipc import EmulatorEnd
from moof.mac.headless import HeadlessMac
from moof.mac.memory import MEGABYTE, GuestMemory

MAILBOX = 0x2200
ARGUMENTS = 0x2204
SOUND = 0x2300
SOUND_BUFFER = 0x1_0000


@pytest.fixture(scope="session")
def probe_image() -> bytes:
    return bytes.fromhex((Path(__file__).parent / "roms" / "probe.hex").read_text())


@pytest.fixture
def probe_file(probe_image: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "probe.rom"
    path.write_bytes(probe_image)
    return path


@pytest.fixture
def mac(probe_image: bytes) -> Iterator[HeadlessMac]:
    """A Mac that has booted the probe and waits for interrupts."""
    with HeadlessMac(probe_image) as machine:
        machine.settle()
        yield machine


@pytest.fixture
def call_host(mac: HeadlessMac) -> Callable[..., tuple[int, ...]]:
    """`call_host(opcode, d0, d1, d2, a0)`: 68k code executes that EMUL_OP; returns the registers after it."""

    def call(opcode: int, d0: int = 0, d1: int = 0, d2: int = 0, a0: int = 0) -> tuple[int, ...]:
        mac.memory.write_bytes(ARGUMENTS, struct.pack(">4I", d0, d1, d2, a0))
        mac.memory.write16(MAILBOX, opcode)
        mac.run(1)
        return struct.unpack(">4I", mac.memory.read_bytes(ARGUMENTS, 16))

    return call


@pytest.fixture(scope="session")
def describe_sound() -> Callable[..., int]:
    """`describe_sound(memory, rate, channels, bits)`: writes sound component data; returns its address."""

    def describe(memory: GuestMemory, rate: float = 22_050, channels: int = 2, bits: int = 16) -> int:
        code = b"raw " if bits == 8 else b"twos"
        data = struct.pack(">I4sHHIII", 0, code, channels, bits, round(rate * 65536), 0, SOUND_BUFFER)
        memory.write_bytes(SOUND, data)
        return SOUND

    return describe


@pytest.fixture
def memory() -> GuestMemory:
    return GuestMemory(MEGABYTE)


@pytest.fixture
def end() -> Iterator[EmulatorEnd]:
    """An emulator's end of IPC v4, as a Mac in this process has it."""
    with EmulatorEnd.create() as emulator_end:
        yield emulator_end


@pytest.fixture
def own_pid() -> int:
    return os.getpid()
