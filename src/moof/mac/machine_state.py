"""Saves and restores a whole board between two instructions of its CPU."""

import time
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.mac.adb import AdbState
from moof.mac.audio_device import AudioState
from moof.mac.board import Board
from moof.mac.cpu import CpuState
from moof.mac.disk import DiskState
from moof.mac.memory import FRAMEBUFFER_BASE, MAX_ROM_BYTES, ROM_BASE, GuestMemory
from moof.mac.video_card import VideoState
from moof.sentence import Sentence
from moof.states import StateError

_COPY_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class DeviceStates:
    """What the devices hold. `clock`: the time of day when it was saved, microseconds since 1970."""

    cpu: CpuState
    adb: AdbState
    audio: AudioState
    video: VideoState
    disk: DiskState
    xpram: bytes
    keyboard_layout: str | None
    clipboard: bytes | None
    clock: int


@dataclass(frozen=True, slots=True)
class MachineState:
    """Everything that decides how a Mac goes on.

    `ram` and `framebuffer` are uint8; the framebuffer has the size of the mode. `rom_name` is for people.
    """

    devices: DeviceStates
    rom: bytes
    rom_name: str
    ram: NDArray[np.uint8]
    framebuffer: NDArray[np.uint8]


def save_board(board: Board) -> MachineState:
    """Return a copy of the board's state. Called on the thread that runs the CPU, which waits meanwhile."""
    mode = board.video.mode
    rom_bytes = board.rom_in_memory
    return MachineState(
        devices=DeviceStates(
            cpu=board.interrupts.save(),
            adb=board.adb.save(),
            audio=board.audio.save(),
            video=board.video.save(),
            disk=board.disk.save(),
            xpram=board.xpram.contents(),
            keyboard_layout=board.keyboard_layout.name,
            clipboard=board.clipboard.waiting(),
            clock=board.clock.microseconds(),
        ),
        rom=board.memory.read_bytes(ROM_BASE, rom_bytes),
        rom_name=board.rom.name,
        ram=board.memory.view(0, board.memory.ram_bytes).copy(),
        framebuffer=board.memory.view(FRAMEBUFFER_BASE, mode.row_bytes * mode.height).copy(),
    )


def check_board(board: Board, state: MachineState) -> None:
    """Raise StateError if this board cannot continue from `state`."""
    if len(state.ram) != board.memory.ram_bytes:
        there, here = (size >> 20 for size in (len(state.ram), board.memory.ram_bytes))
        raise StateError(
            Sentence(
                "The state is of a Mac with {there} MB of RAM; this one has {here} MB.",
                there=str(there),
                here=str(here),
            )
        )
    mode = state.devices.video.mode
    if len(state.rom) > MAX_ROM_BYTES or len(state.framebuffer) != mode.row_bytes * mode.height:
        raise StateError("The state does not fit this Mac's memory.")


def restore_board(board: Board, state: MachineState) -> None:
    """Continue from `state`; what was there is lost. Raises StateError before anything changes.

    Called on the thread that runs the CPU. The state's ROM runs until the next reset.
    """
    check_board(board, state)
    devices = state.devices
    board.power_request = None
    board.video.restore(devices.video)
    _fill(board.memory, FRAMEBUFFER_BASE, state.framebuffer)
    board.memory.clear_ram()
    _fill(board.memory, 0, state.ram)
    board.load_rom(state.rom)
    board.xpram.replace(devices.xpram)
    board.adb.restore(devices.adb)
    board.audio.restore(devices.audio)
    board.clipboard.restore(devices.clipboard)
    board.keyboard_layout.restore(devices.keyboard_layout)
    board.interrupts.restore(devices.cpu)
    board.disk.restore(devices.disk)  # last: it may post an interrupt


def _fill(memory: GuestMemory, address: int, data: NDArray[np.uint8]) -> None:
    """Store `data`; a piece that is there already is not written, so that empty RAM uses no pages."""
    target = memory.view(address, len(data))
    for at in range(0, len(data), _COPY_BYTES):
        piece, there = data[at : at + _COPY_BYTES], target[at : at + _COPY_BYTES]
        if not np.array_equal(piece, there):
            there[:] = piece


def resume_board(board: Board, state: MachineState) -> None:
    """Continue from `state` for people, who hold no keys of then; as `restore_board` otherwise.

    Keys and buttons that were down are released, and the sound that was requested then is not awaited.
    """
    restore_board(board, state)
    board.adb.release_all()
    board.audio.abandon()
    board.activity.note(time.monotonic())
