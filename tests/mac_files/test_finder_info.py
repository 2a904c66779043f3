"""Finder information as Basilisk II reads and writes it."""

from moof.mac_files import MacFileInfo
from moof.mac_files.finder_info import finder_info, read_finder_info


def test_finder_information_has_type_creator_and_flags() -> None:
    data = finder_info(MacFileInfo(b"x", b"APPL", b"Test", 0x2001))
    assert data == b"APPLTest\x20\x01" + bytes(22)
    assert read_finder_info(data) == (b"APPL", b"Test", 0x2001)


def test_a_file_that_is_too_short_says_nothing() -> None:
    assert read_finder_info(b"APPLTest\x20") is None
