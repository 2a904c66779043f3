"""A machine's state as a state file, and back.

The contents are laid out as `moof.states.contents_layout` says. The picture is reduced, so that a shelf of
states is small.
"""

import numpy as np

from moof import __version__
from moof.mac.device_json import devices_from_json, devices_to_json
from moof.mac.machine_state import MachineState
from moof.media.depth import to_bgra
from moof.states import StateFile, StateMetadata, StateSummary, pack_state
from moof.states.contents_layout import LENGTHS, part_lengths
from moof.states.metadata import MAX_STATE_NAME
from moof.states.state_picture import reduced_picture


def state_to_file(state: MachineState, name: str) -> bytes:
    """Return the file's bytes; takes a few tens of milliseconds. Raises StateError for a bad name."""
    devices = devices_to_json(state.devices)
    ram, pixels = state.ram.data, state.framebuffer.data
    lengths = LENGTHS.pack(len(devices), len(state.rom), len(ram), len(pixels))
    return pack_state(_summary(state, name), (lengths, devices, state.rom, ram, pixels))


def state_from_file(file: StateFile) -> MachineState:
    """Return the state. Raises StateError for contents that no Mac has saved."""
    contents = memoryview(file.contents)
    lengths = part_lengths(contents[: LENGTHS.size], len(contents))
    parts, at = [], LENGTHS.size
    for length in lengths:
        parts.append(contents[at : at + length])
        at += length
    devices, rom, ram, pixels = parts
    return MachineState(
        devices_from_json(bytes(devices)),
        bytes(rom),
        file.summary.metadata.rom,
        np.frombuffer(ram, dtype=np.uint8),
        np.frombuffer(pixels, dtype=np.uint8),
    )


def _summary(state: MachineState, name: str) -> StateSummary:
    mode = state.devices.video.mode
    rom_name = "".join(each for each in state.rom_name if each.isprintable())[:MAX_STATE_NAME]
    metadata = StateMetadata(
        name=name,
        saved=state.devices.clock // 1_000_000,
        width=mode.width,
        height=mode.height,
        depth=mode.depth,
        ram_mb=len(state.ram) >> 20,
        version=__version__,
        rom=rom_name,
    )
    return StateSummary(metadata, _picture(state))


def _picture(state: MachineState) -> bytes:
    video = state.devices.video
    mode = video.mode
    raw = state.framebuffer.reshape(mode.height, mode.row_bytes)
    pixels = np.empty((mode.height, mode.width), dtype=np.uint32)
    to_bgra(raw, mode.depth, np.array(video.clut, dtype=np.uint32), pixels, (0, mode.height))
    return reduced_picture(pixels)
