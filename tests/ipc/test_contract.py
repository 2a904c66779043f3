"""The tables against the contract's numbers, written out here a second time, and against a C compiler."""

import subprocess
from pathlib import Path

import pytest

from moof.ipc import contract
from moof.ipc.record import Record

C_SOURCES = Path(__file__).parent / "c"

SEGMENT_OFFSETS = {
    "magic": (0, 4),
    "version": (4, 4),
    "pid": (8, 4),
    "state": (12, 4),
    "width": (16, 4),
    "height": (20, 4),
    "pixel_format": (24, 4),
    "dirty_x": (32, 4),
    "dirty_y": (36, 4),
    "dirty_width": (40, 4),
    "dirty_height": (44, 4),
    "cursor_x": (48, 2),
    "cursor_y": (50, 2),
    "cursor_visible": (52, 1),
    "write_index": (56, 4),
    "ready_index": (60, 4),
    "frame_count": (64, 8),
    "timestamp_us": (72, 8),
    "mouse_latency_avg_ms_x10": (80, 4),
    "mouse_latency_samples": (84, 4),
    "ping_t1_browser_ms": (88, 8),
    "ping_t2_server_us": (96, 8),
    "ping_t3_emulator_us": (104, 8),
    "ping_t4_frame_us": (112, 8),
    "ping_sequence": (120, 4),
    "frame_ready_eventfd": (124, 4),
    "audio_sample_rate": (128, 4),
    "audio_channels": (132, 4),
    "audio_format": (136, 4),
    "audio_samples_in_frame": (140, 4),
    "audio_write_index": (144, 4),
    "audio_ready_index": (148, 4),
    "audio_frame_count": (152, 8),
    "audio_timestamp_us": (160, 8),
    "audio_ready_eventfd": (168, 4),
    "audio_frame_write_idx": (172, 4),
    "audio_frame_read_idx": (176, 4),
    "capture_trigger": (15672, 4),
}


def test_every_field_of_the_segment_has_its_offset() -> None:
    assert {field.name: (field.offset, field.scalar.size) for field in contract.SEGMENT} == SEGMENT_OFFSETS


def test_the_arrays_fit_between_the_fields() -> None:
    audio_ring_end = contract.AUDIO_RING_OFFSET + contract.AUDIO_SLOTS * contract.AUDIO_FRAME.size
    frames_end = contract.FRAMES_OFFSET + contract.FRAME_SLOTS * contract.FRAME_SLOT_SIZE
    assert contract.AUDIO_FRAME.size == 3872
    assert audio_ring_end == contract.AUDIO_SILENCE_OFFSET
    assert (
        contract.AUDIO_SILENCE_OFFSET + contract.AUDIO_FRAME.size
        == contract.SEGMENT["capture_trigger"].offset
    )
    assert contract.SEGMENT["capture_trigger"].end == contract.FRAMES_OFFSET
    assert contract.FRAME_SLOT_SIZE == 8_294_400
    assert contract.SEGMENT_SIZE == frames_end + 4 == 24_898_880


def test_c_compiler_has_the_same_offsets() -> None:
    structs = {"Segment": contract.SEGMENT, "AudioFrame": contract.AUDIO_FRAME}
    lines = ['#include "contract.h"']
    for struct, record in structs.items():
        lines.append(f"SIZE({struct}, {record.size});")
        for field in record:
            lines.append(f"AT({struct}, {field.name}, {field.offset});")
            size = f"sizeof((({struct} *)0)->{field.name}) == {field.scalar.size}"
            lines.append(f'static_assert({size}, "size of {field.name}");')
    command = ["gcc", "-std=c11", "-fsyntax-only", "-I", str(C_SOURCES), "-x", "c", "-"]
    subprocess.run(command, input="\n".join(lines) + "\n", text=True, check=True)


@pytest.mark.parametrize(
    ("record", "size"),
    [
        (contract.KEY_MESSAGE, 8),
        (contract.MOUSE_RELATIVE_MESSAGE, 24),
        (contract.MOUSE_ABSOLUTE_MESSAGE, 24),
        (contract.COMMAND_MESSAGE, 8),
        (contract.PING_MESSAGE, 32),
        (contract.AUDIO_REQUEST_MESSAGE, 8),
        (contract.MOUSE_MODE_MESSAGE, 8),
    ],
)
def test_messages_have_the_sizes_of_real_programs(record: Record, size: int) -> None:
    assert record.size == record.struct.size == size


def test_the_atomic_fields_are_the_contracts() -> None:
    assert {field.name for field in contract.SEGMENT if field.atomic} == {
        "mouse_latency_avg_ms_x10",
        "mouse_latency_samples",
        "ping_sequence",
        "audio_frame_write_idx",
        "audio_frame_read_idx",
        "capture_trigger",
    }
