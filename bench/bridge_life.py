"""The bridge's start and recovery: its display and sound server, and a program that is killed.

`python bench/bridge_life.py` prints a Markdown table. The program is support/sdl_program.py, in a recipe of
its own, behind `moof run`, in front of a real Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from harness.server_process import server_process, wait_until
from harness.tables import quantile, table
from moof.bridge.private_directory import private_directory
from moof.bridge.pulse_server import PulseServerThread
from moof.bridge.x_display import XDisplay
from moof.bridge.xvfb import Xvfb
from moof.ipc import MAX_HEIGHT, MAX_WIDTH, EmulatorEnd
from support.bridge_process import SDL_PROGRAM
from support.mac_page import shown_frames
from support.playback_recorder import PlaybackRecorder
from support.processes import descendants

RECIPE = """
about = "tests/support/sdl_program.py"
install = ""
programs = [{python}]
arguments = [{program}, {log}, "--bar", "--size", "640x480", "--play", "S16BE:44100:1"]
"""
RUNNING_SECONDS = 7.0
"""Time after which a killed program counts as one that has run for a while."""


async def start_once(sandboxed: bool = False, opengl: bool = True) -> float:
    """Return the seconds until a program could be started: a display, a client on it, and a sound server.

    For a `sandboxed` one the display has shared memory of its own. It may have no `opengl`.
    """
    with EmulatorEnd.create() as end:
        started = time.monotonic()
        with private_directory() as directory:
            display = Xvfb(directory, MAX_WIDTH, MAX_HEIGHT, sandboxed=sandboxed, opengl=opengl)
            await display.start()
            screen = XDisplay(display.name, display.authority)
            sound = PulseServerThread(directory, end.audio, PlaybackRecorder())
            await sound.start()
            seconds = time.monotonic() - started
            sound.stop()
            screen.close()
            await display.end()
    return seconds


def recovery_seconds(times: int, rest: float) -> list[float]:
    """Kill the program repeatedly, each time after a rest; return the seconds until its picture is back."""
    with tempfile.TemporaryDirectory() as folder:
        recipes = Path(folder) / "moof" / "recipes"
        recipes.mkdir(parents=True)
        words = {"python": sys.executable, "program": str(SDL_PROGRAM), "log": f"{folder}/log"}
        recipe = RECIPE.format(**{name: json.dumps(word) for name, word in words.items()})
        (recipes / "sdl.toml").write_text(recipe)
        measured = []
        with server_process("--emulator", "sdl", environment={"XDG_CONFIG_HOME": folder}) as server:
            page = server.open_page()
            for _ in range(times):
                time.sleep(rest)
                bridge, killed_at = server.mac, time.monotonic()
                os.kill(program_of(bridge), signal.SIGKILL)
                wait_until(lambda bridge=bridge: server.mac not in (0, bridge), "another")
                shown = shown_frames(page)
                wait_until(lambda shown=shown: shown_frames(page) > shown, "its picture")
                measured.append(time.monotonic() - killed_at)
    return measured


def program_of(bridge: int) -> int:
    """Return the pid of the program behind a bridge."""
    return next(pid for pid, name in descendants(bridge).items() if name not in ("Xvfb", "bwrap"))


def row(what: str, seconds: list[float], unit: str, factor: float) -> list[str]:
    """Return a line of the table."""
    median, longest = quantile(seconds, 0.5) * factor, max(seconds) * factor
    return [what, str(len(seconds)), f"{median:.3g} {unit}", f"{longest:.3g} {unit}"]


def main() -> None:
    """Measure starts and recoveries, and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--starts", type=int, default=20)
    arguments.add_argument("--kills", type=int, default=10)
    options = arguments.parse_args()
    starts = [asyncio.run(start_once()) for _ in range(options.starts)]
    at_once = recovery_seconds(options.kills, 0.0)
    later = recovery_seconds(max(1, options.kills // 3), RUNNING_SECONDS)
    rows = [
        row("display and sound server ready", starts, "ms", 1000),
        row("program killed at once → its picture in the page again", at_once, "s", 1),
        row("the same when it has run for a while", later, "s", 1),
    ]
    print(table(["what", "times", "median", "longest"], rows))


if __name__ == "__main__":
    main()
