"""Structure: which files a frame, a sound and a key cross, counted by execution.

`python bench/journeys.py` runs the built-in Mac, the server and a headless Chromium, records which files
execute on each journey in the steady state, and prints a Markdown table:

- frame: the Test Card moves; from the guest's framebuffer to pixels on the page (H.264).
- sound: the Sound program plays a tone; from the server's request to the packet in the browser (which plays
  it itself), and the page's report of its playback back to the server.
- key: keydown in the page to the Mac's ADB.

In Python, a file counts when one of its functions is called below a root of the journey: see ROOTS and
`bench/harness/journey_recorder.py`. In the page, a file counts when one of its functions is called for at
least every second frame, report or key event, in addition to its calls in as long a time without them.
`__init__` files, libraries, set-up and errors do not count. A root below which nothing is recorded is named.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import mmap
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Route

import moof
from harness.tables import table
from harness.testbed import browser_page, served
from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage
from support.waiting import wait_until

RECORDER = Path(__file__).parent / "harness" / "journey_recorder.py"
Roots = list[tuple[str, str, int | str | None]]
Function = tuple[str, str]
FunctionCalls = Counter[tuple[str, str, int]]

# Where each journey enters a thread, in the journey's order: file, function, and the message that the
# function's argument must be (its first byte, or its class). The innermost root on the stack decides.
_RECEIVE_INPUT = ("server/transport/webrtc_peer.py", "WebRtcPeer._receive_input")
_MAC_RECEIVE = ("ipc/emulator.py", "EmulatorEnd._receive", None)
_MAC_MESSAGE = ("mac/control_thread.py", "ControlThread.receive")
ROOTS: dict[str, Roots] = {
    "frame": [
        ("mac/video_refresh.py", "VideoRefresh.run", None),
        ("server/video/pipeline.py", "VideoPipeline._run", None),
        ("server/video/pipeline.py", "VideoPipeline._send", None),
    ],
    "sound": [
        ("server/audio/pipeline.py", "AudioPipeline._run", None),
        ("mac/audio_thread.py", "AudioThread.run", None),
        ("server/audio/pipeline.py", "AudioPipeline._send", None),
        (*_RECEIVE_INPUT, 0x30),
    ],
    "key": [(*_RECEIVE_INPUT, 0x01), _MAC_RECEIVE, (*_MAC_MESSAGE, "Key")],
}
KEY = "KeyX"
KEY_PAUSE_MS = 25
PAGE = "web/page/"
MIN_SHARE = 0.5
"""Calls of a function for each frame, report or key event, from which on it is part of the journey."""
MIN_RATIO = 1.25
"""Of a function's calls on the journey to those without it; the rest is chance, such as one more ping."""
PARAMETERS = {"callCount": True, "detailed": True}


@dataclass
class JourneyTestbed:
    """The running parts: the page, the Mac's memory, and the connections to both recorders."""

    mac: MacPage
    memory: GuestMemory
    recorders: list[Connection]
    devtools: CDPSession
    page_path: str
    seconds: float

    def start_recording(self, roots: Roots) -> None:
        """Start to record in both processes."""
        for recorder in self.recorders:
            recorder.send(roots)

    def stop_recording(self) -> dict[Function, tuple[int, int]]:
        """End the recording and return the functions of both processes: index of the root, and ns."""
        found: dict[Function, tuple[int, int]] = {}
        for recorder in self.recorders:
            recorder.send(None)
            for function, first in recorder.recv().items():
                found[function] = min(first, found.get(function, first))
        return found

    def calls(self) -> FunctionCalls:
        """Return the calls since the last time, by file, name and offset of the page's functions."""
        counted: FunctionCalls = Counter()
        for script in self.devtools.send("Profiler.takePreciseCoverage")["result"]:
            path = urlsplit(script["url"]).path
            if not path.startswith(self.page_path):
                continue
            for function in script["functions"]:
                whole = function["ranges"][0]
                if function["functionName"] or whole["startOffset"]:  # not the module itself
                    file, name = path.removeprefix(self.page_path), function["functionName"] or "=>"
                    counted[PAGE + file, name, whole["startOffset"]] += whole["count"]
        return counted


