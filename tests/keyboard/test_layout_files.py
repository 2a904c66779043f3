"""The files of the layouts are valid, and the page gets what they say."""

import copy
import json
import tomllib
from importlib import resources
from typing import Any

import pytest

from moof.keyboard import LAYOUT_NAMES, LayoutError, layout, layouts, layouts_json
from moof.keyboard.layout_files import parse_layout
from moof.server.protocol.keymap import ADB_CODES

FILES = resources.files("moof.keyboard") / "layouts"
GERMAN = tomllib.loads((FILES / "german.toml").read_text("utf-8"))


def test_every_file_is_a_layout_and_every_layout_a_file() -> None:
    assert {file.name.removesuffix(".toml") for file in FILES.iterdir()} == set(LAYOUT_NAMES)
    assert [each.name for each in layouts()] == list(LAYOUT_NAMES)
    assert len({each.title for each in layouts()}) == len(LAYOUT_NAMES)


def test_all_layouts_have_the_keys_of_the_main_block() -> None:
    for each in layouts():
        assert set(each.keys) == set(layout("us").keys)
        assert set(each.keys) <= set(ADB_CODES.values())
        assert len(each.keys) == 49


def test_an_unknown_layout_is_named_with_those_that_exist() -> None:
    with pytest.raises(LayoutError, match=r"no keyboard layout 'klingon'; there are us, british"):
        layout("klingon")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"plain": GERMAN["plain"][:3]}, "rows need"),
        ({"plain": ["ж1234567890ß´", *GERMAN["plain"][1:]]}, "no character of MacRoman"),
        ({"shift": ["\u21261234567890ß´", *GERMAN["plain"][1:]]}, "no character of MacRoman"),
        ({"dead": {"plain": "¨"}}, "no accents of this level"),
        ({"dead": {"plain": "a"}}, "no accents of this level"),
        ({"caps": {"ß": "ẞ"}}, "no character of MacRoman"),
    ],
)
def test_an_invalid_file_is_rejected(change: dict[str, Any], error: str) -> None:
    with pytest.raises(LayoutError, match=error):
        parse_layout("mine", copy.deepcopy(GERMAN) | change)


@pytest.mark.parametrize("key", ["title", "plain", "option_shift", "dead"])
def test_an_incomplete_file_is_rejected(key: str) -> None:
    with pytest.raises(LayoutError, match=f"mine: '{key}' is missing"):
        parse_layout("mine", {name: value for name, value in GERMAN.items() if name != key})


def test_the_page_gets_all_layouts() -> None:
    page = json.loads(json.dumps(layouts_json()))
    assert page["default"] == "us"
    assert list(page["layouts"]) == list(LAYOUT_NAMES)
    german = page["layouts"]["german"]
    assert german["title"] == "German"
    assert german["keys"]["14"] == ["e", "E", "€", "‰"]
    assert german["keys"]["24"] == [{"dead": "´"}, {"dead": "`"}, "'", "˚"]
    assert german["keys"]["49"] == [" ", " ", "\u00a0", "\u00a0"]
    assert german["dead"]["´"]["e"] == "é"
    assert german["dead"]["´"][" "] == "´"
    assert set(german["dead"]) == set("´`^¨~")
    assert page["layouts"]["french"]["caps"]["é"] == "É"
    assert page["layouts"]["british"]["keys"]["10"] == ["§", "±", "", ""]
