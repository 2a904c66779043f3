"""When a browser paints the page: `python bench/first_paint.py` prints a Markdown table.

A headless Chromium opens the page of a server that has answered before, in a tab that is open already: a new
window loads its own toolbar beside the first page. Before each visit the bench waits until the machine is
idle. The first visit has an empty cache, the second one is in another tab, the third loads the page again
while it shows the Mac. The floor is the same with one small picture of the same server in place of the page.
Times are the browser's own (Paint Timing, W3C), from the navigation. The aim is a first paint within 200 ms.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page

from harness.floors import busy_share
from harness.tables import quantile, table
from harness.testbed import browser
from support.first_visit import first_visit
from support.moof_process import start_moof, stop_moof

PAINTS: Final = """() => {
    const at = (name) => performance.getEntriesByName(name)[0]?.startTime ?? NaN;
    const { responseEnd, domInteractive } = performance.getEntriesByType("navigation")[0];
    const paints = ["first-paint", "first-contentful-paint"].map(at);
    return [responseEnd, domInteractive, ...paints, window.picture ?? NaN];
}"""
PAINTED: Final = "() => performance.getEntriesByName('first-contentful-paint').length > 0"
PICTURE: Final = """async () => {
    while (!window.moof || !(await moof.stats()).frames) await new Promise((then) => setTimeout(then, 10));
    window.picture = performance.now();
}"""
FLOOR: Final = "static/icons/moof.svg"
HEAD: Final = ("visit", "HTML is there", "HTML is read", "first paint", "first content", "the Mac’s picture")
IDLE_SHARE: Final = 0.1
MAX_WAITS: Final = 8
Visits = dict[str, list[list[float]]]


def times(page: Page) -> list[float]:
    """Return the times of a page that has a picture, in ms."""
    page.evaluate(PICTURE)
    return list(page.evaluate(PAINTS))


def idle_tab(context: BrowserContext) -> Page:
    """Open a tab, and wait until the browser has done what it does for it."""
    page = context.new_page()
    wait_for_idle_machine()
    return page


def wait_for_idle_machine() -> None:
    """Return when hardly anything runs; after two seconds others keep the machine busy."""
    for _ in range(MAX_WAITS):
        if busy_share(0.25) < IDLE_SHARE:
            return


def visit_page(context: BrowserContext, url: str, found: Visits) -> None:
    """Visit the page the first time, again, and once more while it shows the Mac."""
    with idle_tab(context) as page:
        page.goto(url)
        found["the first"].append(times(page))
    with idle_tab(context) as page:
        page.goto(url)
        found["again"].append(times(page))
        wait_for_idle_machine()
        page.reload()
        found["reloaded"].append(times(page))


def visit_floor(context: BrowserContext, url: str, found: Visits) -> None:
    """Visit one small file."""
    for name in ("floor: the first", "floor: again"):
        with idle_tab(context) as page:
            page.goto(f"{url}/{FLOOR}")
            page.wait_for_function(PAINTED)
            found[name].append(list(page.evaluate(PAINTS)))


def visit(chromium: Browser, url: str, found: Visits) -> None:
    """Make each kind of visit once, and add its times."""
    for each in (visit_page, visit_floor):
        with first_visit(chromium) as context:
            context.new_page()  # with it the window stays
            each(context, url, found)


def row(name: str, visits: list[list[float]]) -> list[str]:
    """Return a line of the table: medians and the slowest."""
    return [
        name,
        *(
            "–" if math.isnan(each[0]) else f"{quantile(each, 0.5):.0f} (at most {max(each):.0f})"
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
    found: Visits = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        moof = start_moof(Path(folder))
        try:
            visit(chromium, moof.url, defaultdict(list))  # the server reads its files
            for _ in range(arguments.visits):
                visit(chromium, moof.url, found)
        finally:
            stop_moof(moof)
    print(table(list(HEAD), [row(name, visits) for name, visits in found.items()]))


if __name__ == "__main__":
    main()
