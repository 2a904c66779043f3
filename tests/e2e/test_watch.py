"""Watching by way of a real Janus, with a real Chromium: the picture moves, the sound plays, nobody plays."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from support.janus_process import ADMIN_KEY, JanusProcess, running_janus
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_until

pytestmark = pytest.mark.browser

SOURCE = Path(__file__).parents[1] / "ipc" / "c" / "emulator_variants.c"
COLOUR = (200, 40, 40)
TONE_HZ = 441
PEAK = """() => {
    const video = document.querySelector("video");
    if (!window.analyser) {
        const context = new AudioContext();
        window.analyser = context.createAnalyser();
        window.analyser.fftSize = 16384;
        context.createMediaStreamSource(video.srcObject).connect(window.analyser);
    }
    const bins = new Float32Array(window.analyser.frequencyBinCount);
    window.analyser.getFloatFrequencyData(bins);
    const peak = bins.indexOf(Math.max(...bins));
    return bins[peak] > -60 ? peak * window.analyser.context.sampleRate / 16384 : 0;
}"""
PIXEL = """() => {
    const video = document.querySelector("video");
    const canvas = new OffscreenCanvas(video.videoWidth || 1, video.videoHeight || 1);
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, 0);
    return [...context.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data].slice(0, 3);
}"""
RING = """() => {
    const picture = document.querySelector("video").getBoundingClientRect();
    const ring = document.getElementById("watch-pointer");
    const box = ring.getBoundingClientRect();
    const place = [box.x + box.width / 2 - picture.x, box.y + box.height / 2 - picture.y];
    return ring.dataset.shows === "true" ? [place[0] / picture.width, place[1] / picture.height] : null;
}"""
FRAMES = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"


@pytest.fixture(scope="module")
def janus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JanusProcess]:
    with running_janus(tmp_path_factory.mktemp("janus")) as running:
        yield running


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run an emulator with a moving picture of one colour, a moving pointer, and a tone."""
    program = tmp_path_factory.mktemp("c") / "emulator_variants"
    subprocess.run(["gcc", "-std=c11", "-O1", SOURCE, "-o", program], check=True)
    with subprocess.Popen([program, *map(str, COLOUR), "size", "640x480", "pointer"]) as process:
        wait_until(Path(f"/tmp/macemu-{process.pid}.sock").exists, "the emulator's socket")
        yield process.pid
        process.terminate()


@contextlib.contextmanager
def publishing(folder: Path, janus: JanusProcess, emulator: int) -> Iterator[MoofProcess]:
    """Run a server that publishes to Janus."""
    key = folder / "key"
    key.write_text(ADMIN_KEY)
    key.chmod(0o600)
    options = ["--target-pid", str(emulator), "--publish", janus.url, "--publish-token-file", str(key)]
    moof = start_moof(folder, *options, command="serve")
    try:
        yield moof
    finally:
        stop_moof(moof)


def shows(page: Page) -> bool:
    """Return whether the page shows the emulator's colour."""
    found = page.evaluate(PIXEL)
    return all(abs(one - other) < 16 for one, other in zip(found, COLOUR, strict=True))


def ring_moves(page: Page, places: set[float]) -> bool:
    """Note where the ring is, half way down the picture; return whether it has been at several places."""
    if (found := page.evaluate(RING)) is not None:
        assert found[1] == pytest.approx(0.5, abs=0.01)
        places.add(found[0])
    return len(places) > 3


def wait_for_picture(page: Page) -> None:
    wait_until(lambda: shows(page), "the picture")
    page.wait_for_selector("#watch-sound:visible")


def test_watchers_see_and_hear_and_come_back(
    browser: Browser, janus: JanusProcess, emulator: int, tmp_path: Path
) -> None:
    with contextlib.ExitStack() as cleanup:
        one, other = (cleanup.enter_context(contextlib.closing(browser.new_page())) for _ in range(2))
        problems: list[str] = []
        one.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        with publishing(tmp_path, janus, emulator) as moof:
            for page in (one, other):
                page.goto(f"{moof.url}/watch")
                wait_for_picture(page)
            before = one.evaluate(FRAMES)
            wait_until(lambda: one.evaluate(FRAMES) > before + 20, "a moving picture")
            places: set[float] = set()
            wait_until(lambda: ring_moves(one, places), "the ring around the pointer")
            assert one.evaluate("document.querySelector('video').muted")
            one.click("#watch-sound")
            wait_until(lambda: abs(one.evaluate(PEAK) - TONE_HZ) < 10, "the tone")
            assert one.text_content("#watch-sound") == "Sound off"
            status = moof.status()
            assert status["viewers"] == []
            assert problems == []
            one.evaluate(FRAMES)
        one.wait_for_selector("#watch-sound", state="hidden")
        one.wait_for_selector("#watch-pointer[data-shows=false]", state="attached")
        assert one.text_content("#watch-state") == "Waiting for the Mac…"


def test_the_link_signs_in_and_leads_to_the_page(
    browser: Browser, janus: JanusProcess, emulator: int, tmp_path: Path
) -> None:
    with publishing(tmp_path, janus, emulator) as moof, contextlib.closing(browser.new_page()) as page:
        made = subprocess.run(
            [sys.executable, "-m", "moof", "watch-link", "--address", moof.url],
            check=True,
            capture_output=True,
            text=True,
        )
        link = made.stdout.strip()
        assert link.startswith(f"{moof.url}/watch?token=")
        page.goto(link)
        assert page.url == f"{moof.url}/watch"
        wait_for_picture(page)
