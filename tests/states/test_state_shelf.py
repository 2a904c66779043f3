import os
import tracemalloc
from pathlib import Path

import pytest

from moof.states import StateError
from moof.states.state_file import MAX_PICTURE
from moof.states.state_shelf import SUFFIX, StateShelf, checked_state_name, default_states
from support.state_files import state_file


def test_state_is_kept_under_its_name(tmp_path: Path) -> None:
    shelf = StateShelf(tmp_path / "states")
    shelf.save("Vor dem Essen — 1", b"one")
    assert shelf.read("Vor dem Essen — 1") == b"one"
    assert (tmp_path / "states").stat().st_mode & 0o777 == 0o700


def test_state_is_written_and_read_in_pieces(tmp_path: Path) -> None:
    shelf = StateShelf(tmp_path)
    shelf.check_new("A")
    shelf.save_pieces("A", 6, iter((b"one", b"two")))
    with shelf.opened("A") as file:
        assert file.read() == b"onetwo"
    with pytest.raises(StateError, match="already"):
        shelf.check_new("A")
    with pytest.raises(StateError, match="no such state"), shelf.opened("B"):
        pass


def test_times_of_all_states_are_known_or_of_none(tmp_path: Path) -> None:
    shelf = StateShelf(tmp_path)
    assert shelf.saved_times() == frozenset()
    shelf.save("A", state_file())
    assert shelf.saved_times() == frozenset({1000})
    shelf.save("B", b"damaged")
    assert shelf.saved_times() is None


def test_memory_of_a_list_does_not_grow_with_the_pictures(tmp_path: Path) -> None:
    shelf = StateShelf(tmp_path)
    picture = os.urandom(MAX_PICTURE)
    data = state_file(image=picture)
    peaks = []
    for count in (2, 30):
        for number in range(count):
            shelf.save(str(number), data, replace=True)
        tracemalloc.start()
        try:
            assert len(shelf.entries()) == count
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] - peaks[0] < MAX_PICTURE / 2
    assert shelf.summary("0").picture == picture


def test_name_is_given_once(tmp_path: Path) -> None:
    shelf = StateShelf(tmp_path)
    shelf.save("A", b"one")
    with pytest.raises(StateError, match="already"):
        shelf.save("A", b"two")
    assert shelf.read("A") == b"one"
    shelf.save("A", b"three", replace=True)
    assert shelf.read("A") == b"three"


@pytest.mark.parametrize("name", ["", " a", "../a", "a/b", ".a", "-a", "a\n", "x" * 81, "\ud800", "日" * 70])
def test_names_that_are_no_file_names_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(StateError, match="name"):
        checked_state_name(name)
    with pytest.raises(StateError, match="name"):
        StateShelf(tmp_path).read(name)


def test_renamed_state_keeps_its_bytes(tmp_path: Path) -> None:
    shelf = StateShelf(tmp_path)
    shelf.save("A", b"one")
    shelf.save("B", b"two")
    shelf.rename("A", "A")
    with pytest.raises(StateError, match="already"):
        shelf.rename("A", "B")
    with pytest.raises(StateError, match="no such state"):
        shelf.rename("C", "D")
    with pytest.raises(StateError, match="name"):
        shelf.rename("A", "../C")
    shelf.rename("A", "C")
    assert (shelf.read("C"), shelf.read("B")) == (b"one", b"two")
    assert len(list(tmp_path.iterdir())) == 2


def test_links_and_pipes_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"Pipe{SUFFIX}")
    (tmp_path / f"Link{SUFFIX}").symlink_to("/etc/passwd")
    for name, reason in (("Pipe", "cannot be read"), ("Link", "cannot be read"), ("None", "no such state")):
        with pytest.raises(StateError, match=reason):
            StateShelf(tmp_path).read(name)


def test_states_have_a_bound_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moof.states.state_shelf.MAX_SHELF_BYTES", 10)
    shelf = StateShelf(tmp_path)
    shelf.save("A", b"123456")
    with pytest.raises(StateError, match="room"):
        shelf.save("B", b"123456")


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match="cannot be saved to"):
        StateShelf(tmp_path / "file" / "states").save("A", b"one")


def test_default_is_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_states() == tmp_path / "moof" / "states"


def test_a_name_of_too_many_bytes_is_told_so() -> None:
    assert checked_state_name("日" * 66) == "日" * 66
    with pytest.raises(StateError, match="66 Japanese or Chinese"):
        checked_state_name("日" * 67)
