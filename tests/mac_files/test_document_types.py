"""Types by names and first bytes."""

import pytest

from moof.mac_files.document_types import HEAD_BYTES, TEXT, UNKNOWN, type_and_creator


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("Letter", b"Dear\n", TEXT),
        ("empty", b"", TEXT),
        ("cut", ("ä" * HEAD_BYTES).encode()[: HEAD_BYTES - 1], TEXT),
        ("latin", b"Gr\xfc\xdfe\n", UNKNOWN),
        ("zeros", b"\0\0", UNKNOWN),
        ("photo.txt", b"\xff\xd8\xff\xe0", (b"JPEG", b"ogle")),
        ("picture", b"\x89PNG\r\n\x1a\n", (b"PNGf", b"ogle")),
        ("Archive.SIT", b"SIT!", (b"SIT!", b"SIT!")),
    ],
)
def test_type_and_creator(name: str, head: bytes, expected: tuple[bytes, bytes]) -> None:
    assert type_and_creator(name, head) == expected
