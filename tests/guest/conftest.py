"""A Mac with Moof's own ROM, and actions on its desktop that several tests use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from moof.mac.documents_folder import DocumentsFolder
from moof.mac.headless import HeadlessMac
from moof.mac.xpram import Xpram

COMMAND, SHIFT = 0x37, 0x38
FRONT_ORIGIN, FRONT_SIZE, FRONT_APP = 0xB10, 0xB14, 0xB18
NOTES_TEXT, NOTES_LENGTH = 0xB08, 0xB0C

WELCOMED = 0x87
"""The byte of XPRAM that says that the user knows the Read Me."""

PROGRAMS = {
    "notes": 1,
    "sketch": 2,
    "sound": 3,
    "monitors": 4,
    "calculator": 5,
    "test card": 6,
    "about": 7,
    "keyboard": 8,
}
MENU_ORDER = ("calculator", "keyboard", "monitors", "notes", "sketch", "sound", "test card")
MENU_ROWS = {"about": 30} | {name: 57 + 18 * row for row, name in enumerate(MENU_ORDER)}
MOON = (28, 10)

PLAIN = "asdfhgzxcv\0bqweryt123465=97-80]ou[ip\rlj'k;\\,/nm.\t `"
SHIFTED = 'ASDFHGZXCV\0BQWERYT!@#$^%+(&_*)}OU{IP\0LJ"K:|<?NM>\0 ~'


class Front(NamedTuple):
    """The front window: program number (0: none), frame in pixels."""

    app: int
    x: int
    y: int
    width: int
    height: int


@pytest.fixture
def boot() -> Iterator[Callable[..., HeadlessMac]]:
    """`boot(width=…, height=…, depth=…, xpram=…)`: a Mac with its desktop started; closes the one before."""
    machines: list[HeadlessMac] = []

    def start(**options: int | Xpram) -> HeadlessMac:
        while machines:
            machines.pop().close()
        machine = HeadlessMac(**options)  # type: ignore[arg-type]
        machines.append(machine)
        machine.run(5)
        return machine

    yield start
    for machine in machines:
        machine.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The folder of the documents of `mac_with_empty_disk`."""
    return tmp_path / "documents"


@pytest.fixture
def mac_with_empty_disk(boot: Callable[..., HeadlessMac], path: Path) -> HeadlessMac:
    """A Mac with a disk, on which nothing is, and whose user knows the Read Me."""
    folder = DocumentsFolder(path)
    folder.prepare({})
    xpram = Xpram(None)
    xpram.write(WELCOMED, 1)
    return boot(documents=folder, xpram=xpram)


@pytest.fixture
def mac(boot: Callable[..., HeadlessMac]) -> HeadlessMac:
    """A Mac with its desktop started, 1024x768 in 256 colours."""
    return boot()


@pytest.fixture
def front(mac: HeadlessMac) -> Callable[[], Front]:
    """Return the front window, from low memory."""

    def look() -> Front:
        origin, size = mac.memory.read32(FRONT_ORIGIN), mac.memory.read32(FRONT_SIZE)
        app = mac.memory.read32(FRONT_APP)
        return Front(app, origin >> 16, origin & 0xFFFF, size >> 16, size & 0xFFFF)

    return look


@pytest.fixture
def open_program(mac: HeadlessMac, front: Callable[[], Front]) -> Callable[[str], Front]:
    """`open_program("notes")`: opens it from the moon menu; returns its window."""

    def choose(name: str) -> Front:
        mac.click(*MOON)
        mac.click(MOON[0] + 20, MENU_ROWS[name])
        mac.run(20)  # the item blinks
        assert front().app == PROGRAMS[name]
        return front()

    return choose


@pytest.fixture
def type_text(mac: HeadlessMac) -> Callable[[str], None]:
    r"""Type characters with the keys of a US keyboard; "\r" is return."""

    def type_all(text: str) -> None:
        for character in text:
            if character in PLAIN:
                mac.type_key(PLAIN.index(character))
            else:
                mac.type_key(SHIFTED.index(character), SHIFT)

    return type_all


@pytest.fixture
def command_key(mac: HeadlessMac) -> Callable[[str], None]:
    """`command_key("c")`: presses ⌘C."""

    def press(character: str) -> None:
        mac.type_key(PLAIN.index(character), COMMAND)

    return press


@pytest.fixture
def notes_text(mac: HeadlessMac) -> Callable[[], str]:
    """Returns the text in Notes."""

    def read() -> str:
        address, length = mac.memory.read32(NOTES_TEXT), mac.memory.read32(NOTES_LENGTH)
        return bytes(mac.memory.read_bytes(address, length)).decode("mac_roman")

    return read
