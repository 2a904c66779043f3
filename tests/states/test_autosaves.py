import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from moof.states import StateError, StateMetadata, StateSummary, pack_state, unpack_state
from moof.states.autosaves import MAX_AUTOSAVES, MAX_PUT_ASIDE, Autosaves

STORE_FOREVER = """
import sys
from pathlib import Path
from moof.states import StateMetadata, StateSummary, pack_state
from moof.states.autosaves import Autosaves
autosaves = Autosaves(Path(sys.argv[1]))
number = autosaves.newest_first()[0].saved
print("begins", flush=True)
while True:
    number += 60
    metadata = StateMetadata(str(number), number, 640, 480, 8, 8, "0", "rom")
    autosaves.store(pack_state(StateSummary(metadata, b""), (bytes(range(256)) * 400,)), number)
    print(number, flush=True)
"""


@pytest.fixture
def autosaves(tmp_path: Path) -> Iterator[Autosaves]:
    made = Autosaves(tmp_path)
    yield made
    made.close()


def test_newest_comes_first_and_the_oldest_go(autosaves: Autosaves) -> None:
    for number in range(15):
        autosaves.store(b"%d" % number, number * 60)
    there = autosaves.newest_first()
    assert [autosaves.read(each) for each in there] == [b"%d" % each for each in range(14, 4, -1)]
    assert len(there) == MAX_AUTOSAVES


def test_room_of_all_is_bounded_but_the_newest_stays(
    autosaves: Autosaves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moof.states.autosaves.MAX_AUTOSAVE_BYTES", 10)
    for number in range(5):
        autosaves.store(b"1234", number)
    assert len(autosaves.newest_first()) == 2
    autosaves.store(bytes(100), 9)
    assert len(autosaves.newest_first()) == 1


def test_clock_that_goes_back_does_not_change_the_order(autosaves: Autosaves) -> None:
    for text, now in ((b"first", 1000), (b"second", 10)):
        autosaves.store(text, now)
    assert [autosaves.read(each) for each in autosaves.newest_first()] == [b"second", b"first"]


def test_one_process_owns_the_folder(autosaves: Autosaves, tmp_path: Path) -> None:
    assert autosaves.claim()
    other = Autosaves(tmp_path)
    assert not other.claim()
    autosaves.close()
    assert other.claim()
    other.close()


def test_unreadable_states_are_put_aside_and_a_few_of_them_stay(autosaves: Autosaves, tmp_path: Path) -> None:
    for number in range(5):
        stored = autosaves.store(b"bad", number)
        assert autosaves.put_aside(stored).read_bytes() == b"bad"
    assert autosaves.newest_first() == []
    assert len(list(tmp_path.iterdir())) == MAX_PUT_ASIDE


def test_switched_off_lasts_until_the_next_state(autosaves: Autosaves) -> None:
    assert not autosaves.switched_off
    autosaves.note_switched_off()
    assert autosaves.switched_off
    autosaves.store(b"on", 1)
    assert not autosaves.switched_off


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    broken = Autosaves(tmp_path / "file" / "auto")
    assert broken.newest_first() == []
    for attempt in (broken.claim, broken.note_switched_off, lambda: broken.store(b"", 1)):
        with pytest.raises(StateError):
            attempt()


def test_kill_at_any_moment_leaves_the_last_state_and_whole_ones(
    autosaves: Autosaves, tmp_path: Path
) -> None:
    """A hundred times in bench/states.py; here a few, each after another number of states."""
    metadata = StateMetadata("0", 0, 640, 480, 8, 8, "0", "rom")
    autosaves.store(pack_state(StateSummary(metadata, b""), (b"first",)), 0)
    last = 0
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", STORE_FOREVER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(random.randrange(1, 12))]
            os.kill(process.pid, signal.SIGKILL)
            lines += process.stdout.readlines()
        last = max([last, *(int(line) for line in lines if line[:-1].isdigit() and line.endswith("\n"))])
        there = autosaves.newest_first()
        assert there[0].saved >= last
        for each in there:
            assert unpack_state(autosaves.read(each)).summary.metadata.saved == each.saved
