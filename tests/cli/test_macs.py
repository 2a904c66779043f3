"""`moof list`, `start`, `duplicate`, `remove`, `restore`."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from moof.server.config.remote_config import write_values
from moof.setup.mac_shelf import find_mac, macs_in
from support.basilisk_home import BasiliskHome, make_home
from support.moof_process import FREE_PORTS, MoofProcess, stop_moof
from support.waiting import wait_until


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> BasiliskHome:
    """A home that tests share which change nothing; see `make`."""
    return make(tmp_path_factory.mktemp("unchanged"))


@pytest.fixture
def home(tmp_path: Path) -> BasiliskHome:
    """A home of a test's own; see `make`."""
    return make(tmp_path)


def make(folder: Path) -> BasiliskHome:
    """Return a home with the Mac "one", which moof.toml does not name."""
    home = make_home(folder)
    rom = str(home.folder / "quadra.rom")
    assert run(home, "setup", "basilisk2", "--rom", rom, "--name", "one", "--disk-size", "1", "--yes") != ""
    write_values(home.moof_toml, {"emulator": None, "emulator_file": None})
    return home


def run(home: BasiliskHome, *words: str, status: int = 0) -> str:
    """Run a command; return its output, or its errors if it is to fail."""
    done = subprocess.run(
        [sys.executable, "-m", "moof", *words],
        env={**os.environ, **home.environment}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    return done.stdout if status == 0 else done.stderr


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()[1:]]


def test_macs_are_copied_removed_and_brought_back_by_name(home: BasiliskHome) -> None:
    folder = str(home.macs / "one")
    assert rows(run(home, "list")) == [
        ["mac", "Moof’s", "own", "next"],
        ["one", "Basilisk", "II", folder],
    ]
    assert "one-2 is a copy of one" in run(home, "duplicate", "one")
    assert "b is a copy of one" in run(home, "duplicate", "one", "b")
    write_values(home.moof_toml, find_mac(home.macs, "one").settings)
    assert rows(run(home, "list"))[-2] == ["one", "Basilisk", "II", "next", folder]
    assert "moof restore one" in run(home, "remove", "one")
    assert tomllib.loads(home.moof_toml.read_text()) == {}
    assert [row[0] for row in rows(run(home, "list"))] == ["mac", "b", "one-2"]
    assert [row[0] for row in rows(run(home, "list", "--removed"))] == ["one"]
    assert "one is back" in run(home, "restore", "one")
    assert [row[0] for row in rows(run(home, "list"))] == ["mac", "b", "one", "one-2"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("start", "one", "--http-prot", "1"), "No such option: --http-prot"),
        (("start", "none"), "There is no Mac 'none'. moof list shows"),
        (("duplicate", "none"), "There is no Mac 'none'"),
        (("duplicate", "one", "A b"), "A name has small letters"),
        (("duplicate", "one", "mac"), "Moof’s own Mac"),
        (("remove", "mac"), "mac is Moof’s own Mac: it is neither copied nor removed."),
        (("restore", "one"), "There is no Mac 'one'. moof list --removed shows"),
        (("duplicate", "é" * 200), "There is no Mac 'é"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    unchanged: BasiliskHome, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in run(unchanged, *words, status=2)
    assert [mac.name for mac in macs_in(unchanged.macs)] == ["one"]
    assert tomllib.loads(unchanged.moof_toml.read_text()) == {}


def test_a_mac_is_started_by_name_and_not_removed_while_it_runs(home: BasiliskHome) -> None:
    command = [sys.executable, "-m", "moof", "start", "one", *FREE_PORTS, "--documents", "none"]
    moof = MoofProcess(command, home.folder / "guest-memory", home.environment)
    try:
        wait_until(lambda: moof.status()["emulator"]["width"] == 800, "the Mac's picture")
        assert "one runs" in run(home, "remove", "one", status=2)
        assert "one runs" in run(home, "duplicate", "one", status=2)
    finally:
        stop_moof(moof)
    assert tomllib.loads(home.moof_toml.read_text())["emulator_file"] == str(home.macs / "one" / "prefs")
