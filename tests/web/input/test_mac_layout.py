from collections.abc import Callable
from typing import Any

import pytest

from moof.keyboard import Level, layout, layouts, layouts_json, missing_characters

Run = Callable[..., Any]

LOAD = """
const { macLayouts } = await load("input/mac-layout.js");
const layouts = macLayouts(argument.file);
"""


def test_the_layouts_have_names_and_titles(run: Run) -> None:
    body = LOAD + "return [...layouts].map(([name, layout]) => [name, layout.name, layout.title]);"
    assert run(body, {"file": layouts_json()}) == [[each.name, each.name, each.title] for each in layouts()]


@pytest.mark.parametrize("name", ["us", "french", "german", "swiss-german"])
def test_characters_are_those_that_the_server_types(run: Run, name: str) -> None:
    body = (
        LOAD
        + """
    const layout = layouts.get(argument.name);
    return argument.keys.map(([adb, shift, option, capsLock]) =>
      layout.character(adb, { shift, option, capsLock }));
    """
    )
    mac = layout(name)
    keys = [(code, level, caps) for code in mac.keys for level in Level for caps in (False, True)]
    outputs = [mac.output(code, level, caps=caps) for code, level, caps in keys]
    asked = [[code, bool(level & 1), bool(level & 2), caps] for code, level, caps in keys]
    expected = ["" if output.dead else output.character for output in outputs]
    assert run(body, {"file": layouts_json(), "name": name, "keys": asked}) == expected


def test_a_key_that_no_layout_has_gives_nothing(run: Run) -> None:
    body = (
        LOAD + "return layouts.get('us').character(0x52, { shift: false, option: false, capsLock: false });"
    )
    assert run(body, {"file": layouts_json()}) == ""


@pytest.mark.parametrize("name", [each.name for each in layouts()])
def test_what_cannot_be_typed_is_what_the_server_cannot_type(run: Run, name: str) -> None:
    body = LOAD + "return layouts.get(argument.name).missing(argument.text);"
    text = "aÿéÉñõØœŒ€漢字ą漢\r\t" + "".join(map(chr, range(0x20, 0x250)))
    missing = run(body, {"file": layouts_json(), "name": name, "text": text})
    assert "".join(missing) == missing_characters(text, layout(name))


def test_accents_in_pieces_are_put_together(run: Run) -> None:
    body = LOAD + "return layouts.get('us').missing('e\\u0301\\n');"
    assert run(body, {"file": layouts_json()}) == []


def test_labels_are_characters_and_the_accents_of_dead_keys(run: Run) -> None:
    body = LOAD + "return argument.keys.map(([name, adb, level]) => layouts.get(name).label(adb, level));"
    plain, option = [{"shift": False, "option": on, "capsLock": False} for on in (False, True)]
    keys = [["us", 0, plain], ["us", 0x0E, plain], ["us", 0x0E, option], ["us", 0x60, plain]]
    assert run(body, {"file": layouts_json(), "keys": keys}) == ["a", "e", "\N{ACUTE ACCENT}", ""]
