"""What many watchers cost the server, directly and through a Janus, and what one of them sees.

`python bench/watchers.py` serves a window being dragged (1024x768, 60 pictures a second) and a tone, with 1,
10, 50 and 100 watchers each way. All but one receive without decoding (harness/watching_client.py); the one
is Chromium, which reads the time at which a picture was drawn from its time bar. Janus must be installed (apt
install janus).
"""

from __future__ import annotations

import argparse
import contextlib
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, ViewportSize

from harness import PAGE
from harness.process_resources import cpu_seconds
from harness.tables import quantile, table
from harness.testbed import browser, served, source_command
from support.janus_process import ADMIN_KEY, JanusProcess, running_janus

CLIENT: Final = Path(__file__).parent / "harness" / "watching_client.py"
VIEWPORT: Final[ViewportSize] = {"width": 1100, "height": 844}
"""In which both pages show the picture in its own size: enlarging it costs the cores that are measured."""
CONNECT_SECONDS: Final = 60.0
"""For all watchers of a line of the table: how long they may take is itself a limit."""
WARM_UP_SECONDS: Final = 3.0
HEAD: Final = [
    "watchers",
    "by",
    "server CPU",
    "Janus CPU",
    "watchers' CPU",
    "Chromium: latency p50 / p95 ms",
    "pictures a second",
    "sound kept back ms",
]
_SOUND: Final = """async () => {
    const stats = [...(await (window.moof?.pc ?? window.watching).getStats()).values()];
    const sound = stats.find((each) => each.type === "inbound-rtp" && each.kind === "audio");
    return sound ? [sound.jitterBufferDelay, sound.jitterBufferEmittedCount] : [0, 0];
}"""
_KEEP_CONNECTION: Final = """{
    const Original = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Original {
        constructor(...all) { super(...all); window.watching = this; }
    };
}"""


class NotConnectedError(Exception):
    """Not all watchers have connected in time: the machine is full."""


@contextlib.contextmanager
def watchers(kind: str, url: str, number: int) -> Iterator[int | None]:
    """Connect so many watchers; yield their process' pid, None without any. Raises NotConnectedError."""
    if not number:
        yield None
        return
    command = [sys.executable, str(CLIENT), kind, url, str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            readable, _, _ = select.select([process.stdout], [], [], CONNECT_SECONDS)
            if not readable or process.stdout.readline().strip() != "ready":
                raise NotConnectedError
            yield process.pid
        finally:
            process.kill()


def measure(page: Page, kind: str, url: str, pids: tuple[int, int], number: int, seconds: float) -> list[str]:
    """Measure with so many watchers, Chromium among them, and return the line of the table."""
    server, janus = pids
    with watchers(kind, url, number - 1) as others:
        time.sleep(WARM_UP_SECONDS)
        page.evaluate("() => { window.barLatencies.length = 0; }")
        measured = [server, janus, *([others] if others is not None else [])]
        before, sound = [cpu_seconds(each) for each in measured], page.evaluate(_SOUND)
        began = time.monotonic()
        page.wait_for_timeout(seconds * 1000)
        took = time.monotonic() - began
        used = [100 * (cpu_seconds(each) - was) / took for each, was in zip(measured, before, strict=True)]
        latencies, after = page.evaluate("() => window.barLatencies"), page.evaluate(_SOUND)
    delay = 1000 * (after[0] - sound[0]) / max(after[1] - sound[1], 1)
    return [
        str(number),
        kind,
        *(f"{each:.0f} %" for each in used[:2]),
        f"{used[2]:.0f} %" if len(used) > 2 else "",
        f"{quantile(latencies, 0.5):.0f} / {quantile(latencies, 0.95):.0f}" if latencies else "none",
        f"{len(latencies) / took:.0f}",
        f"{delay:.0f}",
    ]


def rows(kind: str, janus: JanusProcess, numbers: list[int], seconds: float) -> Iterator[list[str]]:
    """Yield the lines of one way."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as cleanup:
        key = Path(folder) / "key"
        key.write_text(ADMIN_KEY)
        key.chmod(0o600)
        options = ["--publish", janus.url, "--publish-token-file", str(key)] if kind == "janus" else []
        source = source_command("tone", "--moving")
        running = served(source, "--codec", "h264", "--max-viewers", "200", *options)
        _, server, url = cleanup.enter_context(running)
        page = cleanup.enter_context(browser()).new_page(viewport=VIEWPORT)
        page.add_init_script(_KEEP_CONNECTION)
        page.goto(f"{url}/watch" if kind == "janus" else f"{url}/?scale=1:1")
        page.wait_for_function("() => (document.querySelector('video')?.videoWidth ?? 0) > 0")
        page.evaluate((PAGE / "watch_time_bar.js").read_text())
        for number in numbers:
            try:
                yield measure(page, kind, url, (server.pid, janus.pid), number, seconds)
            except NotConnectedError:
                yield [str(number), kind, "not connected within a minute", *[""] * (len(HEAD) - 3)]


def main() -> None:
    """Measure both ways and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", default="janus,direct")
    parser.add_argument("--numbers", default="1,10,50,100")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    options = parser.parse_args()
    lines = []
    with tempfile.TemporaryDirectory() as folder, running_janus(Path(folder) / "janus") as janus:
        for kind in options.kinds.split(","):
            for line in rows(
                kind, janus, [int(each) for each in options.numbers.split(",")], options.seconds
            ):
                lines.append(line)
                print(" | ".join(line), file=sys.stderr, flush=True)
    print(table(HEAD, lines))


if __name__ == "__main__":
    main()
