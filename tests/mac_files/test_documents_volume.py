"""Volumes of documents, by a second reader: hfsutils."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moof.mac_files import MacFileInfo, open_macbinary
from moof.mac_files.document_names import MAX_NAME, mac_names
from moof.mac_files.documents_volume import VolumeFile, distinct_names, documents_volume
from support.hfs_tools import HfsTools

NOW = 800_000_000
FINDERS = [b"Desktop", b"Desktop DB", b"Desktop DF"]


def file(name: bytes, data: bytes = b"", resource: bytes = b"", flags: int = 0) -> VolumeFile:
    return VolumeFile(MacFileInfo(name, b"TEXT", b"ttxt", flags), data, resource, NOW)


@pytest.fixture
def hfs(tmp_path: Path) -> HfsTools:
    return HfsTools(tmp_path)


def test_another_reader_finds_both_forks_types_and_flags(tmp_path: Path, hfs: HfsTools) -> None:
    image = tmp_path / "image"
    image.write_bytes(
        documents_volume(
            [file(b"Letter", b"Dear\r" * 5000, b"fork" * 300, flags=0x4100), file(b"Empty")], "Papers", NOW
        )
    )
    assert 'Volume name is "Papers"' in hfs.mount(image)
    assert hfs.names() == [*FINDERS, b"Empty", b"Letter"]
    assert hfs.read("Letter") == b"Dear\r" * 5000
    encoded = hfs.macbinary("Letter")
    reader = open_macbinary(io.BytesIO(encoded), len(encoded))
    assert reader is not None
    assert (reader.info.kind, reader.info.creator) == (b"TEXT", b"ttxt")
    assert reader.info.flags == 0x4000  # the Finder finds a place for the icon
    assert b"".join(reader.data_fork()) == b"Dear\r" * 5000
    assert reader.resource_fork() == b"fork" * 300


@pytest.mark.parametrize(("count", "size"), [(0, 0), (2000, 700), (3, 7 << 20)])
def test_volumes_have_room_for_what_they_get(tmp_path: Path, hfs: HfsTools, count: int, size: int) -> None:
    data = os.urandom(size)
    image = tmp_path / "image"
    image.write_bytes(documents_volume([file(b"%04d" % each, data) for each in range(count)], "Many", NOW))
    hfs.mount(image)
    assert hfs.names() == [b"%04d" % each for each in range(count)] + FINDERS
    for each in {0, count // 2, count - 1} & set(range(count)):
        assert hfs.read(f"{each:04}") == data
    assert image.stat().st_size < count * (size + 2048) * 1.2 + (4 << 20)


def test_names_that_hfs_takes_for_the_same_get_numbers() -> None:
    names = [b"a", b"A", b"a b", "a\N{NO-BREAK SPACE}b".encode("mac_roman"), b"desktop", b"x" * 31]
    assert distinct_names([*names, b"X" * 31, b"a 2"]) == [
        *(b"a", b"A 2", b"a b", b"a\xcab 2", b"desktop 2", b"x" * 31, b"X" * 29 + b" 2", b"a 2 2")
    ]


HOST_NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=60
)
FORKS = st.sampled_from([0, 1, 511, 512, 513, 70_000])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.sets(HOST_NAMES, max_size=30), data=FORKS, resource=FORKS)
def test_any_names_and_sizes_make_a_volume_that_another_reader_lists(
    tmp_path: Path, hfs: HfsTools, names: set[str], data: int, resource: int
) -> None:
    spelt = list(mac_names(names).values())
    image = tmp_path / "image"
    image.write_bytes(
        documents_volume([file(each, bytes(data), bytes(resource)) for each in spelt], "V", NOW)
    )
    hfs.mount(image)
    distinct = distinct_names(spelt)
    assert all(0 < len(each) <= MAX_NAME and b":" not in each for each in distinct)
    listed = b"\n".join([*sorted([*distinct, *FINDERS]), b""])
    found = hfs.run("hls", "-1", "-a", "-N")
    assert sorted(found) == sorted(listed)


@given(names=st.lists(st.binary(min_size=1, max_size=MAX_NAME), max_size=40))
def test_distinct_names_are_distinct_and_most_stay(names: list[bytes]) -> None:
    distinct = distinct_names(names)
    lower = [each.decode("mac_roman").lower().replace("\N{NO-BREAK SPACE}", " ") for each in distinct]
    assert len(set(lower)) == len(names)
    assert all(len(each) <= MAX_NAME for each in distinct)
    assert distinct_names(distinct) == distinct
