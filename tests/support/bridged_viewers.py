"""Serves a Mac in the container of bridged_network.sh, shows it in two tabs of its client, and prints JSON.

Each of the two objects has the page's figures and `remote`: the server's candidate that carries the media.
"""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from support.chromium import headless_chromium, headless_path
from support.processes import OutputProcess

PAGE = "http://192.168.77.1:9000"
OPTIONS = (
    "--host 0.0.0.0 --http-port 8080 --signaling-port 8080 --media-ports 8080 --xpram none --documents none"
)
SECONDS = 30.0
FIGURES = """async () => {
    const { pc, stats } = window.moof;
    const reports = pc === null ? [] : [...(await pc.getStats()).values()];
    const transport = reports.find(({ type }) => type === "transport");
    const pair = reports.find(({ id }) => id === transport?.selectedCandidatePairId);
    const remote = reports.find(({ id }) => id === pair?.remoteCandidateId);
    return { ...(await stats()), remote: remote ? `${remote.address}:${remote.port}` : null };
}"""


def figures(browser: Browser, address: str) -> dict[str, Any]:
    """Open the page, and return its figures once it shows a picture; those at the end of the time if not."""
    page = browser.new_page()
    page.goto(address)
    page.wait_for_function("window.moof")
    end = time.monotonic() + SECONDS
    while True:
        found: dict[str, Any] = page.evaluate(FIGURES)
        if (found["picture"] and found["remote"]) or time.monotonic() > end:
            return found
        page.wait_for_timeout(100)


def in_client(program: str, folder: Path) -> str:
    """Return a program that runs another one in the client's namespace."""
    script = folder / "client"
    script.write_text(f'#!/bin/sh\nexec ip netns exec client "{program}" "$@"\n')
    script.chmod(0o755)
    return str(script)


def main() -> None:
    """Run in the router's namespace."""
    command = ["ip", "netns", "exec", "container", sys.executable, "-m", "moof", "run", *OPTIONS.split()]
    moof = OutputProcess(command)
    try:
        query = moof.wait_for_line("Open ").partition("?")[2]
        with (
            tempfile.TemporaryDirectory() as folder,
            headless_chromium(in_client(headless_path(), Path(folder))) as browser,
        ):
            print(json.dumps([figures(browser, f"{PAGE}/?{query}") for _ in range(2)]))
        moof.stop(signal.SIGINT)
    finally:
        moof.stop()


if __name__ == "__main__":
    main()