def wait(testbed: JourneyTestbed) -> int:
    """Let time pass; return how many frames the page displayed."""
    before = testbed.mac.frames
    time.sleep(testbed.seconds)
    return testbed.mac.frames - before


def press_keys(testbed: JourneyTestbed) -> int:
    """Press a key again and again that the desktop ignores; return the number of key messages."""
    end, messages = time.monotonic() + testbed.seconds, 0
    while time.monotonic() < end:
        testbed.mac.page.keyboard.press(KEY, delay=KEY_PAUSE_MS)
        testbed.mac.page.wait_for_timeout(KEY_PAUSE_MS)
        messages += 2
    return messages


def wait_for_reports(testbed: JourneyTestbed) -> int:
    """Let time pass; return how many reports of its playback the page sent: one a second."""
    wait(testbed)
    return int(testbed.seconds)


def baseline(testbed: JourneyTestbed) -> FunctionCalls:
    """Return the page's calls while nothing of the journey happens."""
    testbed.calls()
    wait(testbed)
    return testbed.calls()


def baseline_without_reports(testbed: JourneyTestbed) -> FunctionCalls:
    """Return the page's calls while it finds no audio receiver, and so reports nothing of its playback."""
    testbed.mac.page.evaluate(
        "() => { window.getReceivers = RTCPeerConnection.prototype.getReceivers;"
        " RTCPeerConnection.prototype.getReceivers = () => []; }"
    )
    calls = baseline(testbed)
    testbed.mac.page.evaluate("() => { RTCPeerConnection.prototype.getReceivers = window.getReceivers; }")
    return calls


@dataclass
class Recording:
    """One journey: its number of frames, reports or key messages, Python's functions, the page's calls."""

    events: int
    python: dict[Function, tuple[int, int]]
    calls: FunctionCalls

    def functions(self, name: str, idle: FunctionCalls) -> list[Function]:
        """Return the journey's functions: Python's in the order of their first call, the page's by file."""
        page = sorted(
            function[:2]
            for function, count in self.calls.items()
            if count - idle[function] >= MIN_SHARE * self.events and count >= MIN_RATIO * idle[function]
        )
        python = sorted(self.python, key=lambda function: self.python[function])
        return page + python if name == "key" else python + page


def record(
    testbed: JourneyTestbed, name: str, roots: Roots, act: Callable[[JourneyTestbed], int]
) -> Recording:
    """Record while `act` lets one journey happen."""
    testbed.calls()
    testbed.start_recording(roots)
    events = act(testbed)
    recording = Recording(events, testbed.stop_recording(), testbed.calls())
    unmet = set(range(len(roots))) - {index for index, _ in recording.python.values()}
    for index in sorted(unmet):
        file, function, _ = roots[index]
        print(f"{name}: nothing is first called below {function} of {file}", file=sys.stderr)
    return recording


def journeys(testbed: JourneyTestbed, roots: dict[str, Roots]) -> dict[str, list[Function]]:
    """Let each journey happen for some seconds; return its functions.

    The page's calls without the journey are taken before and after it, and the greater number counts: a sort
    over figures that add up calls its comparison more and more often.
    """
    mac, page = testbed.mac, testbed.mac.page
    page.locator("#screen").focus()
    page.keyboard.press(KEY, delay=KEY_PAUSE_MS)  # what is computed at the first key only is set-up
    idle = baseline(testbed)
    key = record(testbed, "key", roots["key"], press_keys)
    mac.open_program(testbed.memory, Program.TEST_CARD)
    frame = record(testbed, "frame", roots["frame"], wait)
    mac.close_front_window(testbed.memory)
    idle |= baseline(testbed)
    mac.open_program(testbed.memory, Program.SOUND)
    page.keyboard.press("Digit1", delay=60)
    wait_until(lambda: testbed.memory.u32(GuestMemory.SOURCES), "the tone")
    silent = baseline_without_reports(testbed)
    sound = record(testbed, "sound", roots["sound"], wait_for_reports)
    silent |= baseline_without_reports(testbed)
    return {
        "frame": frame.functions("frame", idle),
        "sound": sound.functions("sound", silent),
        "key": key.functions("key", idle),
    }


