from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]

READ = """
const { Settings } = await load("ui/settings/settings.js");
const settings = new Settings();
return Object.fromEntries(argument.map((name) => [name, settings.get(name)]));
"""
DEFAULTS = {
    "commandKey": None,
    "capsLockControl": False,
    "followDesktop": False,
    "browserKeys": None,
    "wheelArrows": False,
    "keysExplained": False,
    "typing": "automatic",
    "pasteTypes": None,
    "layoutChosen": False,
    "mouseMode": "absolute",
    "touchMode": "direct",
    "gamepadMode": "keys",
    "scale": "auto",
    "pixels": "sharp",
    "volume": 1,
    "muted": False,
    "codec": None,
}


@pytest.fixture(autouse=True)
def empty_storage(blank: Page) -> Iterator[None]:
    yield
    blank.evaluate("localStorage.clear()")


def test_defaults(run: Run) -> None:
    assert run(READ, list(DEFAULTS)) == DEFAULTS


def test_settings_are_stored(run: Run) -> None:
    chosen = {
        "commandKey": "alt",
        "mouseMode": "relative",
        "touchMode": "trackpad",
        "volume": 0.25,
        "muted": True,
        "codec": "png",
        "scale": "1:1",
        "pixels": "crt",
        "browserKeys": ["zoom", "reload"],
        "capsLockControl": True,
        "typing": "characters",
        "pasteTypes": False,
    }
    write = "const s = new (await load('ui/settings/settings.js')).Settings();"
    run(write + "for (const [name, value] of Object.entries(argument)) s.set(name, value);", chosen)
    assert run(READ, list(chosen)) == chosen


def test_invalid_values_are_ignored(run: Run, blank: Page) -> None:
    blank.evaluate("""() => {
        localStorage.setItem("moof.volume", "11");
        localStorage.setItem("moof.mouseMode", "{not json");
        localStorage.setItem("moof.codec", '"<script>"');
        localStorage.setItem("moof.scale", "null");
        localStorage.setItem("moof.pixels", '"blurred"');
        localStorage.setItem("moof.browserKeys", '["zoom", "everything"]');
        localStorage.setItem("moof.followDesktop", "1");
        localStorage.setItem("moof.typing", '"words"');
        localStorage.setItem("moof.pasteTypes", '"yes"');
        localStorage.setItem("moof.touchMode", '"both"');
    }""")
    assert run(READ, list(DEFAULTS)) == DEFAULTS


def test_full_storage_is_no_error(run: Run) -> None:
    body = """
    const settings = new (await load("ui/settings/settings.js")).Settings();
    const real = Storage.prototype.setItem;
    Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    settings.set("volume", 0.5);
    Storage.prototype.setItem = real;
    return settings.get("volume");
    """
    assert run(body) == 0.5
