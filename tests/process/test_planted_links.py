"""What a hostile program leaves in the folders that it may write shows it nothing at its next start."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from moof.process import ChildProcess, ProcessEnvironment, Sandbox
from moof.process.planted_links import Access, access_to, planted_link, without_planted_links

SECRET = "a key"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's home: a key, and the folder of an emulator with its settings and a disk."""
    for name in ("home/keys", "home/mac/disks", "homes/mac", "homes/mac.tmp"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "home/keys/key").write_text(SECRET)
    (tmp_path / "home/mac/disks/mac.img").write_text("a disk")
    (tmp_path / "home/mac/prefs").write_text("disk disks/mac.img\ndisk later.img\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def sandbox(home: Path) -> Sandbox:
    """The sandbox of an emulator of moof.toml whose folder has its settings and its disks."""
    folder, homes = home / "mac", home.parent / "homes"
    return Sandbox(
        writable=(folder,), settings=(folder / "prefs",), home=homes / "mac", tmp=homes / "mac.tmp"
    )


async def output(home: Path, script: str, walls: Sandbox | None = None) -> str:
    """Run a shell's script in the sandbox; return what it has written."""
    lines: list[str] = []
    environment = ProcessEnvironment(home / "mac", sandbox=walls or sandbox(home))
    await ChildProcess(["sh", "-c", script], lines.append, environment).wait()
    return "\n".join(lines)


ATTEMPTS = {
    "a file that the settings name": "ln -s ../keys/key later.img",
    "a folder above one": "mv disks old; mkdir disks; ln -s ../../keys/key disks/mac.img",
    "that folder itself": "mv disks old; ln -s ../keys disks; cp old/mac.img ../keys/mac.img",
    "other settings": "mv prefs old; echo disk ../keys/key >prefs",
}


@pytest.mark.parametrize("planted", ATTEMPTS.values(), ids=ATTEMPTS)
async def test_a_link_in_the_place_of_a_file_shows_nothing(home: Path, planted: str) -> None:
    (home / "keys/mac.img").write_text(SECRET)
    # In the home that it has inside, the links lead to files, as they must for a mount.
    prepared = "mkdir ../keys; echo mine >../keys/key"
    assert await output(home, f"{prepared}; {planted}; echo planted") != ""
    found = await output(home, "cat later.img disks/mac.img ../keys/*; echo more >>../keys/key; echo end")
    assert found.endswith("end")
    assert SECRET not in found
    assert (home / "keys/key").read_text() == SECRET


async def test_settings_that_do_not_exist_cannot_be_made(home: Path) -> None:
    (home / "mac/prefs").unlink()
    found = await output(home, "echo disk ../keys/key >prefs; mv prefs old; echo end")
    assert "Read-only file system" in found
    assert "busy" in found
    assert (home / "mac/prefs").read_text() == ""


async def test_settings_behind_a_link_are_not_read(home: Path) -> None:
    (home / "mac/prefs").unlink()
    (home / "mac/prefs").symlink_to("later")
    (home / "mac/later").write_text("disk ../keys/key\n")
    assert SECRET not in await output(home, "cat ../keys/key")


async def test_links_in_the_way_of_a_mount_are_removed(home: Path) -> None:
    outside = home.parent / "outside"
    outside.mkdir()
    (home / "rom").mkdir()
    (home / "rom/mac.rom").write_text("a ROM")
    walls = Sandbox(read_only=(home / "rom/mac.rom",), writable=(home / "mac",), home=sandbox(home).home)
    up = "/".join([".."] * (len(home.parts) + 1))
    planted = f"cd ..; mv rom old; ln -s {up}/oldroot{outside} rom; echo done"
    assert await output(home, planted, walls) == "done"
    assert await output(home, "cat ../rom/mac.rom", walls) == "a ROM"
    assert list(outside.iterdir()) == []


async def test_program_in_a_folder_that_it_may_write_cannot_be_exchanged(home: Path) -> None:
    program = home / "mac/emulator"
    program.write_text("#!/bin/sh\necho '#!/home/keys/key' >emulator; mv emulator old; echo end\n")
    program.chmod(0o755)
    lines: list[str] = []
    environment = ProcessEnvironment(home / "mac", sandbox=sandbox(home))
    for command in ("./emulator", str(program)):
        await ChildProcess([command], lines.append, environment).wait()
    assert lines.count("end") == 2
    assert "busy" in "\n".join(lines)
    assert (home / "mac/old").exists() is False


def test_access_is_that_of_the_deepest_folder() -> None:
    walls = Sandbox(read_only=(Path("/w/r"),), writable=(Path("/w"), Path("/w/h/w")), hidden=(Path("/w/h"),))
    found = {path: access_to(Path(path), walls) for path in ("/", "/w/x", "/w/r/x", "/w/h/x", "/w/h/w/x")}
    assert [*found.values()] == [Access.NONE, Access.WRITE, Access.READ, Access.NONE, Access.WRITE]


def test_links_that_the_program_cannot_have_made_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/disk").touch()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real/other").symlink_to("disk")
    walls = Sandbox(
        writable=(tmp_path / "link",), read_only=(tmp_path / "link/disk", tmp_path / "link/other")
    )
    assert planted_link(tmp_path / "link/disk", walls) is None
    assert planted_link(tmp_path / "link/other", walls) == tmp_path / "link/other"
    assert without_planted_links(walls).read_only == (tmp_path / "link/disk",)


def test_what_a_folder_above_shows_is_not_mounted_again() -> None:
    walls = Sandbox(
        read_only=(Path("/r"), Path("/r/x"), Path("/w/r")), writable=(Path("/w"), Path("/w/a"), Path("/r/w"))
    )
    needed = without_planted_links(walls)
    assert needed == Sandbox(read_only=(Path("/r"), Path("/w/r")), writable=(Path("/w"), Path("/r/w"))), (
        os.fspath(needed.shown())
    )
