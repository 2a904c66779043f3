"""QEMU's Macs behind the bridge: a Power Mac's Open Firmware, which is free, and a Quadra's picture."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.bridge.recipe_folder import find_recipe
from moof.extension import StateOperation, StateRequest
from moof.setup.argument_images import ImageArgument, with_images
from moof.setup.disk_identity import DiskUse
from moof.states.state_shelf import StateShelf
from support.bridge_process import BridgeProcess, running_bridge, wait_until
from support.qemu import running_qemu

KEY_5, RETURN = 0x17, 0x24
CELL_WIDTH, CELL_HEIGHT = 8, 10
CURSOR_HEIGHT = 8
PROMPT_ROW = 2
STAY = ("-prom-env", "auto-boot?=false")
"""Arguments of a Power Mac that stays at the prompt of Open Firmware."""

ROM = (
    "00002000 00000008"  # stack pointer, offset of the first instruction
    "41f9 f9001000"  # lea $f9001000,a0        the picture, a byte a pixel
    "203c 0000ea60"  # move.l #60000,d0
    "20fc ffffffff"  # move.l #-1,(a0)+
    "5380 66f6"  # subq.l #1,d0; bne.s *-8
    "60fe"  # bra.s *
)
"""It fills the upper half of 600 rows, nearly."""
ROM_BYTES = 1 << 20


@pytest.fixture(scope="module")
def power_mac(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BridgeProcess]:
    """A Power Mac at the prompt of Open Firmware."""
    if shutil.which("qemu-system-ppc") is None:
        pytest.fail("This test needs QEMU's Power Mac: apt install qemu-system-ppc", pytrace=False)
    folder = tmp_path_factory.mktemp("mac99")
    documents = folder / "documents"
    documents.mkdir()
    (documents / "Letter.txt").write_text("Dear Mac")
    options = ("--emulator", "qemu-mac99", "--documents", str(documents), "--states", str(folder / "states"))
    with running_bridge(folder, options=options, program=STAY) as running:
        running.wait_for_size(800, 600)
        wait_until(lambda: has_prompt(running), "the prompt's cursor")
        yield running


def cell(mac: BridgeProcess, column: int, row: int) -> NDArray[np.bool_]:
    """Return a character cell, true where it is not the background, bool (10, 8)."""
    x, y = column * CELL_WIDTH, row * CELL_HEIGHT
    pixels = mac.pixels()
    return np.asarray(pixels[y : y + CELL_HEIGHT, x : x + CELL_WIDTH] != pixels[-1, -1])


def has_prompt(mac: BridgeProcess, row: int = PROMPT_ROW) -> bool:
    """Return whether the cursor stands behind the prompt in that row, and the background is drawn.

    The cursor is what Open Firmware draws last: the picture stays as it is until the next key.
    """
    if mac.latest() is None or mac.pixels().shape != (600, 800):
        return False
    return bool(cell(mac, 4, row)[:CURSOR_HEIGHT].all() and not cell(mac, 6, row).any())


def test_open_firmware_takes_a_key(power_mac: BridgeProcess) -> None:
    cursor = cell(power_mac, 4, PROMPT_ROW)
    power_mac.press(KEY_5)
    wait_until(lambda: np.array_equal(cell(power_mac, 5, PROMPT_ROW), cursor), "the cursor behind the key")
    assert cell(power_mac, 4, PROMPT_ROW).any()
    power_mac.press(RETURN)
    wait_until(lambda: has_prompt(power_mac, PROMPT_ROW + 1), "the next prompt")


def test_state_is_saved_and_loaded(power_mac: BridgeProcess) -> None:
    assert any(has_prompt(power_mac, row) for row in (PROMPT_ROW, PROMPT_ROW + 1))
    assert power_mac.change_state(StateOperation.SAVE, "Prompt") == ""
    before = power_mac.pixels()
    power_mac.press(KEY_5)
    wait_until(lambda: not np.array_equal(power_mac.pixels(), before), "the key")
    assert "already" in power_mac.change_state(StateOperation.SAVE, "Prompt")
    assert power_mac.change_state(StateOperation.LOAD, "Prompt") == ""
    wait_until(lambda: np.array_equal(power_mac.pixels(), before), "the picture of then")
    power_mac.press(KEY_5)
    wait_until(lambda: not np.array_equal(power_mac.pixels(), before), "the key in the Mac of then")


def test_bridge_that_is_killed_while_saving_leaves_the_older_state(tmp_path: Path) -> None:
    states = tmp_path / "states"
    options = ("--emulator", "qemu-mac99", "--states", str(states))
    with running_bridge(tmp_path, options=options, program=STAY) as mac:
        wait_until(lambda: has_prompt(mac), "the prompt's cursor")
        before = mac.pixels()
        assert mac.change_state(StateOperation.SAVE, "Older") == ""
        mac.press(KEY_5)
        wait_until(lambda: not np.array_equal(mac.pixels(), before), "the key")
        with mac.extension() as extension:
            extension.put(StateRequest(1, StateOperation.SAVE, "Newer"))
            extension.flush()
            path = "work/*/state"
            wait_until(lambda: list(states.glob(path)), "the file that QEMU writes", poll_seconds=0.002)
            mac.process.kill()
            mac.process.wait()
    with running_bridge(tmp_path, options=options, program=STAY) as mac:
        assert [each.name for each in StateShelf(states).entries()] == ["Older"]
        assert not list(states.glob("work/*/*"))
        wait_until(lambda: has_prompt(mac), "the prompt's cursor")
        assert mac.change_state(StateOperation.LOAD, "Older") == ""
        wait_until(lambda: np.array_equal(mac.pixels(), before), "the picture of then")


def test_quadra_draws_what_its_rom_says(tmp_path: Path) -> None:
    if shutil.which("qemu-system-m68k") is None:
        pytest.fail("This test needs QEMU's Quadra: apt install qemu-system-misc", pytrace=False)
    rom = tmp_path / "rom"
    rom.write_bytes(bytes.fromhex(ROM).ljust(ROM_BYTES, b"\0"))
    options = ("--emulator", "qemu-q800", "--emulator-file", str(rom))
    with running_bridge(tmp_path, options=options, program=("-no-reboot",)) as quadra:
        quadra.wait_for_size(800, 600)

        def drawn() -> bool:
            upper, lower = (np.unique(part) for part in (quadra.pixels()[20:260], quadra.pixels()[320:]))
            return bool(upper.size == lower.size == 1 and upper[0] != lower[0])

        wait_until(drawn, "the ROM's picture")


@pytest.mark.parametrize(
    ("emulator", "program"),
    [
        ("qemu-q800", ("qemu-system-m68k", "-M", "q800", "-bios", "rom", "-S")),
        ("qemu-mac99", ("qemu-system-ppc", "-M", "mac99,via=pmu", "-S")),
    ],
)
async def test_there_is_room_for_as_many_images_as_the_recipe_says_and_for_the_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: str, program: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rom").write_bytes(bytes(ROM_BYTES))
    recipe = find_recipe(emulator)
    assert recipe.images is not None
    images = [
        ImageArgument(tmp_path / f"{number}.img", DiskUse.CD if number == 1 else DiskUse.DISK, number == 1)
        for number in range(recipe.images.most)
    ]
    files = [*(each.path for each in images), tmp_path / "documents.img"]
    for each in files:
        each.write_bytes(bytes(1 << 20))
    shared = [word.replace("{directory}", str(tmp_path)) for word in recipe.sharing(tmp_path)]
    words = [*shared, *with_images(recipe.images.syntax, [], images)]
    async with running_qemu(tmp_path / "qemu", *words, program=program) as client:
        drives = [each for each in await client.execute("query-block") if "inserted" in each]
    assert sorted(each["inserted"]["image"]["filename"] for each in drives) == sorted(map(str, files))
