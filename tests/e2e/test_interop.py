"""Emulators in C that behave as existing ones do: Chromium displays and plays each."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from support.mac_page import MacPage, new_mac_page
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.recorded_audio import record, strongest_frequency
from support.waiting import wait_until

pytestmark = pytest.mark.browser

SOURCE = Path(__file__).parents[1] / "ipc" / "c" / "emulator_variants.c"
TONE_HZ = 441
COLOUR_TOLERANCE = 12  # H.264 at limited range, and back


@dataclass(frozen=True)
class Shape:
    """The colour that identifies an emulator, its options, and the size of its picture."""

    colour: tuple[int, int, int]
    options: tuple[str, ...] = ()
    size: tuple[int, int] = (640, 480)

    @property
    def arguments(self) -> list[str]:
        """The program's arguments."""
        size = ["size", f"{self.size[0]}x{self.size[1]}"]
        return [*map(str, self.colour), *size, *self.options]


SHAPES = {
    "one descriptor": Shape((200, 40, 40), ("one-descriptor",)),
    "sound never signalled": Shape((40, 200, 40), ("silent-eventfd",), (512, 342)),
    "requests ignored": Shape((40, 40, 200), ("ignores-request", "silent-eventfd")),
    "t4 written late": Shape((200, 200, 40), ("late-t4",), (800, 600)),
    "laps a slow reader": Shape((40, 200, 200), ("laps",)),
    "8-bit mono at 22 kHz": Shape((200, 40, 200), ("mono-8-bit", "silent-eventfd"), (640, 400)),
    "bytes A,R,G,B": Shape((200, 120, 40), ("argb", "ignores-request", "one-descriptor", "late-t4")),
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Compile the emulator, which asserts the contract's offsets."""
    program = tmp_path_factory.mktemp("c") / "emulator_variants"
    subprocess.run(
        ["gcc", "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", SOURCE, "-o", program], check=True
    )
    return str(program)


@contextlib.contextmanager
def running(program: str, shape: Shape) -> Iterator[int]:
    """Run an emulator that the server did not start."""
    with subprocess.Popen([program, *shape.arguments]) as process:
        wait_until(Path(f"/tmp/macemu-{process.pid}.sock").exists, "the emulator's socket")
        yield process.pid
        assert process.poll() is None, "the server leaves it running"
        process.terminate()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoofProcess]:
    """Run one server for all of them; its API selects the emulator."""
    running = start_moof(tmp_path_factory.mktemp("moof"), "--target-pid", "1", command="serve")
    yield running
    stop_moof(running)


@pytest.fixture(scope="module")
def page(browser: Browser, server: MoofProcess) -> Iterator[MacPage]:
    """Open one page, which stays connected while emulators change."""
    with new_mac_page(browser) as page:
        page.page.goto(server.url)
        yield page


def displays(page: MacPage, shape: Shape) -> bool:
    """Return whether the page displays this emulator's colour, except in its bar."""
    if page.stats().get("frames", 0) == 0 or page.mac_size() != shape.size:
        return False
    difference = np.abs(page.pixels().astype(int) - shape.colour).max(axis=2)
    return float((difference < COLOUR_TOLERANCE).mean()) > 0.95


def plays_tone(page: MacPage) -> bool:
    """Return whether half a second of what the page plays is this emulator's tone."""
    rate, samples = record(page.page, 0.5)
    return bool(np.abs(samples).max() > 500) and abs(strongest_frequency(samples, rate) - TONE_HZ) < 6


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_is_displayed_and_played(
    program: str, server: MoofProcess, page: MacPage, name: str
) -> None:
    shape = SHAPES[name]
    with running(program, shape) as pid:
        assert server.post("/api/emulators", {"pid": pid}) == 200
        wait_until(lambda: displays(page, shape), f"the picture of '{name}'")
        wait_until(lambda: plays_tone(page), f"the sound of '{name}'")
        latency = page.stats()["latency"]
        assert latency["total"] > 0
        audio = server.status()["audio"]
        expected = (22050, 1) if "mono-8-bit" in shape.options else (44100, 2)
        assert (audio["rate"], audio["channels"]) == expected


def test_an_emulator_that_crashes_during_a_frame_is_restarted_in_another_size(
    program: str, browser: Browser, tmp_path: Path
) -> None:
    script = tmp_path / "emulator.sh"
    first, second = Shape((200, 40, 40), ("dies", "40")), Shape((40, 40, 200), size=(800, 600))
    script.write_text(
        f"if mkdir '{tmp_path}/once' 2>/dev/null; then exec {program} {' '.join(first.arguments)}; fi\n"
        f"exec {program} {' '.join(second.arguments)}\n"
    )
    config = tmp_path / "moof.toml"
    # In its sandbox it sees what the table names, and the script is one word of its command.
    shown = f'files = ["{program}"]\nshared = ["{tmp_path}"]\n'
    config.write_text(f'emulator = "shapes"\n[emulators.shapes]\ncommand = ["sh", "{script}"]\n{shown}')
    moof = start_moof(tmp_path, environment={"MOOF_CONFIG": str(config)})
    with new_mac_page(browser) as page:
        page.page.goto(moof.url)
        wait_until(lambda: displays(page, second), "the second one's picture")
        status = moof.status()
        assert (status["restarts"], status["emulator"]["width"]) == (1, 800)
        pid = moof.emulator_pid
        spaces = {Path(f"/proc/{each}/ns/mnt").readlink() for each in (pid, os.getpid())}
        assert len(spaces) == 2, "it runs in a sandbox"
    assert stop_moof(moof) == 0
    assert not Path(f"/dev/shm/macemu-video-{pid}").exists()
