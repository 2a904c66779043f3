"""What each further viewer of a rendition costs the server: `python bench/viewers.py`.

The viewers are light ones (badviewer.py, behaving): they take part in ICE, DTLS and SCTP as a browser does,
but neither decode nor report arrivals. What counts is the server's CPU with one of them and with several.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

from stage import HERE, cpu_seconds, process, table


def status(url: str) -> dict[str, Any]:
    """What the server says of itself."""
    with urllib.request.urlopen(f"{url}/api/status", timeout=5) as answer:
        return dict(json.load(answer))


def measure(url: str, server: int, seconds: float) -> tuple[float, float, float]:
    """CPU (cores), bits a second for each viewer, and pictures a second, over so long."""
    began, before, cpu = time.monotonic(), status(url), cpu_seconds(server)
    time.sleep(seconds)
    used, after, elapsed = cpu_seconds(server) - cpu, status(url), time.monotonic() - began
    viewers = len(after["viewers"])
    bits = (after["bytes_sent"] - before["bytes_sent"]) * 8 / viewers / elapsed
    encoded = [sum(each["pictures"] for each in report["encoders"].values()) for report in (before, after)]
    return used / elapsed, bits, (encoded[1] - encoded[0]) / elapsed


@contextlib.contextmanager
def light_viewer(url: str) -> Iterator[None]:
    """A viewer that only watches, from when it is connected."""
    command = [sys.executable, str(HERE / "badviewer.py"), url, "floods"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as viewer:
        assert viewer.stdout is not None
        viewer.stdout.readline()
        yield
        viewer.kill()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", default="1024x768")
    arguments.add_argument("--further", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=10.0)
    options = arguments.parse_args()
    source = [sys.executable, str(HERE / "drag_source.py"), "--size", options.size]
    with contextlib.ExitStack() as stack:
        mac, _ = stack.enter_context(process(source, "ready"))
        serve = [sys.executable, "-m", "moof", "serve", "--target-pid", str(mac.pid)]
        serve += ["--http-port", "0", "--signaling-port", "0"]
        server, line = stack.enter_context(process(serve, "Open "))
        url = line.split()[1].rstrip("/")
        rows: list[list[str]] = []
        costs: list[float] = []
        for count in (1, 1 + options.further):
            for _ in range(options.further if rows else 1):
                stack.enter_context(light_viewer(url))
            time.sleep(3)
            cores, bits, fps = measure(url, server.pid, options.seconds)
            costs.append(cores)
            rows.append([str(count), f"{cores * 100:.1f} %", f"{bits / 1e6:.1f}", f"{fps:.1f}"])
    print(f"Drag over dither at {options.size}, H.264\n")
    print(table(["viewers", "server CPU", "Mb/s each", "fps"], rows))
    print(f"\nEach further viewer: {(costs[1] - costs[0]) / options.further * 100:.1f} % of a core")


if __name__ == "__main__":
    main()
