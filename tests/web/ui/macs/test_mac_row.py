"""A row of the list of Macs: its buttons follow from whether the Mac is used and runs."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

ROW = """
const { createMacRow } = await load("ui/macs/mac-row.js");
const done = [];
const act = (name) => (value) => done.push([name, value?.title ?? value ?? null]);
const names = ["start", "stop", "duplicate", "remove"];
const actions = Object.fromEntries(names.map((name) => [name, act(name)]));
const mac = {
  choice: { name: "a" }, title: "A", facts: "f", used: false, running: true, ready: true, picture: "",
};
const row = createMacRow({ ...mac, ...argument }, actions);
document.body.replaceChildren(row);
const buttons = [...row.querySelectorAll("button")];
"""


@pytest.mark.parametrize(
    ("change", "buttons"),
    [
        ({}, ["Start", "Duplicate", "Remove"]),
        ({"used": True}, ["Stop", "(Duplicate)", "(Remove)"]),
        ({"used": True, "running": False}, ["Start", "Duplicate", "Remove"]),
        ({"choice": {}}, ["Start"]),
        ({"choice": {"emulator": "e"}, "ready": False}, []),
    ],
)
def test_buttons(run: Run, change: dict[str, Any], buttons: list[str]) -> None:
    body = "return buttons.map(({ textContent, disabled }) => disabled ? `(${textContent})` : textContent);"
    assert run(ROW + body, change) == buttons


def test_what_may_lose_something_asks_first_and_buttons_name_the_mac(run: Run) -> None:
    body = """
    const labels = buttons.map((each) => each.ariaLabel ?? each.getAttribute("aria-label"));
    for (const button of buttons) button.click();
    const asked = [...done];
    for (const button of [buttons[0], buttons[2]]) button.click();
    return [labels, asked, done.slice(1)];
    """
    assert run(ROW + body, {}) == [
        ["Start: A", "Duplicate: A", "Remove: A"],
        [["duplicate", "a"]],
        [["start", "A"], ["remove", "a"]],
    ]


def test_the_one_in_use_says_so_and_has_a_picture(run: Run) -> None:
    body = """
    const facts = row.querySelector(".facts").textContent;
    return [row.ariaCurrent, facts, row.querySelector("img").getAttribute("src")];
    """
    assert run(ROW + body, {"used": True, "picture": "data:,x"}) == ["true", "f · in use", "data:,x"]
