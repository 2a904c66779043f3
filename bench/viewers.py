"""What each further viewer of a rendition costs the server: `python bench/viewers.py`.

The viewers are light ones (harness/misbehaving_client.py, behaving): they take part in ICE, DTLS and SCTP as
a browser does, but neither decode nor report arrivals. Measured is the server's CPU with one and with
several.
"""

from __future__ import annotations

import argparse
import contextlib
import time

from harness.client_process import ClientProcess
from harness.process_resources import cpu_seconds
from harness.tables import table
from harness.testbed import served, source_command
from support.moof_process import get_json


def measure(url: str, server: int, seconds: float) -> tuple[float, float, float]:
    """Return CPU (cores), bits a second for each viewer, and pictures a second, over so long."""
    started, before, cpu = time.monotonic(), get_json(f"{url}/api/status"), cpu_seconds(server)
    time.sleep(seconds)
    used, after = cpu_seconds(server) - cpu, get_json(f"{url}/api/status")
    elapsed = time.monotonic() - started
    viewers = len(after["viewers"])
    bits = (after["bytes_sent"] - before["bytes_sent"]) * 8 / viewers / elapsed
    encoded = [sum(each["pictures"] for each in report["encoders"].values()) for report in (before, after)]
    return used / elapsed, bits, (encoded[1] - encoded[0]) / elapsed


def main() -> None:
    """Measure with one viewer and with further ones, and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", default="1024x768")
    arguments.add_argument("--further", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=10.0)
    options = arguments.parse_args()
    with contextlib.ExitStack() as stack:
        source = source_command("drag", "--size", options.size)
        _, server, url = stack.enter_context(served(source))
        rows: list[list[str]] = []
        costs: list[float] = []
        for count in (1, 1 + options.further):
            for _ in range(options.further if rows else 1):
                stack.callback(ClientProcess(url, "floods").stop)
            time.sleep(3)
            cores, bits, fps = measure(url, server.pid, options.seconds)
            costs.append(cores)
            rows.append([str(count), f"{cores * 100:.1f} %", f"{bits / 1e6:.1f}", f"{fps:.1f}"])
    print(f"Drag over dither at {options.size}, H.264\n")
    print(table(["viewers", "server CPU", "Mb/s each", "fps"], rows))
    print(f"\nEach further viewer: {(costs[1] - costs[0]) / options.further * 100:.1f} % of a core")


if __name__ == "__main__":
    main()
