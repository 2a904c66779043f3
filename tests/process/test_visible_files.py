"""Which files an emulator sees: its installation, and what its command and its settings name."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from moof.process import Sandbox
from moof.process.visible_files import (
    is_broad,
    named_files,
    program_files,
    settings_words,
    with_settings,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("bin", "Downloads", "games/mac/bin", ".local/bin", "disks"):
        (tmp_path / "home" / name).mkdir(parents=True)
    return tmp_path / "home"


def touched(path: Path) -> Path:
    path.touch()
    return path


def test_programs_of_the_system_need_nothing(home: Path) -> None:
    assert program_files(Path("/usr/bin/env"), home) == []


def test_an_installation_is_shown_but_not_a_folder_of_other_programs(home: Path) -> None:
    inside = touched(home / "games/mac/bin/mac")
    assert program_files(inside, home) == [home / "games/mac"]
    beside = touched(home / "games/mac/emulator")
    assert program_files(beside, home) == [home / "games/mac"]
    for name in ("bin/mac", "Downloads/mac.AppImage", ".local/bin/mac", "mac"):
        assert program_files(touched(home / name), home) == [home / name]
    assert program_files(Path("/opt/mac"), home) == [Path("/opt/mac")]
    assert program_files(Path("/opt/b2/BasiliskII"), home) == [Path("/opt/b2")]


def test_links_are_followed_one_by_one(home: Path) -> None:
    program = touched(home / "games/mac/bin/mac-1.0")
    (home / "games/mac/bin/mac").symlink_to("mac-1.0")
    (home / "bin/mac").symlink_to(home / "games/mac/bin/mac")
    assert program_files(home / "bin/mac", home) == [home / "bin/mac", home / "games/mac"]
    (home / "bin/loop").symlink_to("loop")
    assert program_files(home / "bin/loop", home) == [home / "bin/loop"]
    assert program.exists()


def test_what_a_script_starts_is_shown(home: Path) -> None:
    program, script = touched(home / "games/mac/bin/mac"), home / "bin/start"
    script.write_text(f'#!/bin/sh\ncd /usr/share\nexec "{program}" --rom {home}/none "$@" 2>/dev/null\n')
    assert program_files(script, home) == [script, home / "games/mac"]
    script.write_text(f"exec {program}")
    assert program_files(script, home) == [script]


def test_files_that_words_name(home: Path) -> None:
    disk, other = touched(home / "disks/mac.img"), touched(home / "other.img")
    words = [
        "-drive",
        "file=mac.img,format=raw",
        str(other),
        "none.img",
        "-mac.img",
        "../other.img",
        "mount c ../disks",
        "",
        "\0",
    ]
    assert list(named_files(words, home / "disks", home)) == [disk, other, other, home / "disks"]


def test_a_files_name_is_not_divided(home: Path) -> None:
    """Whoever uploads an image chooses its name; its parts may be names of the user's own files."""
    folder = home / "disks"
    (folder / ".ssh").mkdir()
    touched(folder / "key")
    disk, image = touched(folder / "a .ssh,=key;key.img"), touched(folder / "key=b,c .ssh")
    words = ["a .ssh,=key;key.img", "file=key=b,,c .ssh,format=raw"]
    assert list(named_files(words, folder, home)) == [disk, image]
    qemu = f"file={str(disk).replace(',', ',,')},other=mac:key"
    assert list(named_files([qemu], folder, home)) == [disk, folder / "key"]


def test_devices_and_sockets_are_not_shown(home: Path) -> None:
    os.mkfifo(home / "pipe")
    assert list(named_files(["/dev/null", "/proc/self/mem", "pipe", "/usr/bin/env"], home, home)) == []


def test_broad_folders_are_not_shown(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = list(named_files(["/", str(home), "/etc/ssl", "disks", "..", "/opt"], home, home))
    assert found == [home / "disks"]
    assert "/ is not shown in the sandbox" in caplog.text
    (home / "disks/all").symlink_to("/")
    assert list(named_files(["disks/all"], home, home)) == []
    assert is_broad(home.parent, home)
    assert not is_broad(home / "disks", home)


def test_settings_are_shown_with_what_they_name(home: Path) -> None:
    rom, disk, prefs = (touched(home / "disks" / name) for name in ("rom", "disk", "prefs"))
    prefs.write_text(f"rom rom\ndisk {disk}\ndisk {prefs}\nextfs {home}\n")
    sandbox = with_settings(Sandbox(settings=(prefs, home / "none")), home / "disks", home)
    assert sandbox == Sandbox(read_only=(prefs, rom), writable=(disk,))
    assert with_settings(sandbox, home, home) == sandbox


def test_settings_name_files_to_read_and_to_write() -> None:
    text = 'rom /roms/q.rom\ndisk "/d/a.img"\ndisk */d/b c.img\n\nextfs /shared\nfullscreen\nhd0 = /d/c.img\n'
    reads, writes = settings_words(text)
    assert reads == ["/roms/q.rom", "/d/b c.img"]
    assert [word for word in writes if word] == ["/d/a.img", "/shared", "/d/c.img"]
