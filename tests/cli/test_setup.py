"""`moof setup` in a terminal and with options, against a program that reads settings as Basilisk II does."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from moof.setup.rom_identity import identify_rom
from support.basilisk_home import BasiliskHome, make_home
from support.moof_process import start_moof, stop_moof
from support.terminal_session import TerminalSession
from support.waiting import wait_until


@pytest.fixture
def home(tmp_path: Path) -> BasiliskHome:
    return make_home(tmp_path)


def terminal(home: BasiliskHome, *words: str) -> TerminalSession:
    return TerminalSession([sys.executable, "-m", "moof", "setup", *words], home.environment)


def run(home: BasiliskHome, *words: str) -> subprocess.CompletedProcess[str]:

    command = [sys.executable, "-m", "moof", "setup", *words]
    environment = {**os.environ, **home.environment}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_mac_is_set_up_in_a_terminal_and_starts(home: BasiliskHome) -> None:
    session = terminal(home, "basilisk2")
    session.answer("ROM", str(home.folder / "archive.zip"))
    session.wait_for("a ZIP archive")
    session.answer("ROM", str(home.folder / "cut.rom"))
    session.wait_for("cut off")
    session.answer("ROM", str(home.folder / "plus.rom"))
    session.wait_for("Mini vMac does")
    session.answer("ROM", str(home.folder / "swapped.rom"))
    session.wait_for("Quadra 610, 650 and 800")
    session.answer("Disk image")
    session.answer("Size of the empty disk", "50")
    session.answer("CD image")
    session.answer("Memory", "7")
    session.wait_for("one of 64")
    session.answer("Memory", "32")
    session.answer("Screen", "<")
    session.wait_for("Memory")
    session.wait_for("[32]")
    session.type("")
    session.answer("Screen", "640x480")
    for question in ("Colours", "Sound", "Network"):
        session.answer(question)
    session.wait_for("Start it: moof run")
    assert session.end() == 0
    folder = home.macs / "basilisk2"
    assert identify_rom((folder / "rom").read_bytes()).is_usable
    assert tomllib.loads(home.moof_toml.read_text()) == {
        "emulator": "basilisk2",
        "emulator_file": str(folder / "prefs"),
    }
    moof = start_moof(home.folder, environment=home.environment)
    try:
        wait_until(lambda: moof.status()["emulator"]["width"] == 640, "the Mac's picture")
        read = home.settings_read("basilisk2")
        assert (read["ramsize"], read["screen"], read["nosound"]) == (
            [str(32 << 20)],
            ["win/640/480"],
            ["false"],
        )
        assert (folder / ".basilisk_ii_xpram").read_bytes()[:4] == b"NuMc"
    finally:
        stop_moof(moof)


def test_interrupted_dialog_leaves_nothing(home: BasiliskHome) -> None:
    session = terminal(home, "basilisk2")
    session.answer("ROM", str(home.folder / "high.rom"))
    session.wait_for("one of two chips")
    session.answer("The other file", str(home.folder / "low.rom"))
    session.wait_for("Quadra 610, 650 and 800.")
    session.answer("Disk image", "<")
    session.answer("ROM")  # both files, as before
    session.wait_for("Quadra 610, 650 and 800.")
    (home.folder / "a[").mkdir()  # its disk's path has what rich takes for markup
    (home.folder / "a[/b]").write_bytes(bytes(1 << 20))
    session.answer("Disk image", str(home.folder / "a[/b]"))
    session.answer("CD image", "<")
    session.wait_for("a[/b]] > ")
    session.interrupt()
    assert session.end() == 130
    assert "Nothing was written." in session.output
    assert not home.macs.exists()
    assert not home.moof_toml.exists()


def test_options_answer_everything(home: BasiliskHome) -> None:
    home.moof_toml.parent.mkdir(parents=True)
    home.moof_toml.write_text("# mine\nhttp_port = 1234\n")
    chips = ("--rom", str(home.folder / "low.rom"), "--rom", str(home.folder / "high.rom"))
    done = run(home, "basilisk2", *chips, "--memory", "128", "--disk-size", "0", "--name", "mine", "--yes")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Basilisk II is set up. Start it: moof run\n"
    prefs = (home.macs / "mine" / "prefs").read_text()
    assert "ramsize 134217728\n" in prefs
    assert "disk " not in prefs
    assert home.moof_toml.read_text().startswith("# mine\nhttp_port = 1234\n")


def test_without_a_name_the_emulators_are_listed_with_their_commands(home: BasiliskHome) -> None:
    done = run(home)
    assert done.returncode == 2
    rows = {line.rpartition("moof setup ")[2]: line for line in done.stderr.splitlines()[1:-1]}
    assert list(rows) == ["basilisk2", "sheepshaver", "minivmac"]
    assert rows["basilisk2"].split()[:3] == ["Basilisk", "II", str(home.folder / "bin" / "BasiliskII")]
    assert "not found" in rows["sheepshaver"]
    assert done.stderr.splitlines()[-1].endswith("Type one of these commands.")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("hatari",), "basilisk2, sheepshaver, minivmac can"),
        (("sheepshaver", "--yes"), "SheepShaver is not installed"),
        (("basilisk2", "--yes"), "--rom: Basilisk II needs a ROM of your own"),
        (("basilisk2", "--yes", "--rom", "{home}/cut.rom"), "--rom: The beginning of the ROM of: Quadra 610"),
        (("basilisk2", "--yes", "--rom", "{home}/quadra.rom", "--memory", "7"), "--memory: Memory (MB): one"),
        (("basilisk2", "--yes", "--rom", "{home}/none"), "--rom: "),
        (("basilisk2", "--yes", "--rom", "{home}/quadra.rom", "--name", "A b"), "--name: A name has"),
        (("basilisk2", "--name", "A b"), "--name: A name has"),  # before anything is asked
        (("basilisk2", "--memory", "7"), "--memory: Memory (MB): one"),
        (("basilisk2", "--disk", "~nobody-of-this-name/disk"), "--disk: There is no file ~nobody"),
    ],
)
def test_what_cannot_be_set_up_is_a_sentence(
    home: BasiliskHome, words: tuple[str, ...], sentence: str
) -> None:
    done = run(home, *(each.format(home=home.folder) for each in words))
    assert done.returncode == 2
    assert sentence in done.stderr
    assert not home.macs.exists()


def test_moof_toml_that_cannot_be_changed_leaves_no_mac(home: BasiliskHome) -> None:
    home.moof_toml.parent.mkdir(parents=True)
    home.moof_toml.write_text("emulator = ")
    done = run(home, "basilisk2", "--rom", str(home.folder / "quadra.rom"), "--yes")
    assert done.returncode == 2
    assert "Nothing was set up." in done.stderr
    assert list(home.macs.iterdir()) == []


INTERRUPTED = """
import sys
from moof.setup import mac_folders
write = mac_folders.write_mac
def interrupted(plan, now):
    write(plan, now)
    raise KeyboardInterrupt
mac_folders.write_mac = interrupted
from moof.cli import main
main()
"""


def test_ctrl_c_while_it_writes_leaves_nothing(home: BasiliskHome) -> None:
    words = ["setup", "basilisk2", "--rom", str(home.folder / "quadra.rom"), "--yes"]
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, *words],
        env={**os.environ, **home.environment}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, "Nothing was written." in done.stderr) == (130, True)
    assert list(home.macs.iterdir()) == []
    assert not home.moof_toml.exists()
