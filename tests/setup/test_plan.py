"""Answers become files and settings."""

from __future__ import annotations

from pathlib import Path

from moof.setup.answers import SetupAnswers, answers_of
from moof.setup.emulator_kinds import EMULATOR_KINDS
from moof.setup.plan import SetupPlan, plan_mac

BASILISK, SHEEP, MINI = (EMULATOR_KINDS[each] for each in ("basilisk2", "sheepshaver", "minivmac"))
MACS = Path("/macs")


def lines(plan: SetupPlan) -> list[str]:
    return plan.files["prefs"].decode().splitlines()


def test_basilisk_gets_settings_as_it_documents_them() -> None:
    plan = plan_mac(BASILISK, answers_of(BASILISK, "quadra", {}), b"ROM", MACS)
    assert plan.folder == MACS / "quadra"
    assert lines(plan) == [
        "rom /macs/quadra/rom",
        "disk /macs/quadra/disk.img",
        "ramsize 67108864",
        "screen win/800/600",
        "displaycolordepth 8",
        "nosound false",
        "modelid 14",
        "cpu 4",
        "fpu true",
        "frameskip 1",
        "ignoresegv true",
        "idlewait true",
        "nogui true",
    ]
    assert plan.files["rom"] == b"ROM"
    assert plan.files[".basilisk_ii_xpram"] == bytes(256)
    assert plan.blanks == {"disk.img": 500 << 20}
    assert plan.settings == {
        "emulator": "basilisk2",
        "emulator_file": "/macs/quadra/prefs",
        "emulator_argument": None,
        "emulator_network": None,
    }


def test_empty_disk_starts_from_the_cd() -> None:
    answers = SetupAnswers("mac", cd=Path("/install.iso"))
    assert lines(plan_mac(BASILISK, answers, b"", MACS))[2:4] == ["cdrom /install.iso", "bootdriver -62"]


def test_own_disk_is_named_and_none_is_made() -> None:
    answers = SetupAnswers("mac", disk=Path("/disks/system 7.img"), cd=Path("/install.iso"))
    plan = plan_mac(BASILISK, answers, b"", MACS)
    assert lines(plan)[1:3] == ["disk /disks/system 7.img", "cdrom /install.iso"]
    assert not any(line.startswith("bootdriver") for line in lines(plan))
    assert plan.blanks == {}


def test_no_disk_no_sound_and_the_network() -> None:
    answers = SetupAnswers("mac", disk_mb=0, sound=False, network=True)
    plan = plan_mac(SHEEP, answers, b"", MACS)
    assert plan.blanks == {}
    assert {"nosound true", "ether slirp"} <= set(lines(plan))
    assert not any(line.startswith(("disk ", "modelid")) for line in lines(plan))
    assert plan.settings["emulator_network"] is True
    assert plan.files[".sheepshaver_nvram"] == bytes(8192)


def test_mini_vmac_gets_arguments() -> None:
    plan = plan_mac(MINI, answers_of(MINI, "plus", {"disk-size": "20"}), b"ROM", MACS)
    assert set(plan.files) == {"rom", "start.json"}
    assert plan.blanks == {"disk.img": 20 << 20}
    assert plan.settings["emulator_file"] == "/macs/plus/rom"
    assert plan.settings["emulator_argument"] == ["/macs/plus/disk.img"]
