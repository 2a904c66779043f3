"""Which keys stand in which row of the keyboard on the screen."""

from collections.abc import Callable
from typing import Any

import pytest

from moof.keyboard import layouts_json
from moof.server.protocol.keymap import ADB_CODES

Run = Callable[..., Any]

ROWS = """
const { keyRows, WHOLE_WIDTH, COMPACT_WIDTH } = await load("ui/keys/mac-keyboard-keys.js");
const { macLayouts } = await load("input/mac-layout.js");
const [options, layout, file, codes] = argument;
const rows = keyRows({ compact: false, page: "letters", ...options,
  layout: layout ? macLayouts(file).get(layout) : null, codeOf: (place) => codes[place] });
const full = options.compact ? COMPACT_WIDTH : WHOLE_WIDTH;
return rows.map((row) => ({
  keys: row.map((key) => key.place ?? key.modifier ?? key.switches),
  rest: Math.round(100 * (full - row.reduce((sum, { width }) => sum + width, 0))) / 100,
}));
"""


@pytest.fixture
def rows(run: Run) -> Callable[..., list[dict[str, Any]]]:
    return lambda layout=None, **options: run(ROWS, [options, layout, layouts_json(), ADB_CODES])


def places(rows: list[dict[str, Any]]) -> list[str]:
    return [key for row in rows for key in row["keys"]]


def test_a_whole_keyboard_is_the_apple_keyboard(rows: Callable[..., Any]) -> None:
    found = rows()
    assert [len(row["keys"]) for row in found] == [14, 14, 13, 12, 12]
    assert {row["rest"] for row in found} == {0}
    keys = places(found)
    assert {
        "Escape",
        "Tab",
        "Enter",
        "Backspace",
        "CapsLock",
        "Space",
        "ArrowUp",
        "command",
        "option",
    } <= set(keys)
    assert keys.count("shift") == 2


@pytest.mark.parametrize("layout", [None, *layouts_json()["layouts"]])
def test_a_compact_keyboard_has_every_key_that_types(rows: Callable[..., Any], layout: str | None) -> None:
    whole = {key for key in places(rows(layout)) if key != "CapsLock"}
    letters = rows(layout, compact=True)
    symbols = rows(layout, compact=True, page="symbols")
    assert whole <= {*places(letters), *places(symbols)}
    for row in (*letters, *symbols):
        assert row["rest"] >= -0.01  # rows that are shorter are in the middle


def test_letters_of_the_layout_are_on_the_page_of_letters(rows: Callable[..., Any]) -> None:
    german = places(rows("german", compact=True))
    assert {"BracketLeft", "Semicolon", "Quote"} <= set(german)  # ü, ö, ä
    french = places(rows("french", compact=True))
    assert "Semicolon" in french  # m
    assert "KeyM" not in french  # a comma
    assert "Semicolon" not in places(rows("us", compact=True))


def test_the_iso_key_is_there_for_layouts_that_have_one(rows: Callable[..., Any]) -> None:
    assert "IntlBackslash" in places(rows("german"))
    assert "IntlBackslash" not in places(rows("us"))
    assert {row["rest"] for row in rows("german")} == {0}


def test_function_keys_are_behind_a_switch(rows: Callable[..., Any]) -> None:
    names = {f"F{number}" for number in range(1, 16)}
    for compact in (False, True):
        assert not names & set(places(rows(compact=compact)))
        found = rows(compact=compact, page="functions")
        assert names <= set(places(found))
        assert {row["rest"] for row in found} <= {0, 2.5}
