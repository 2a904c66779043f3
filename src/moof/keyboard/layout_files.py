"""Reads the layouts in `layouts/*.toml`, and writes them for the page (`/layouts.json`).

The keys of such a file::

    title                                     its name for people
    plain, shift, option, option_shift        the characters of the four rows of keys, with these modifiers
                                              down; a space is a key without a character. The first row begins
                                              with 0x32 (Backquote on ANSI keyboards), the last with 0x0A
    [dead]  plain, shift, option, …           the characters of that level whose keys are dead
    [caps]  character = character             with caps lock, where it is not the one with Shift
"""

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from moof.keyboard.layout import SPACE_KEY, KeyOutput, Layout, LayoutError, is_accent, is_mac_roman

LAYOUT_NAMES: Final = (
    "us", "british", "french", "german", "spanish", "italian", "swedish", "dvorak", "swiss-german",
)  # fmt: skip
"""All layouts. A Mac keeps the index of its layout: new ones stand at the end."""
DEFAULT_LAYOUT: Final = "us"

_ROWS: Final = (
    (0x32, 0x12, 0x13, 0x14, 0x15, 0x17, 0x16, 0x1A, 0x1C, 0x19, 0x1D, 0x1B, 0x18),
    (0x0C, 0x0D, 0x0E, 0x0F, 0x11, 0x10, 0x20, 0x22, 0x1F, 0x23, 0x21, 0x1E, 0x2A),
    (0x00, 0x01, 0x02, 0x03, 0x05, 0x04, 0x26, 0x28, 0x25, 0x29, 0x27),
    (0x0A, 0x06, 0x07, 0x08, 0x09, 0x0B, 0x2D, 0x2E, 0x2B, 0x2F, 0x2C),
)
"""ADB codes in the order of the files (Guide to the Macintosh Family Hardware, figure 8-10)."""
_LEVELS: Final = ("plain", "shift", "option", "option_shift")
_SPACE: Final = (KeyOutput(" "), KeyOutput(" "), KeyOutput("\u00a0"), KeyOutput("\u00a0"))


@cache
def layout(name: str) -> Layout:
    """Return a layout by its name. Raises LayoutError if there is none."""
    if name not in LAYOUT_NAMES:
        raise LayoutError(f"there is no keyboard layout {name!r}; there are {', '.join(LAYOUT_NAMES)}")
    file = resources.files("moof.keyboard") / "layouts" / f"{name}.toml"
    return parse_layout(name, tomllib.loads(file.read_text("utf-8")))


def layouts() -> tuple[Layout, ...]:
    """Return all layouts in the order of LAYOUT_NAMES."""
    return tuple(map(layout, LAYOUT_NAMES))


def parse_layout(name: str, values: Mapping[str, Any]) -> Layout:
    """Return the layout that a file describes. Raises LayoutError for an invalid one."""
    try:
        levels = [_level(values[key], values["dead"].get(key, "")) for key in _LEVELS]
        caps = dict(values.get("caps", {}))
        title = str(values["title"])
    except KeyError as error:
        raise LayoutError(f"{name}: {error} is missing") from error
    except LayoutError as error:
        raise LayoutError(f"{name}: {error}") from error
    for character in (*caps, *caps.values()):
        _check(character)
    plain, shift, option, option_shift = levels
    keys = {code: (plain[code], shift[code], option[code], option_shift[code]) for code in plain}
    return Layout(name, title, keys | {SPACE_KEY: _SPACE}, caps)


def _level(rows: list[str], dead: str) -> dict[int, KeyOutput]:
    """Return what the keys give at one level, by ADB code."""
    if [len(row) for row in rows] != [len(row) for row in _ROWS]:
        raise LayoutError(f"{rows}: the rows need {[len(row) for row in _ROWS]} characters")
    characters = "".join(rows)
    for character in characters:
        _check(character)
    if any(each not in characters or not is_accent(each) for each in dead):
        raise LayoutError(f"{dead!r}: no accents of this level")
    codes = [code for row in _ROWS for code in row]
    return {
        code: KeyOutput(character.strip(), character in dead)
        for code, character in zip(codes, characters, strict=True)
    }


def _check(character: str) -> None:
    if not is_mac_roman(character) or unicodedata.normalize("NFC", character) != character:
        raise LayoutError(f"{character!r} is no character of MacRoman")


@cache
def layouts_json() -> dict[str, Any]:
    """Return the content of `/layouts.json`; docs/protocol.md, section "Keyboard layouts"."""
    return {"default": DEFAULT_LAYOUT, "layouts": {each.name: _layout_json(each) for each in layouts()}}


def _layout_json(each: Layout) -> dict[str, Any]:
    keys = {str(code): [_output_json(output) for output in outputs] for code, outputs in each.keys.items()}
    return {"title": each.title, "keys": keys, "dead": each.compositions, "caps": each.caps}


def _output_json(output: KeyOutput) -> str | dict[str, str]:
    return {"dead": output.character} if output.dead else output.character
