import hashlib
import struct

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from moof.states import StateError, StateMetadata, StateSummary, pack_state, read_summary, unpack_state
from moof.states.state_file import DIGEST_BYTES, HEADER, MAX_CONTENTS, MAX_HEAD, MAX_PICTURE, StateKind

SUMMARY = StateSummary(StateMetadata("A", 1, 640, 480, 8, 8, "0.1.0", "Moof desktop"), b"\x89PNG picture")
FILE = pack_state(SUMMARY, (b"contents " * 100, bytes(5000)))


def signed(body: bytes) -> bytes:
    return body + hashlib.sha256(body).digest()


def with_header(**changes: int) -> bytes:
    names = ("magic", "version", "kind", "metadata", "picture", "crc", "compressed", "contents")
    values = dict(zip(names, HEADER.unpack_from(FILE), strict=True)) | changes
    return signed(HEADER.pack(*values.values()) + FILE[HEADER.size : -DIGEST_BYTES])


@given(st.binary(max_size=300), st.lists(st.binary(max_size=2000), max_size=4))
def test_file_gives_the_same_state(picture: bytes, parts: list[bytes]) -> None:
    summary = StateSummary(SUMMARY.metadata, picture)
    file = unpack_state(pack_state(summary, parts))
    assert (file.summary, file.contents) == (summary, b"".join(parts))


@given(st.integers(0, len(FILE) - 1))
def test_file_that_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(StateError):
        unpack_state(FILE[:length])


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_changed_byte_is_noticed(at: int, flip: int) -> None:
    damaged = bytearray(FILE)
    damaged[at] ^= flip
    with pytest.raises(StateError):
        unpack_state(bytes(damaged))


@given(st.binary(max_size=400))
def test_other_bytes_are_refused(data: bytes) -> None:
    for hostile in (data, FILE[:8] + data, signed(FILE[: HEADER.size] + data)):
        with pytest.raises(StateError):
            unpack_state(hostile)
        with pytest.raises(StateError):
            read_summary(hostile)


@given(*[st.integers(0, (1 << 32) - 1)] * 2, *[st.integers(0, (1 << 64) - 1)] * 2)
def test_hostile_sizes_are_refused(metadata: int, picture: int, compressed: int, contents: int) -> None:
    file = with_header(metadata=metadata, picture=picture, compressed=compressed, contents=contents)
    with pytest.raises(StateError):
        unpack_state(file)


def test_other_versions_are_named() -> None:
    with pytest.raises(StateError, match="newer Moof"):
        unpack_state(with_header(version=2))
    with pytest.raises(StateError, match="older Moof"):
        unpack_state(with_header(version=0))
    with pytest.raises(StateError, match="no state"):
        unpack_state(b"GIF89a" + bytes(100))


def test_other_kinds_are_refused() -> None:
    program = with_header(kind=StateKind.PROGRAM)
    assert read_summary(program) == SUMMARY
    with pytest.raises(StateError, match="another emulator"):
        unpack_state(program)
    with pytest.raises(StateError, match="newer Moof"):
        read_summary(with_header(kind=2))


def test_more_is_never_decompressed_than_the_header_says() -> None:
    bomb = zstandard.ZstdCompressor(level=1).compress(bytes(MAX_CONTENTS + (64 << 20)))
    head = FILE[HEADER.size : len(FILE) - DIGEST_BYTES - HEADER.unpack_from(FILE)[6]]
    for contents in (10, MAX_CONTENTS):
        values = list(HEADER.unpack_from(FILE))
        values[6:] = [len(bomb), contents]
        with pytest.raises(StateError, match="damaged"):
            unpack_state(signed(HEADER.pack(*values) + head + bomb))


def test_frame_that_needs_a_large_window_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, compression_level=1)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    frame = compressor.compress(bytes(1000)) + compressor.flush()
    head = FILE[HEADER.size : len(FILE) - DIGEST_BYTES - HEADER.unpack_from(FILE)[6]]
    values = list(HEADER.unpack_from(FILE))
    values[6:] = [len(frame), 1000]
    with pytest.raises(StateError, match="damaged"):
        unpack_state(signed(HEADER.pack(*values) + head + frame))


def test_description_and_picture_are_read_from_the_beginning_alone() -> None:
    assert read_summary(FILE[:MAX_HEAD]) == SUMMARY
    contents_at = HEADER.size + sum(struct.unpack_from("<II", FILE, 12))
    assert read_summary(FILE[:contents_at]) == SUMMARY
    with pytest.raises(StateError, match="damaged"):
        read_summary(FILE[: contents_at - 1])


def test_too_large_a_picture_is_not_saved() -> None:
    with pytest.raises(StateError, match="larger"):
        pack_state(StateSummary(SUMMARY.metadata, bytes(MAX_PICTURE + 1)), ())
