import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

import moof.machine_code.code_cache as cache_module
from moof.machine_code import CodeImage, cached_code, has_cached_code

IMAGE = CodeImage(b"\xc3", 0, {})


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    found = [tmp_path / "package", tmp_path / "user"]

    def both() -> Iterator[Path]:
        yield from found

    monkeypatch.setattr(cache_module, "_folders", both)
    return found


class Compiler:
    """Counts how often it compiles."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> CodeImage:
        self.calls += 1
        return IMAGE


def test_it_is_compiled_once(folders: list[Path]) -> None:
    compiler = Compiler()
    assert not has_cached_code()
    assert cached_code("loop", "source", compiler) == cached_code("loop", "source", compiler) == IMAGE
    assert compiler.calls == 1
    assert has_cached_code()
    assert [each.name.split(".")[0] for each in folders[0].iterdir()] == ["loop"]


def test_other_source_is_other_code(folders: list[Path]) -> None:
    compiler = Compiler()
    for source in ("one", "two"):
        cached_code("loop", source, compiler)
    assert compiler.calls == 2


def test_a_damaged_file_is_compiled_again(folders: list[Path], caplog: pytest.LogCaptureFixture) -> None:
    compiler = Compiler()
    cached_code("loop", "source", compiler)
    (file,) = folders[0].iterdir()
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with caplog.at_level(logging.WARNING):
        assert cached_code("loop", "source", compiler) == IMAGE
    assert "compiled again" in caplog.text
    assert cached_code("loop", "source", compiler) == IMAGE
    assert compiler.calls == 2


def test_the_users_folder_serves_where_the_packages_cannot_be_written(folders: list[Path]) -> None:
    folders[0].write_text("a file, in which nobody can make files, not even root")
    compiler = Compiler()
    for _ in range(2):
        cached_code("loop", "source", compiler)
    assert compiler.calls == 1
    assert len([*folders[1].iterdir()]) == 1


def test_without_a_writable_folder_it_is_compiled_each_time(
    folders: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    for folder in folders:
        folder.write_text("a file")
    compiler = Compiler()
    with caplog.at_level(logging.WARNING):
        assert [cached_code("loop", "source", compiler) for _ in range(2)] == [IMAGE, IMAGE]
    assert "cannot be kept" in caplog.text
