"""The bridge's beginnings and returns: its display and sound server, and a program that is killed.

`python bench/bridge_life.py` prints a Markdown table. The program is bench/sdl_program.py, in a recipe of its
own, behind `moof run`, in front of a real Chromium.
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

from household import frames, household, until
from moof.bridge.private_directory import private_directory
from moof.bridge.pulse_server import PulseServerThread
from moof.bridge.x_display import XDisplay
from moof.bridge.xvfb import Xvfb
from moof.ipc import MAX_HEIGHT, MAX_WIDTH, EmulatorEnd
from stage import HERE, quantile, table

RECIPE = """
about = "bench/sdl_program.py"
install = ""
programs = [{python}]
arguments = [{program}, {log}, "--bar", "--size", "640x480", "--play", "S16BE:44100:1"]
"""


async def start_once() -> float:
    """Seconds until a program could be started: a display, our client on it, and a sound server."""
    with EmulatorEnd.create() as end:
        began = time.monotonic()
        with private_directory() as directory:
            display = Xvfb(directory, MAX_WIDTH, MAX_HEIGHT)
            await display.start()
            screen = XDisplay(display.name, display.authority)
            sound = PulseServerThread(directory, end.audio)
            await sound.start()
            took = time.monotonic() - began
            sound.stop()
            screen.close()
            await display.end()
    return took


def return_times(times: int, rest: float) -> list[float]:
    """Kill the program repeatedly, each time after a rest; seconds until a page has its picture again."""
    with tempfile.TemporaryDirectory() as folder:
        recipes = Path(folder) / "moof" / "recipes"
        recipes.mkdir(parents=True)
        words = {"python": sys.executable, "program": str(HERE / "sdl_program.py"), "log": f"{folder}/log"}
        recipe = RECIPE.format(**{name: json.dumps(word) for name, word in words.items()})
        (recipes / "sdl.toml").write_text(recipe)
        back = []
        with household("--emulator", "sdl", environment={"XDG_CONFIG_HOME": folder}) as home:
            page = home.page()
            for _ in range(times):
                time.sleep(rest)
                bridge, happened = home.mac, time.monotonic()
                os.kill(program_of(bridge), signal.SIGKILL)
                until(lambda bridge=bridge: home.mac not in (0, bridge), "another")  # type: ignore[misc]
                shown = frames(page)
                until(lambda shown=shown: frames(page) > shown, "its picture")  # type: ignore[misc]
                back.append(time.monotonic() - happened)
    return back


def program_of(bridge: int) -> int:
    """The pid of the program behind a bridge."""
    children = map(int, Path(f"/proc/{bridge}/task/{bridge}/children").read_text().split())
    return next(pid for pid in children if Path(f"/proc/{pid}/comm").read_text().strip() != "Xvfb")


def row(what: str, seconds: list[float], unit: str, factor: float) -> list[str]:
    """A row of the table."""
    median, most = quantile(seconds, 0.5) * factor, max(seconds) * factor
    return [what, str(len(seconds)), f"{median:.3g} {unit}", f"{most:.3g} {unit}"]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--starts", type=int, default=20)
    arguments.add_argument("--kills", type=int, default=10)
    options = arguments.parse_args()
    starts = [asyncio.run(start_once()) for _ in range(options.starts)]
    at_once, later = return_times(options.kills, 0.0), return_times(max(1, options.kills // 3), 7.0)
    rows = [
        row("display and sound server ready", starts, "ms", 1000),
        row("program killed at once → its picture in the page again", at_once, "s", 1),
        row("the same when it has run for a while", later, "s", 1),
    ]
    print(table(["what", "times", "median", "longest"], rows))


if __name__ == "__main__":
    main()
