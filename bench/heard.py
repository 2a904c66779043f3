"""Key to ear: when an SDL program behind the bridge, which beeps at each key, is heard.

`python bench/heard.py` presses keys in a headless Chromium that plays on a PulseAudio with a null sink, and
notes when the beep arrives there: nothing is recorded in the page, since that would disturb its playout. It
prints a Markdown table. Its first line is the floor of this set-up: a page that beeps by itself with an
oscillator, through the same browser and sound card. Selkies, where it is installed, shows and plays the same
program by WebSockets and by WebRTC, with 10 ms packets as by default. Measure when nothing else runs.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Collection

from playwright.sync_api import Page, sync_playwright

from harness import BENCH
from harness.heard_sound import Ear, sound_card
from harness.process_resources import cpu_seconds
from harness.rivals import Selkies
from harness.tables import quantile, table
from harness.testbed import VIEWPORT_HEIGHT, VIEWPORT_WIDTH, served
from support.chromium import CHROMIUM_FLAGS, chromium_path
from support.mac_page import MacPage

HEAD = [
    "server",
    "key → heard ms p50/p95",
    "heard",
    "jitter buffer ms (target)",
    "server + bridge CPU, silent",
]
MAX_SECONDS = 1.0
CPU_SECONDS = 5.0


def press_keys(page: Page, ear: Ear, count: int) -> list[float]:
    """Press a key at irregular intervals; return the ms until each was heard."""
    latencies = []
    for _ in range(count):
        heard, pressed = len(ear.onsets), time.monotonic()
        page.keyboard.down("a")
        page.wait_for_timeout(50)
        page.keyboard.up("a")
        page.wait_for_timeout(random.uniform(400, 600))
        new = [onset for onset in ear.onsets[heard:] if 0 < onset - pressed < MAX_SECONDS]
        latencies += [(new[0] - pressed) * 1000] if new else []
    return latencies


def row(name: str, latencies: list[float], count: int, depth: str = "-", cpu: str = "-") -> list[str]:
    """Return a line of the table."""
    figures = f"{quantile(latencies, 0.5):.0f}/{quantile(latencies, 0.95):.0f}" if latencies else "-"
    return [name, figures, f"{len(latencies)} of {count}", depth, cpu]


def silent_cpu(pids: Collection[int]) -> str:
    """Return the share of a core that these processes need while nobody presses a key."""
    before = sum(map(cpu_seconds, pids))
    time.sleep(CPU_SECONDS)
    return f"{(sum(map(cpu_seconds, pids)) - before) / CPU_SECONDS:.1%}"


def program_of(options: argparse.Namespace) -> list[str]:
    """Return the command line of the program that beeps."""
    return [sys.executable, str(BENCH / "sources" / "beep.py"), "--buffer", str(options.buffer)]


def measure_moof(page: Page, ear: Ear, options: argparse.Namespace) -> list[str]:
    """Measure the bridge and the server."""
    bridge = [sys.executable, "-m", "moof", "bridge", "--share", str(BENCH), "--", *program_of(options)]
    more = ["--audio-packet-ms", str(options.packet_ms)] if options.packet_ms else []
    with served(bridge, *more) as (emulator, server, url):
        page.goto(url)
        MacPage(page).wait_for_picture(1)
        page.locator("#screen").focus()
        time.sleep(options.settle)
        cpu = silent_cpu((emulator.pid, server.pid))
        latencies = press_keys(page, ear, options.keys)
        buffered = page.evaluate((BENCH / "page" / "audio_counters.js").read_text()) or {}
        emitted = buffered.get("jitterBufferEmittedCount") or 1
        depth, target = (
            f"{1000 * buffered.get(name, 0) / emitted:.0f}"
            for name in ("jitterBufferDelay", "jitterBufferTargetDelay")
        )
        return row("Moof", latencies, options.keys, f"{depth} ({target})", cpu)


def measure_floor(page: Page, ear: Ear, options: argparse.Namespace) -> list[str]:
    """Measure a page that beeps by itself."""
    page.goto("about:blank")
    page.evaluate((BENCH / "page" / "beep_at_key.js").read_text())
    time.sleep(options.settle)
    return row("none: the page's oscillator", press_keys(page, ear, options.keys), options.keys)


def measure_selkies(page: Page, ear: Ear, options: argparse.Namespace, mode: str) -> list[str]:
    """Measure Selkies, which captures what the program plays on a PulseAudio of its own."""
    with sound_card("output") as card:
        selkies = Selkies(options.selkies, mode, card)
        with selkies.running(program_of(options)) as running:
            page.goto(running.url)
            time.sleep(options.settle)
            page.mouse.click(VIEWPORT_WIDTH / 2, VIEWPORT_HEIGHT / 2)
            cpu = silent_cpu(running.pids())
            return row(selkies.name, press_keys(page, ear, options.keys), options.keys, cpu=cpu)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=30)
    parser.add_argument("--settle", type=float, default=10.0, help="seconds before the first key")
    parser.add_argument("--buffer", type=int, default=256, help="the program's own buffer, in samples")
    parser.add_argument("--packet-ms", type=int, choices=[20, 10, 5], help="default: as the server chooses")
    parser.add_argument("--selkies", default=os.environ.get("SELKIES", "selkies"), help="its command")
    options = parser.parse_args()
    with sound_card() as card, sync_playwright() as playwright:
        environment = {**os.environ, **card}
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=list(CHROMIUM_FLAGS),
            ignore_default_args=["--mute-audio"],
            env=dict[str, str | float | bool](environment),
        )
        page = browser.new_page(viewport={"width": VIEWPORT_WIDTH, "height": VIEWPORT_HEIGHT})
        ear = Ear(environment)
        rows = [measure_floor(page, ear, options), measure_moof(page, ear, options)]
        missing = Selkies(options.selkies, "").missing()
        modes = () if missing else ("websockets", "webrtc")
        rows += [measure_selkies(page, ear, options, mode) for mode in modes]
        ear.stop()
        browser.close()
    print(table(HEAD, rows))
    if missing:
        print(f"Selkies is not installed: {missing}")


if __name__ == "__main__":
    main()
