"""Takes pictures of the page's states in real browsers: `python packaging/page_pictures.py FOLDER`.

For each browser and size one sheet with all states, to look at; `--single` writes each
state's picture, too. A size such as 1920x1080@2 is in pixels of CSS, and has so many pixels of the
display for one of these. `--tour` writes the pictures of docs/using.md, in Chromium.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from page_cameras import CAMERAS, Camera, Window, chromium_cameras

from support import page_states
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_until

SIZES = ("320x568", "390x844", "844x390", "820x1180", "1366x657", "2560x1300")
TOUR = {
    Window(740, 600): {
        "welcome": "first-visit",
        "toolbar": "controls",
        "settings-picture": "settings",
        "settings-mac": "mac",
        "settings-states": "states",
        "keys": "keys",
        "type": "type",
        "people": "people",
        "link": "link",
        "pictures": "pictures",
        "latency": "delay",
        "settings-documents": "documents",
        "attract": "kiosk",
    },
    Window(390, 844, 2): {"keyboard": "telephone"},
}
"""The states in docs/using.md by the window, and the names of their pictures."""
SHEET_WIDTH = 2400
LABEL_HEIGHT = 18


@dataclass(frozen=True)
class Servers:
    """A Mac of its owner's, and a kiosk.

    The owner's page comes by a name that is not this computer's alone, so that it has codes for telephones:
    browsers resolve *.localhost themselves. The kiosk's comes without a token, as to its visitors.
    """

    owners: MoofProcess
    kiosk: MoofProcess

    @property
    def page(self) -> str:
        """The address of the owner's page, with the token."""
        return self.owners.owner_url.replace("127.0.0.1", "mac.localhost")

    @property
    def origin(self) -> str:
        """The same without path and token."""
        return self.owners.url.replace("127.0.0.1", "mac.localhost")


@dataclass
class Shots:
    """The pictures of one browser at one size, by the names of their states."""

    camera: Camera
    servers: Servers
    language: str
    states: list[str]
    parts: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    """What a picture of a single state shows: left, top, right and bottom edges, CSS pixels."""

    def all(self) -> dict[str, bytes]:
        """Take the pictures of all states."""
        taken: dict[str, bytes] = {}

        def take(name: str) -> None:
            if self._wants(name):
                self.parts[name] = part_of(self.camera, name)
                taken[name] = self.camera.picture()

        self._open(self.servers.origin, self.servers.page)
        if self._wants("welcome"):
            self._first_visit()
            take("welcome")
            self._open(self.servers.origin, self.servers.page)
        for state in (*page_states.STATES, page_states.LINK):
            if self._wants(state.name):
                state.enter(self.camera.tab)
                take(state.name)
        if self._wants("off") or self._wants("connecting"):
            self._without_picture(self.servers.owners, take)
        self._plain_pages(take)
        if self._wants("attract"):
            self._open(self.servers.kiosk.url, self.servers.kiosk.url)
            page_states.ATTRACT.enter(self.camera.tab)
            take("attract")
        return taken

    def _wants(self, name: str) -> bool:
        return not self.states or name in self.states

    def _open(self, origin: str, page: str) -> None:
        tab = self.camera.tab
        tab.open(f"{origin}/sign-in")
        tab.evaluate(page_states.SECOND_VISIT + page_states.in_language(self.language))
        tab.open(page)
        wait_until(self._has_picture, "a picture in the page")
        tab.evaluate(page_states.SHARP)

    def _has_picture(self) -> bool:
        with contextlib.suppress(Exception):  # while a page is left, it answers nothing
            return bool(self.camera.tab.evaluate(page_states.HAS_PICTURE))
        return False

    def _first_visit(self) -> None:
        self.camera.tab.evaluate(page_states.VISIT_FIRST)
        wait_until(self._has_picture, "a picture in the page")
        self.camera.tab.evaluate(page_states.SHARP + page_states.TOOLBAR.steps)

    def _without_picture(self, moof: MoofProcess, take: Callable[[str], None]) -> None:
        shown = "return !document.getElementById('notice').hidden"
        page_states.TOOLBAR.enter(self.camera.tab)
        moof.post("/api/stop")
        off = "return !document.getElementById('notice-action').hidden"
        wait_until(lambda: self.camera.tab.evaluate(off), "a notice with a button")
        take("off")
        moof.post("/api/start")
        wait_until(lambda: not self.camera.tab.evaluate(shown), "the picture again")
        remove = self.camera.before_pages(page_states.NEVER_CONNECTS)
        self.camera.tab.open(self.servers.page)
        wait_until(lambda: self.camera.tab.evaluate(shown), "a notice")
        take("connecting")
        remove()

    def _plain_pages(self, take: Callable[[str], None]) -> None:
        for name, path in (("sign-in", "sign-in"), ("error", "nothing-here")):
            self.camera.tab.open(f"{self.servers.owners.url}/{path}")
            take(name)


