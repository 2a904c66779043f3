import pytest

from moof.mac_files.mac_file import MAX_RESOURCE_FORK, MacFileError, MacFileInfo


def test_a_resource_fork_longer_than_any_is_refused() -> None:
    MacFileInfo(b"a", b"TEXT", b"ttxt", resource_length=MAX_RESOURCE_FORK).check_length()
    with pytest.raises(MacFileError):
        MacFileInfo(b"a", b"TEXT", b"ttxt", resource_length=MAX_RESOURCE_FORK + 1).check_length()
