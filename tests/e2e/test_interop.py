"""Emulators in C, in the shapes that existing ones have: each plays in Chromium, picture and sound."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from support.mac_page import MacPage
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.recorded_audio import record, strongest_frequency
from support.waiting import wait_until

pytestmark = pytest.mark.browser

SOURCE = Path(__file__).parents[1] / "ipc" / "c" / "shapes.c"
TONE_HZ = 441
COLOUR_TOLERANCE = 12  # H.264 at limited range, and back


@dataclass(frozen=True)
class Shape:
    """A colour to know it by, its options, and the size of its picture."""

    colour: tuple[int, int, int]
    options: tuple[str, ...] = ()
    size: tuple[int, int] = (640, 480)

    @property
    def words(self) -> list[str]:
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
    """The emulator, compiled; the contract's offsets are asserted on the way."""
    program = tmp_path_factory.mktemp("c") / "shapes"
    subprocess.run(
        ["gcc", "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", SOURCE, "-o", program], check=True
    )
    return str(program)


@contextlib.contextmanager
def running(program: str, shape: Shape) -> Iterator[int]:
    """An emulator that somebody else started."""
    with subprocess.Popen([program, *shape.words]) as process:
        wait_until(Path(f"/tmp/macemu-{process.pid}.sock").exists, "the emulator's socket")
        yield process.pid
        assert process.poll() is None, "it is left alive"
        process.terminate()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoofProcess]:
    """One server for all of them: it is told by its API which one to serve."""
    running = start_moof(tmp_path_factory.mktemp("moof"), "--target-pid", "1", command="serve")
    yield running
    stop_moof(running)


@pytest.fixture(scope="module")
def page(browser: Browser, server: MoofProcess) -> Iterator[MacPage]:
    """One page, which stays while emulators come and go."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = MacPage(context.new_page())
    page.page.goto(server.url)
    yield page
    context.close()


def shows(page: MacPage, shape: Shape) -> bool:
    """True when the page shows this emulator's colour, but for the bar."""
    if page.stats().get("frames", 0) == 0 or page.mac_size() != shape.size:
        return False
    difference = np.abs(page.pixels().astype(int) - shape.colour).max(axis=2)
    return float((difference < COLOUR_TOLERANCE).mean()) > 0.95


def sounds(page: MacPage) -> bool:
    """True when half a second of what the page plays is this emulator's tone."""
    rate, samples = record(page.page, 0.5)
    return bool(np.abs(samples).max() > 500) and abs(strongest_frequency(samples, rate) - TONE_HZ) < 6


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_is_seen_and_heard(program: str, server: MoofProcess, page: MacPage, name: str) -> None:
    shape = SHAPES[name]
    with running(program, shape) as pid:
        assert server.post("/api/emulators", {"pid": pid}) == 200
        wait_until(lambda: shows(page, shape), f"the picture of '{name}'")
        wait_until(lambda: sounds(page), f"the sound of '{name}'")
        latency = page.stats()["latency"]
        assert latency["total"] > 0
        audio = server.status()["audio"]
        expected = (22050, 1) if "mono-8-bit" in shape.options else (44100, 2)
        assert (audio["rate"], audio["channels"]) == expected


def test_one_that_dies_in_the_middle_of_a_frame_and_comes_back_in_another_size(
    program: str, browser: Browser, tmp_path: Path
) -> None:
    script = tmp_path / "emulator.sh"
    first, second = Shape((200, 40, 40), ("dies", "40")), Shape((40, 40, 200), size=(800, 600))
    script.write_text(
        f"if mkdir '{tmp_path}/once' 2>/dev/null; then exec {program} {' '.join(first.words)}; fi\n"
        f"exec {program} {' '.join(second.words)}\n"
    )
    config = tmp_path / "moof.toml"
    config.write_text(f'emulator = "shapes"\n[emulators.shapes]\ncommand = ["sh", "{script}"]\n')
    moof = start_moof(tmp_path, environment={"MOOF_CONFIG": str(config)})
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = MacPage(context.new_page())
    page.page.goto(moof.url)
    wait_until(lambda: shows(page, second), "the second one's picture")
    status = moof.status()
    assert (status["restarts"], status["emulator"]["width"]) == (1, 800)
    pid = moof.emulator_pid
    context.close()
    assert stop_moof(moof) == 0
    assert not Path(f"/dev/shm/macemu-video-{pid}").exists()
