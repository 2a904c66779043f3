from pathlib import Path

import pytest

from moof.mac.video_card import DEFAULT_MODE, DEPTHS, SIZES, VideoMode
from moof.mac.xpram import DEPTH_AT, SETTINGS_AT, SIZE, SIZE_INDEX_AT, Xpram, XpramError, default_path


def choose(xpram: Xpram, depth: int, size_index: int) -> None:
    for offset, value in [
        (SETTINGS_AT, ord("m")),
        (SETTINGS_AT + 1, 1),
        (DEPTH_AT, depth),
        (SIZE_INDEX_AT, size_index),
    ]:
        xpram.write(offset, value)


def test_fresh_xpram_has_the_macs_signature() -> None:
    xpram = Xpram(None)
    assert bytes(xpram.read(offset) for offset in range(0x0C, 0x10)) == b"NuMc"
    assert xpram.video_mode() == DEFAULT_MODE


@pytest.mark.parametrize("offset", [-1, SIZE, 0xFFFF_FFFF])
def test_offset_outside_256_bytes_raises_index_error(offset: int) -> None:
    with pytest.raises(IndexError):
        Xpram(None).read(offset)
    with pytest.raises(IndexError):
        Xpram(None).write(offset, 0)


def test_values_are_truncated_to_8_bits() -> None:
    xpram = Xpram(None)
    xpram.write(5, 0x1FF)
    assert xpram.read(5) == 0xFF


def test_saved_settings_are_loaded(tmp_path: Path) -> None:
    path = tmp_path / "new" / "xpram.bin"
    xpram = Xpram(path)
    xpram.write(0x84, 7)
    assert xpram.save()
    assert Xpram(path).read(0x84) == 7
    assert path.stat().st_size == SIZE


def test_unchanged_settings_are_not_written(tmp_path: Path) -> None:
    path = tmp_path / "xpram.bin"
    xpram = Xpram(path)
    assert not xpram.save()
    assert not path.exists()
    xpram.write(1, 1)
    assert xpram.save()
    assert not xpram.save()


def test_save_without_a_file_does_nothing() -> None:
    xpram = Xpram(None)
    xpram.write(1, 1)
    assert not xpram.save()


@pytest.mark.parametrize("contents", [b"", b"NuMc", bytes(SIZE), bytes(SIZE + 1)])
def test_invalid_file_gives_fresh_settings(tmp_path: Path, contents: bytes) -> None:
    path = tmp_path / "xpram.bin"
    path.write_bytes(contents)
    assert Xpram(path).read(0x0C) == ord("N")


def test_unreadable_file_raises_xpram_error(tmp_path: Path) -> None:
    with pytest.raises(XpramError, match="cannot be read"):
        Xpram(tmp_path)


def test_unwritable_path_raises_xpram_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    xpram = Xpram(blocked / "xpram.bin")
    blocked.write_bytes(b"")
    xpram.write(1, 1)
    with pytest.raises(XpramError, match="cannot be saved"):
        xpram.save()


def test_failed_save_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "xpram.bin"
    xpram = Xpram(path)
    xpram.write(1, 1)
    xpram.save()
    xpram.write(1, 2)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(XpramError, match="No space left"):
        xpram.save()
    assert path.read_bytes()[1] == 1
    assert [file.name for file in tmp_path.iterdir()] == ["xpram.bin"]


@pytest.mark.parametrize("depth", DEPTHS)
def test_stored_mode_is_read_back(depth: int) -> None:
    xpram = Xpram(None)
    for index, size in enumerate(SIZES):
        choose(xpram, depth, index)
        assert xpram.video_mode() == VideoMode(*size, depth)


@pytest.mark.parametrize(("depth", "size_index"), [(3, 0), (0, 0), (8, 6), (8, 255)])
def test_invalid_mode_gives_the_default(depth: int, size_index: int) -> None:
    xpram = Xpram(None)
    choose(xpram, depth, size_index)
    assert xpram.video_mode() == DEFAULT_MODE


def test_unmarked_settings_give_the_default() -> None:
    xpram = Xpram(None)
    choose(xpram, 1, 0)
    xpram.write(SETTINGS_AT + 1, 9)  # a later version
    assert xpram.video_mode() == DEFAULT_MODE


def test_default_path_is_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name: str(tmp_path / name))
    assert default_path() == tmp_path / "moof" / "xpram.bin"
