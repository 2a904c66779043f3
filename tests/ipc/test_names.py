"""Paths of an emulator's files, as docs/contract.md states them."""

from __future__ import annotations

from pathlib import Path

from moof.ipc import capture_path
from moof.ipc.names import extension_path, segment_path, shm_name, socket_path


def test_paths_derive_from_the_process_id() -> None:
    assert shm_name(42) == "/macemu-video-42"
    assert segment_path(42) == Path("/dev/shm/macemu-video-42")
    assert socket_path(42) == Path("/tmp/macemu-42.sock")
    assert extension_path(42) == Path("/tmp/moof-42.sock")
    assert capture_path(42) == Path("/tmp/macemu-42-capture")
