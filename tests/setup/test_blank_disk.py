"""Empty disks are HFS volumes, by a second reader: hfsutils, which also writes on them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moof.setup.blank_disk import (
    MAX_VOLUME_NAME,
    VolumeNameError,
    check_volume_name,
    write_blank_disk,
)
from moof.setup.disk_identity import DiskKind, identify_disk
from support.hfs_tools import HfsTools

NOW = 800_000_000.0


@pytest.mark.parametrize("size_mb", [1, 2, 20, 500, 2000])
def test_another_reader_mounts_and_writes_an_empty_disk(tmp_path: Path, size_mb: int) -> None:
    disk, text = tmp_path / "disk.img", tmp_path / "text"
    with disk.open("wb") as file:
        write_blank_disk(file, size_mb << 20, "Macintosh HD", NOW)
    assert disk.stat().st_size == size_mb << 20
    assert disk.stat().st_blocks * 512 < 1 << 20
    hfs = HfsTools(tmp_path)
    mounted = hfs.mount(disk)
    assert 'Volume name is "Macintosh HD"' in mounted
    assert "1995" in mounted
    assert hfs.names() == []
    text.write_bytes(os.urandom(300_000))
    hfs.run("hmkdir", "Letters")
    for number in range(40 if size_mb > 20 else 2):  # the catalog grows
        hfs.run("hcopy", "-r", str(text), f":Letters:{number}")
    hfs.run("humount")
    hfs.mount(disk)
    assert hfs.read("Letters:1") == text.read_bytes()
    hfs.run("humount")


@pytest.mark.parametrize("name", ["", "a:b", "x" * 28, "日本", "a\nb"])
def test_names_that_no_disk_has_are_refused(name: str) -> None:
    with pytest.raises(VolumeNameError):
        check_volume_name(name)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=MAX_VOLUME_NAME + 2), sectors=st.integers(2048, 8192))
def test_any_name_is_refused_or_is_that_of_the_disk(tmp_path: Path, name: str, sectors: int) -> None:
    disk = tmp_path / "disk.img"
    with disk.open("wb") as file:
        try:
            write_blank_disk(file, 512 * sectors, name, NOW)
        except VolumeNameError:
            assert file.tell() == 0
            return
    report = identify_disk(disk)
    assert (report.kind, report.volume) == (DiskKind.HFS, name)
    assert f'Volume name is "{name}"'.encode("mac_roman") in HfsTools(tmp_path).run("hmount", str(disk))
