import tracemalloc
from pathlib import Path

import pytest

from moof.states import StateError
from moof.states.state_check import check_state_file
from support.state_files import hostile_files, state_file


def test_whole_state_passes(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_bytes(state_file("Hello"))
    assert check_state_file(path).metadata.name == "Hello"


@pytest.mark.parametrize(("kind", "data"), hostile_files().items(), ids=hostile_files())
def test_hostile_files_are_refused_in_little_memory(kind: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(StateError):
            check_state_file(path)
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
