"""A row of the list of disk images: what an image can be attached as, and its buttons."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

ROW = """
const { createElsewhereRow, createImageRow } = await load("ui/macs/image-row.js");
const image = {
  name: "a.img", size: 5e6, modified: 0, uses: ["disk", "cd"], attached: null, read_only: false,
  sentence: "This is the disk “{volume}” (HFS).", values: { volume: "A" },
};
const asked = [];
let done = true;
const actions = {
  attach: async (...what) => { asked.push(what); return done; },
  address: (name) => `api/disks/${name}`,
  remove: (name) => asked.push(["remove", name]),
};
const { takes = ["disk", "cd"], locks = true, ...change } = argument ?? {};
const row = createImageRow({ image: { ...image, ...change }, takes, locks }, actions);
document.body.replaceChildren(row);
const list = row.querySelector("select");
const buttons = [...row.querySelectorAll("button")];
"""


@pytest.mark.parametrize(
    ("change", "choices", "chosen"),
    [
        ({}, ["Not attached", "Disk", "Disk, read-only", "CD"], "Not attached"),
        ({"uses": ["disk"], "attached": "disk"}, ["Not attached", "Disk", "Disk, read-only"], "Disk"),
        ({"uses": ["disk"], "attached": "disk", "read_only": True}, None, "Disk, read-only"),
        ({"uses": ["cd"], "attached": "cd", "read_only": True}, ["Not attached", "CD"], "CD"),
        ({"takes": ["disk"]}, ["Not attached", "Disk", "Disk, read-only"], "Not attached"),
        ({"locks": False}, ["Not attached", "Disk", "CD"], "Not attached"),
        ({"locks": False, "attached": "disk", "read_only": True}, None, "Disk, read-only"),
        ({"uses": [], "attached": "disk"}, ["Not attached", "Disk"], "Disk"),
    ],
)
def test_what_the_image_can_be_attached_as(
    run: Run, change: dict[str, Any], choices: list[str] | None, chosen: str
) -> None:
    body = "return [[...list.options].map(({ text }) => text), list.selectedOptions[0].text, list.ariaLabel];"
    texts, text, label = run(ROW + body, change)
    assert choices in (None, texts)
    assert (text, label) == (chosen, "Attached as: a.img")


def test_a_file_that_is_no_image_says_what_it_is_and_cannot_be_attached(run: Run) -> None:
    change = {"uses": [], "sentence": "This is {found}.", "values": {"found": "a picture"}}
    body = "return [list, row.querySelector('.facts').textContent];"
    assert run(ROW + body, change) == [None, "This is a picture. · 5.0\u00a0MB"]


def test_choosing_attaches_and_a_refusal_shows_the_present_one_again(run: Run) -> None:
    body = """
    const choose = async (value) => {
      list.value = value;
      list.dispatchEvent(new Event("change"));
      await new Promise((then) => setTimeout(then));
    };
    await choose("disk, read-only");
    const taken = list.value;
    done = false;
    await choose("cd");
    return [asked, taken, list.selectedOptions[0].text];
    """
    assert run(ROW + body) == [
        [["a.img", "disk", True], ["a.img", "cd", True]],
        "disk, read-only",
        "Not attached",
    ]


def test_removing_asks_and_not_while_it_is_attached(run: Run) -> None:
    body = """
    buttons[1].click();
    const before = [...asked];
    buttons[1].click();
    return [before, asked, buttons.map(({ disabled }) => disabled)];
    """
    assert run(ROW + body) == [[], [["remove", "a.img"]], [False, False]]
    assert run(ROW + body, {"attached": "cd"}) == [[], [], [False, True]]


def test_an_image_of_another_folder_is_shown_without_buttons(run: Run) -> None:
    body = """
    const other = createElsewhereRow({ path: "/macs/a/disk.img", attached: "disk", read_only: false });
    const texts = [...other.querySelectorAll("strong, .facts")].map(({ textContent }) => textContent);
    return [texts, other.title, other.querySelectorAll("button, select").length];
    """
    assert run(ROW + body) == [
        ["disk.img", "Disk · named by the Mac’s own settings"],
        "/macs/a/disk.img",
        0,
    ]


def test_an_image_whose_file_is_gone_can_only_be_detached(run: Run) -> None:
    change = {"uses": [], "attached": "disk", "missing": True, "sentence": "Gone.", "values": {}}
    body = """
    const texts = [...list.options].map(({ text }) => text);
    return [texts, buttons.map(({ disabled }) => disabled), row.querySelector(".facts").textContent];
    """
    assert run(ROW + body, change) == [["Not attached", "Disk"], [True, True], "Gone."]
