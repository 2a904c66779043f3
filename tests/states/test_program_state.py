import io
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from moof.states import StateError, StateMetadata, StateSummary, unpack_state
from moof.states.program_state import pack_program_state, unpack_program_state
from moof.states.state_shelf import StateShelf
from support.state_files import picture, state_file

SUMMARY = StateSummary(StateMetadata("A", 1, 640, 480, 32, 512, "0.1.0", "", "QEMU mac99, 512 MB"), picture())
CONTENTS = os.urandom(3 << 20) + bytes(5 << 20)


@pytest.fixture
def shelf(tmp_path: Path) -> StateShelf:
    """A shelf with the state A."""
    source = tmp_path / "contents"
    source.write_bytes(CONTENTS)
    shelf = StateShelf(tmp_path / "shelf")
    with source.open("rb") as contents, (tmp_path / "scratch").open("w+b") as scratch:
        packed = pack_program_state(SUMMARY, contents, scratch)
        shelf.save_pieces("A", packed.size, packed.pieces)
    assert len(shelf.read("A")) == packed.size < 4 << 20
    return shelf


def test_file_gives_the_same_contents(shelf: StateShelf) -> None:
    contents = io.BytesIO()
    with shelf.opened("A") as file:
        unpack_program_state(file, contents)
    assert contents.getvalue() == CONTENTS
    assert shelf.summary("A") == SUMMARY


@pytest.mark.parametrize("at", [0, 20, 100, 2 << 20, -1])
def test_changed_byte_is_noticed(shelf: StateShelf, at: int, tmp_path: Path) -> None:
    data = bytearray(shelf.read("A"))
    data[at] ^= 1
    path = tmp_path / "changed"
    path.write_bytes(data)
    with path.open("rb") as file, pytest.raises(StateError):
        unpack_program_state(file, io.BytesIO())


def test_states_of_the_built_in_mac_are_of_another_kind(shelf: StateShelf) -> None:
    shelf.save("Mac", state_file())
    with shelf.opened("Mac") as file, pytest.raises(StateError, match="another emulator"):
        unpack_program_state(file, io.BytesIO())
    with pytest.raises(StateError, match="another emulator"):
        unpack_state(shelf.read("A"))


class ChangingFile(io.BytesIO):
    """A file that a program still writes: it has another size than it had."""

    def __init__(self, data: bytes, before: BinaryIO) -> None:
        super().__init__(data)
        self._before = before

    def fileno(self) -> int:
        return self._before.fileno()


@pytest.mark.parametrize("size", [0, 999, 1001, 9 << 20])
def test_contents_that_change_meanwhile_are_refused(tmp_path: Path, size: int) -> None:
    (tmp_path / "before").write_bytes(bytes(1000))
    with (tmp_path / "before").open("rb") as before, pytest.raises(StateError, match="was changed"):
        pack_program_state(SUMMARY, ChangingFile(bytes(size), before), io.BytesIO())


def test_contents_have_a_bound(tmp_path: Path) -> None:
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(5 << 30)  # without blocks on the disk
    with huge.open("rb") as contents, pytest.raises(StateError, match="larger"):
        pack_program_state(SUMMARY, contents, io.BytesIO())
