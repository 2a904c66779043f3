"""Which images the arguments of Mini vMac name, and that changes leave all other arguments alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.setup.argument_images import ArgumentSyntax, ImageArgument, PathArguments, with_images
from moof.setup.disk_identity import DiskUse
from moof.setup.qemu_drives import QemuDrives

PATHS = PathArguments()
NEW = ImageArgument(Path("/new,disk.img"), DiskUse.DISK)
WORDS = st.sampled_from(
    (
        *("-drive", "--drive", "-hda", "-cdrom", "-blockdev", "-r", "-n", "-d", "-boot", "-x"),
        *("/a.img", "b.img", "c", "", "readonly", "filename=/d"),
        *("file=/a,,b.img,format=raw", "if=none,id=x,file=c.img"),
    )
)


def disk(path: str) -> ImageArgument:
    return ImageArgument(Path(path), DiskUse.DISK)


def named(syntax: ArgumentSyntax, arguments: list[str]) -> list[ImageArgument]:
    return [each.image for each in syntax.find(arguments)]


@pytest.mark.parametrize(
    ("arguments", "disks"),
    [
        ([], []),
        (["/a.img", "b c.img"], ["/a.img", "b c.img"]),
        (["-r", "/vMac.ROM", "/a.img", "-n", "a name", "b.img"], ["/a.img", "b.img"]),
        (["-n", "-r", "/a.img"], ["/a.img"]),  # the name is "-r"
        (["-d", "-d", "-d", "/folder", "/a.img"], ["/a.img"]),
        (["/a.img", "-r"], ["/a.img"]),
        (["-psn_0_1", "/a.img"], ["/a.img"]),
    ],
)
def test_disks_are_the_arguments_that_are_no_options(arguments: list[str], disks: list[str]) -> None:
    assert named(PATHS, arguments) == [disk(each) for each in disks]


def test_disks_come_go_and_stay_where_they_are() -> None:
    arguments = ["/a.img", "-r", "rom", "/b.img", "/c.img"]
    assert with_images(PATHS, arguments, [disk("/c.img"), disk("/a.img")]) == [
        "/a.img",
        "-r",
        "rom",
        "/c.img",
    ]
    assert with_images(PATHS, arguments, []) == ["-r", "rom"]
    images = [*named(PATHS, arguments), disk("/new.img")]
    assert with_images(PATHS, arguments, images) == [*arguments, "/new.img"]
    assert with_images(PATHS, ["/a.img", "/a.img"], [disk("/a.img")]) == ["/a.img"]


@pytest.mark.parametrize("syntax", [PATHS, QemuDrives()], ids=["paths", "qemu"])
@given(arguments=st.lists(WORDS, max_size=8))
def test_an_image_that_is_added_and_removed_leaves_the_arguments_as_they_were(
    syntax: ArgumentSyntax, arguments: list[str]
) -> None:
    before = named(syntax, arguments)
    if syntax.find([*arguments, "-x"]) != syntax.find(arguments):
        return  # an option at the end has no value: the next argument, whatever it is, becomes that
    assert with_images(syntax, arguments, before) == arguments
    added = with_images(syntax, arguments, [*before, NEW])
    if arguments and arguments[-1].startswith("-"):
        return  # likewise
    assert added[: len(arguments)] == arguments
    assert named(syntax, added) == [*before, NEW]
    assert with_images(syntax, added, before) == arguments
