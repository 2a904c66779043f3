from collections.abc import Callable
from typing import Any

import pytest

from moof.keyboard import layouts_json
from moof.server.protocol.keymap import ADB_CODES
from support import chromium

Run = Callable[..., Any]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the path of a whole Chromium: the headless shell knows no keyboard layout."""
    return chromium.chromium_path()


GUESS = """
const { likeliestLayout } = await load("input/layout-guess.js");
const { macLayouts } = await load("input/mac-layout.js");
const { keys, file, codes } = argument;
return likeliestLayout(keys, macLayouts(file), codes);
"""
ROWS = {
    "qwerty": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "qwertz": ("qwertzuiop", "asdfghjkl", "yxcvbnm"),
    "azerty": ("azertyuiop", "qsdfghjklm", "wxcvbn"),
    "dvorak": ("',.pyfgcrl", "aoeuidhtns", ";qjkxbm"),
}
PLACES = ("QWERTYUIOP", "ASDFGHJKL;", "ZXCVBNM")


def keys(rows: str, **more: str) -> list[list[str]]:
    """Return the letters of a keyboard, and other keys by their code."""
    pairs = [
        pair
        for places, row in zip(PLACES, ROWS[rows], strict=True)
        for pair in zip(places, row, strict=False)
    ]
    letters = [["Semicolon" if place == ";" else f"Key{place}", letter] for place, letter in pairs]
    return letters + [list(each) for each in more.items()]


@pytest.mark.parametrize(
    ("keyboard", "layout"),
    [
        (keys("qwerty"), "us"),
        (keys("qwerty", Semicolon=";", Quote="'", Minus="-"), "us"),  # Polish, too
        (keys("qwertz", Semicolon="ö", Quote="ä", BracketLeft="ü", Minus="ß"), "german"),
        (keys("qwertz", Semicolon="ö", Quote="ä", BracketLeft="ü", Minus="'"), "swiss-german"),
        (keys("azerty", Digit1="&", Digit2="é"), "french"),
        (keys("qwerty", Semicolon="ñ"), "spanish"),
        (keys("qwerty", Semicolon="ö", Quote="ä", BracketLeft="å"), "swedish"),
        (keys("dvorak"), "dvorak"),
        ([["KeyA", "ф"], *keys("qwerty")], "us"),
    ],
)
def test_the_likeliest_layout(run: Run, keyboard: list[list[str]], layout: str) -> None:
    assert run(GUESS, {"keys": keyboard, "file": layouts_json(), "codes": ADB_CODES}) == layout


def test_a_few_keys_tell_nothing(run: Run) -> None:
    few = [*keys("qwertz")[:8], ["BrowserBack", "x"], ["Unknown", "y"], ["Other", "z"], ["More", "ö"]]
    assert run(GUESS, {"keys": few, "file": layouts_json(), "codes": ADB_CODES}) is None


def test_chromium_tells_its_keyboard(run: Run) -> None:
    body = """
    const { keyboardCharacters } = await load("input/layout-guess.js");
    return Object.fromEntries(await keyboardCharacters());
    """
    assert run(body)["KeyA"] == "a"
    refuse = "navigator.keyboard.getLayoutMap = () => Promise.reject(new Error());"
    assert run(refuse + body + "delete navigator.keyboard.getLayoutMap;") == {}


def test_keys_pressed_without_modifiers_are_observed(run: Run) -> None:
    body = """
    const { ObservedKeys } = await load("input/layout-guess.js");
    const keys = new ObservedKeys();
    for (const init of argument) keys.observe(new KeyboardEvent("keydown", init));
    return [...keys.characters];
    """
    events = [
        {"code": "KeyZ", "key": "y"},
        {"code": "KeyZ", "key": "Y", "shiftKey": True},
        {"code": "KeyQ", "key": "@", "modifierAltGraph": True},
        {"code": "KeyA", "key": "A", "modifierCapsLock": True},
        {"code": "KeyC", "key": "c", "ctrlKey": True},
        {"code": "Enter", "key": "Enter"},
        {"code": "Quote", "key": "ä"},
    ]
    assert run(body, events) == [["KeyZ", "y"], ["Quote", "ä"]]
