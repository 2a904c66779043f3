"""When a browser paints the page: `python bench/first_paint.py` prints a Markdown table.

A headless Chromium opens the page of a server that has answered before. Each visit is in a context of its
own, without anything in its cache, or loads the page again. Times are the browser's own (Paint Timing, W3C),
from the navigation. The aim is a first paint within 200 ms.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from harness.tables import quantile, table
from harness.testbed import browser
from support.mac_page import MacPage
from support.moof_process import start_moof, stop_moof

PAINTS: Final = """() => {
    const at = (name) => performance.getEntriesByName(name)[0]?.startTime ?? NaN;
    const { responseEnd, domInteractive } = performance.getEntriesByType("navigation")[0];
    const paints = ["first-paint", "first-contentful-paint"].map(at);
    return [responseEnd, domInteractive, ...paints, window.picture ?? NaN];
}"""
WATCH: Final = """(() => {
    const look = async () => {
        if (window.moof && (await window.moof.stats()).frames > 0) window.picture = performance.now();
        else setTimeout(look, 10);
    };
    look();
})();"""
HEAD: Final = ("visit", "HTML is there", "HTML is read", "first paint", "first content", "the Mac’s picture")


def times(page: Page) -> list[float]:
    """Return the times of a page that has a picture, in ms."""
    MacPage(page).wait_for_picture()
    page.wait_for_function("window.picture !== undefined")
    return list(page.evaluate(PAINTS))


def row(name: str, visits: list[list[float]]) -> list[str]:
    """Return a line of the table: medians and the slowest."""
    return [
        name,
        *(
            f"{quantile(each, 0.5):.0f} (at most {max(each):.0f})"
            for each in map(list, zip(*visits, strict=True))
        ),
    ]


def main() -> None:
    """Measure the visits that the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visits", type=int, default=7)
    arguments = parser.parse_args()
    first: list[list[float]] = []
    again: list[list[float]] = []
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        moof = start_moof(Path(folder))
        try:
            for _ in range(arguments.visits + 1):
                context = chromium.new_context()
                context.add_init_script(WATCH)
                page = context.new_page()
                page.goto(moof.url)
                first.append(times(page))
                page.reload()
                again.append(times(page))
                context.close()
        finally:
            stop_moof(moof)
    # The first visit made the server read its files.
    print(table(list(HEAD), [row("the first", first[1:]), row("again", again[1:])]))


if __name__ == "__main__":
    main()
