"""What belongs to an emulator comes back with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moof.setup.kept_settings import KEPT, keep_settings, kept_settings
from moof.setup.mac_shelf import built_in_settings

QUADRA = {"emulator": "qemu-q800", "emulator_file": "/rom", "emulator_argument": ["-drive", "file=/a"]}


def test_an_emulator_has_again_what_it_had(tmp_path: Path) -> None:
    keep_settings(tmp_path, {**QUADRA, "http_port": 8000})
    assert kept_settings(tmp_path, "qemu-q800") == {**QUADRA, "emulator_network": None}
    assert kept_settings(tmp_path, "hatari") == {**built_in_settings(), "emulator": "hatari"}
    keep_settings(tmp_path, {"emulator": "qemu-q800"})
    assert kept_settings(tmp_path, "qemu-q800") == {**built_in_settings(), "emulator": "qemu-q800"}


def test_macs_with_a_folder_and_moofs_own_are_not_kept(tmp_path: Path) -> None:
    (tmp_path / "plus").mkdir()
    start = {"emulator": "minivmac", "emulator_file": str(tmp_path / "plus" / "rom")}
    (tmp_path / "plus" / "start.json").write_text(json.dumps(start))
    for values in (
        start,
        {},
        {"emulator": "mac", "emulator_argument": ["-x"]},
        {"emulator_argument": ["-x"]},
    ):
        keep_settings(tmp_path, values)
    assert not (tmp_path / KEPT).exists()


@pytest.mark.parametrize("name", ["../plus", "a/b", "", "x" * 200, "a\0b"])
def test_a_name_is_that_of_a_file_or_nothing_is_kept(tmp_path: Path, name: str) -> None:
    keep_settings(tmp_path, {"emulator": name, "emulator_file": "/rom"})
    assert [each for each in tmp_path.rglob("*") if each.is_file() and each.parent.name != KEPT] == []
    assert kept_settings(tmp_path, name)["emulator"] == name


@pytest.mark.parametrize("text", ["", "[]", '{"http_port": 1}', "[" * 100_000])
def test_a_damaged_file_keeps_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / KEPT).mkdir()
    (tmp_path / KEPT / "hatari.json").write_text(text)
    assert kept_settings(tmp_path, "hatari") == {**built_in_settings(), "emulator": "hatari"}


def test_what_cannot_be_kept_is_said_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / KEPT).touch()
    keep_settings(tmp_path, QUADRA)
    assert "only moof.toml.bak has it" in caplog.text