def sheet(pictures: dict[str, bytes]) -> Image.Image:
    """Return one image with all pictures, each below its name."""
    images = {name: Image.open(io.BytesIO(data)).convert("RGB") for name, data in pictures.items()}
    width, height = next(iter(images.values())).size
    columns = max(1, min(len(images), round(SHEET_WIDTH / min(width, 800))))
    scale = min(1.0, SHEET_WIDTH / columns / width)
    cell = (round(width * scale) + 8, round(height * scale) + LABEL_HEIGHT)
    rows = -(-len(images) // columns)
    result = Image.new("RGB", (cell[0] * columns, cell[1] * rows), "#888")
    draw = ImageDraw.Draw(result)
    for index, (name, image) in enumerate(images.items()):
        left, top = index % columns * cell[0], index // columns * cell[1]
        draw.text((left + 4, top + 3), name, fill="black")
        result.paste(
            image.resize((cell[0] - 8, cell[1] - LABEL_HEIGHT), Image.Resampling.LANCZOS),
            (left, top + LABEL_HEIGHT),
        )
    return result


def take_sheets(folder: Path, servers: Servers, arguments: argparse.Namespace) -> None:
    """Write a sheet for each browser and size."""
    windows = [Window.parse(text) for text in arguments.sizes]
    for browser in arguments.browsers:
        with CAMERAS[browser](windows, arguments.language) as cameras:
            for window, camera in cameras:
                begun = time.monotonic()
                pictures = Shots(camera, servers, arguments.language, arguments.states).all()
                name = f"{browser}-{window}-{arguments.language}"
                sheet(pictures).save(folder / f"{name}.png")
                for state, data in pictures.items() if arguments.single else ():
                    (folder / f"{name}-{state}.png").write_bytes(data)
                print(f"{name}: {len(pictures)} states, {time.monotonic() - begun:.0f} s", flush=True)


def part_of(camera: Camera, state: str) -> tuple[float, float, float, float]:
    """Return the edges of what docs/using.md shows of a state: its panel, or the whole window."""
    parts = {each.name: each.part for each in page_states.STATES} | {"toolbar": "#toolbar"}
    selector, margin = parts.get(state, "html"), 14
    if selector in ("html", "#mac-keyboard"):
        selector, margin = "html", 0
    box = f"document.querySelector('{selector}').getBoundingClientRect()"
    edges = camera.tab.evaluate(
        f"const {{ left, top, right, bottom }} = {box}; return [left, top, right, bottom];"
    )
    return edges[0] - margin, edges[1] - margin, edges[2] + margin, edges[3] + margin


def take_tour(folder: Path, servers: Servers) -> None:
    """Write the pictures of docs/using.md."""
    for window, names in TOUR.items():
        with chromium_cameras([window], "en") as cameras:
            for _, camera in cameras:
                shots = Shots(camera, servers, "en", list(names))
                pictures = shots.all()
                for state, data in pictures.items():
                    image = Image.open(io.BytesIO(data)).convert("RGB")
                    left, top, right, bottom = shots.parts[state]
                    edges = (max(0, left), max(0, top), min(window.width, right), min(window.height, bottom))
                    image = image.crop(tuple(round(window.ratio * edge) for edge in edges)).quantize(64)
                    image.save(folder / f"tour-{names[state]}.png", optimize=True)


@contextlib.contextmanager
def running_servers(folder: Path, mac_size: str) -> Iterator[Servers]:
    """Start a Mac with a disk and states, and a kiosk with one of them."""
    files = ("--documents", f"{folder}/documents", "--states", f"{folder}/states")
    owners = start_moof(folder, "--size", mac_size, *files)
    try:
        for name in ("Museum", "Letter to Susan"):
            owners.save_state(name)
        (folder / "kiosk").mkdir()
        options = ("--size", mac_size, "--states", f"{folder}/states", "--kiosk", "Museum")
        kiosk = start_moof(folder / "kiosk", *options)
        try:
            yield Servers(owners, kiosk)
        finally:
            stop_moof(kiosk)
    finally:
        stop_moof(owners)


def main() -> None:
    """Start a Moof and take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--browsers", nargs="+", default=list(CAMERAS))
    parser.add_argument("--sizes", nargs="+", default=SIZES)
    parser.add_argument("--states", nargs="+", default=[], help="pictures of these states alone")
    parser.add_argument("--language", default="en")
    parser.add_argument("--mac-size", default="1024x768")
    parser.add_argument("--single", action="store_true")
    parser.add_argument("--tour", action="store_true")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data, state, config = f"{folder}/data", f"{folder}/state", f"{folder}/moof.toml"
        os.environ.update(XDG_DATA_HOME=data, XDG_STATE_HOME=state, MOOF_CONFIG=config)
        mac_size = "640x480" if arguments.tour else arguments.mac_size
        with running_servers(Path(folder), mac_size) as servers:
            if arguments.tour:
                take_tour(arguments.folder, servers)
            else:
                take_sheets(arguments.folder, servers, arguments)


if __name__ == "__main__":
    main()
