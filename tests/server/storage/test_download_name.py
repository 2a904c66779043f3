"""Names of downloaded documents."""

from pathlib import Path

import pytest

from moof.server.storage.download_name import download_name


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("My letter", b"Dear", "My letter.txt"),
        ("notes.md", b"Dear", "notes.md"),
        ("Oval", b"\x89PNG\r\n\x1a\n\0", "Oval.png"),
        ("Game", b"\0\0", "Game"),
    ],
)
def test_a_name_without_an_extension_gets_one(tmp_path: Path, name: str, data: bytes, expected: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert download_name(tmp_path / name) == expected