@contextlib.contextmanager
def open_journey_testbed(source: Path, seconds: float) -> Iterator[JourneyTestbed]:
    """Start Mac, server and page with recorders; `source` is the folder that contains the package moof."""
    python = ["env", f"PYTHONPATH={source}", sys.executable, str(RECORDER)]
    with tempfile.TemporaryDirectory(prefix="moof-bench-") as name:
        folder = Path(name)
        mac_socket, server_socket, memory = folder / "mac", folder / "server", folder / "memory"
        emulator = [
            "emulator",
            "--xpram",
            "none",
            "--documents",
            "none",
            "--size",
            "640x480",
            "--memory-file",
            str(memory),
        ]
        with (
            served(
                [*python, str(mac_socket), *emulator],
                "--codec",
                "h264",
                launcher=[*python, str(server_socket)],
            ) as (_, _, url),
            browser_page() as page,
            Client(str(mac_socket)) as mac_recorder,
            Client(str(server_socket)) as server_recorder,
        ):
            devtools = page.context.new_cdp_session(page)
            devtools.send("Profiler.enable")
            devtools.send("Profiler.startPreciseCoverage", PARAMETERS)
            # The page's modules as files of their own: the server sends them as one.
            page.route("**/static/bundled/main.js", run_the_modules)
            mac = MacPage(page)
            mac.connect(url)
            wait_until(lambda: mac.stats()["clockOffsetMs"] is not None, "the first pings")
            recorders = [mac_recorder, server_recorder]
            path = urlsplit(url).path + "/static/"
            yield JourneyTestbed(mac, map_memory(memory), recorders, devtools, path, seconds)


def run_the_modules(route: Route) -> None:
    """Answer with a script that imports the page's own."""
    route.fulfill(body='import "../main.js";', content_type="text/javascript")


def map_memory(file: Path) -> GuestMemory:
    """Map the Mac's memory."""
    with file.open("rb") as opened:
        return GuestMemory(mmap.mmap(opened.fileno(), 0, prot=mmap.PROT_READ))


def functions_by_file(functions: list[Function]) -> dict[str, list[str]]:
    """Return the functions of each file, files in the order of their first function."""
    files: dict[str, list[str]] = {}
    for file, function in functions:
        files.setdefault(file, []).append(function)
    return files


def results(found: dict[str, list[Function]]) -> str:
    """Return the table of all journeys."""
    rows = []
    for name, functions in found.items():
        files = functions_by_file(functions)
        parts = (sum(file.startswith(part) for file in files) for part in ("server/", PAGE))
        rows.append([name, str(len(files)), *map(str, parts)])
    return table(["journey", "files", "in the server", "in the page"], rows)


def listing(functions: list[Function]) -> str:
    """Return a line for each file of a journey, with its functions."""
    return "\n".join(f"{file}: {', '.join(names)}" for file, names in functions_by_file(functions).items())


def read_roots(file: Path) -> dict[str, Roots]:
    """Return the roots in a JSON file of the shape of ROOTS."""
    content: dict[str, Any] = json.loads(file.read_text())
    return {name: [(each[0], each[1], each[2]) for each in roots] for name, roots in content.items()}


def main() -> None:
    """Count the files and print the table."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument(
        "--list", action="store_true", help="print files and functions of each journey, too"
    )
    arguments.add_argument("--seconds", type=float, default=6.0, help="for each of seven recordings")
    arguments.add_argument(
        "--source",
        type=Path,
        default=Path(moof.__file__).parents[1],
        help="folder src of another version",
    )
    arguments.add_argument("--roots", type=Path, help="JSON with the roots of another version, as ROOTS")
    options = arguments.parse_args()
    with open_journey_testbed(options.source, options.seconds) as testbed:
        found = journeys(testbed, read_roots(options.roots) if options.roots else ROOTS)
    print(results(found))
    for name in found if options.list else ():
        print(f"\n{name}:\n{listing(found[name])}")


if __name__ == "__main__":
    main()
