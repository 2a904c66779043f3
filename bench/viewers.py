"""What each further viewer of a rendition costs the server: `python bench/viewers.py`.

The viewers are light ones (harness/misbehaving_client.py, behaving): they take part in ICE, DTLS and SCTP as
a browser does, but neither decode nor report arrivals. Measured is the server's CPU with one and with
several.
"""

from __future__ import annotations

import argparse
import contextlib
import time
from dataclasses import dataclass
from typing import Final

from harness.client_process import ClientProcess
from harness.process_resources import cpu_seconds
from harness.tables import table
from harness.testbed import served, source_command
from support.moof_process import get_json

SETTLE_SECONDS: Final = 3.0


@dataclass(frozen=True)
class Cost:
    """What a number of viewers cost.

    Attributes:
        viewers: their number.
        cores: the server's share of a core.
        bits: bits a second for each viewer.
        pictures: pictures a second.
    """

    viewers: int
    cores: float
    bits: float
    pictures: float


def measure(url: str, server: int, seconds: float) -> Cost:
    """Measure the viewers that are connected, over so long."""
    started, before, cpu = time.monotonic(), get_json(f"{url}/api/status"), cpu_seconds(server)
    time.sleep(seconds)
    used, after = cpu_seconds(server) - cpu, get_json(f"{url}/api/status")
    elapsed = time.monotonic() - started
    viewers = len(after["viewers"])
    bits = (after["bytes_sent"] - before["bytes_sent"]) * 8 / viewers / elapsed
    encoded = [sum(each["pictures"] for each in report["encoders"].values()) for report in (before, after)]
    return Cost(viewers, used / elapsed, bits, (encoded[1] - encoded[0]) / elapsed)


def measure_further(size: str, further: int, seconds: float) -> tuple[Cost, Cost]:
    """Measure one viewer, and with it `further` ones."""
    with contextlib.ExitStack() as stack:
        _, server, url = stack.enter_context(served(source_command("drag", "--size", size)))

        def with_more(count: int) -> Cost:
            for _ in range(count):
                stack.callback(ClientProcess(url, "floods").stop)
            time.sleep(SETTLE_SECONDS)
            return measure(url, server.pid, seconds)

        return with_more(1), with_more(further)


def main() -> None:
    """Measure with one viewer and with further ones, and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", default="1024x768")
    arguments.add_argument("--further", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=10.0)
    options = arguments.parse_args()
    costs = measure_further(options.size, options.further, options.seconds)
    rows = [
        [str(each.viewers), f"{each.cores * 100:.1f} %", f"{each.bits / 1e6:.1f}", f"{each.pictures:.1f}"]
        for each in costs
    ]
    print(f"Drag over dither at {options.size}, H.264\n")
    print(table(["viewers", "server CPU", "Mb/s each", "fps"], rows))
    share = (costs[1].cores - costs[0].cores) / options.further
    print(f"\nEach further viewer: {share * 100:.1f} % of a core")


if __name__ == "__main__":
    main()
