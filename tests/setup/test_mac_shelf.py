"""The Macs that were set up, by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moof.setup.answers import SetupAnswers
from moof.setup.emulator_kinds import EMULATOR_KINDS
from moof.setup.mac_folders import write_mac
from moof.setup.mac_shelf import (
    NoSuchMacError,
    built_in_settings,
    change_arguments,
    current_mac,
    find_mac,
    macs_in,
)
from moof.setup.plan import plan_mac

NOW = 800_000_000.0


def shelved(macs: Path, name: str, emulator: str) -> None:
    write_mac(plan_mac(EMULATOR_KINDS[emulator], SetupAnswers(name, disk_mb=0), b"ROM", macs), NOW)


def test_macs_are_listed_with_what_starts_them(tmp_path: Path) -> None:
    shelved(tmp_path, "plus", "minivmac")
    shelved(tmp_path, "a-mac", "basilisk2")
    (tmp_path / "no mac").mkdir()
    (tmp_path / "file").touch()
    assert [(each.name, each.emulator) for each in macs_in(tmp_path)] == [
        ("a-mac", "basilisk2"),
        ("plus", "minivmac"),
    ]
    settings = find_mac(tmp_path, "plus").settings
    assert settings["emulator_file"] == str(tmp_path / "plus" / "rom")
    assert set(settings) == set(built_in_settings())
    assert current_mac(tmp_path, settings) == "plus"
    assert current_mac(tmp_path, {}) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 10_000,
        '{"emulator": "hatari", "emulator_file": "f"}',
        '{"emulator": "minivmac"}',
        '{"emulator": "minivmac", "emulator_file": "f", "host": "x"}',
        '{"emulator": "minivmac", "emulator_file": "f", "emulator_argument": 5}',
        '{"emulator": "minivmac", "emulator_file": "f", "emulator_argument": [5]}',
    ],
)
def test_what_is_no_mac_is_not_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "start.json").write_text(text)
    assert macs_in(tmp_path) == []
    for name in ("a", "none", "../mac", ""):
        with pytest.raises(NoSuchMacError):
            find_mac(tmp_path, name)


def test_no_folder_has_no_macs(tmp_path: Path) -> None:
    assert macs_in(tmp_path / "none") == []


def test_a_mac_starts_with_other_arguments(tmp_path: Path) -> None:
    folder = tmp_path / "plus"
    folder.mkdir()
    start = {"emulator": "minivmac", "emulator_file": "/rom"}
    (folder / "start.json").write_text(json.dumps(start))
    change_arguments(tmp_path, find_mac(tmp_path, "plus"), ["/a.img"])
    assert json.loads((folder / "start.json").read_text()) == {**start, "emulator_argument": ["/a.img"]}
    assert find_mac(tmp_path, "plus").settings["emulator_argument"] == ["/a.img"]
