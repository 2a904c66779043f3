import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.mac_files import MacFileError, MacFileInfo, open_binhex
from support.binhex_writer import binhex

INFO = MacFileInfo(b"Caf\x8e", b"APPL", b"Test", 0x2100)
FORKS = st.binary(max_size=400) | st.lists(st.sampled_from([b"\x90", b"a" * 300, b"\0"])).map(b"".join)


@given(FORKS, FORKS, st.binary(min_size=1, max_size=63))
def test_a_file_comes_back(data: bytes, resource: bytes, name: bytes) -> None:
    info = MacFileInfo(name, b"TEXT", b"ttxt", 0x90, len(data), len(resource))
    reader = open_binhex(io.BytesIO(b"From: me\n\n" + binhex(info, data, resource)))
    assert reader is not None
    assert reader.info == info
    assert b"".join(reader.data_fork()) == data
    assert reader.resource_fork() == resource


@pytest.mark.parametrize("place", range(60, 160, 7))
def test_a_damaged_file_is_refused(place: int) -> None:
    whole = bytearray(binhex(INFO, b"data" * 10, b"resources" * 5))
    whole[place] = ord("!") if whole[place] != ord("!") else ord("a")
    with pytest.raises(MacFileError):
        read_all(bytes(whole))


@given(st.integers(50, 150))
def test_a_file_that_was_cut_is_refused(length: int) -> None:
    with pytest.raises(MacFileError):
        read_all(binhex(INFO, b"0123456789" * 10, b"resources" * 5)[:length])


@given(st.binary(max_size=300) | st.text("!\"#$%&'()*+,-0123456789@ABCDEF:[`abcdef").map(str.encode))
def test_hostile_input_is_refused_or_read(rest: bytes) -> None:
    try:
        read_all(b"(This file must be converted with BinHex 4.0)\r:" + rest)
    except MacFileError:
        pass


def read_all(text: bytes) -> None:
    reader = open_binhex(io.BytesIO(text))
    assert reader is not None
    for _ in reader.data_fork():
        pass
    reader.resource_fork()


def test_other_files_are_not_binhex() -> None:
    assert open_binhex(io.BytesIO(b"Dear reader, this file must be converted")) is None
