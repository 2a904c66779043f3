"""The form for an empty disk: name and size, and the name of its file."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { NewDisk, imageName } = await load("ui/macs/new-disk.js");
const wanted = [];
let made = true;
const disk = new NewDisk(async (each) => { wanted.push(each); return made; });
document.body.replaceChildren(disk.button, disk.element);
const [name, size] = disk.element.querySelectorAll("input");
const create = async () => {
  disk.element.requestSubmit();
  await new Promise((then) => setTimeout(then));
};
const hidden = () => [disk.button.hidden, disk.element.hidden];
"""


def test_a_disk_is_asked_for_and_the_form_closes(run: Run) -> None:
    body = """
    const seen = [hidden()];
    disk.button.click();
    seen.push(hidden());
    name.value = " Games ";
    size.value = "20";
    await create();
    return [seen, wanted, hidden(), document.activeElement.id];
    """
    assert run(SCENE + body) == [
        [[False, True], [True, False]],
        [{"volume": "Games", "size": 20}],
        [False, True],
        "images-new",
    ]


def test_a_refused_disk_leaves_the_form_and_cancel_closes_it(run: Run) -> None:
    body = """
    disk.button.click();
    made = false;
    await create();
    const refused = hidden();
    disk.element.querySelector("button").click();
    return [refused, hidden(), wanted.length];
    """
    assert run(SCENE + body) == [[True, False], [False, True], 1]


@pytest.mark.parametrize("size", ["", "0", "2001", "1.5"])
def test_a_size_that_no_disk_has_is_not_sent(run: Run, size: str) -> None:
    body = "disk.button.click(); size.value = argument; await create(); return wanted;"
    assert run(SCENE + body, size) == []


@pytest.mark.parametrize(
    ("volume", "name"),
    [("Games", "Games.img"), ("a/b: c?", "a_b_ c_.img"), ("..a", "_a.img"), (" ", "_.img")],
)
def test_name_of_the_file_has_characters_that_files_have(run: Run, volume: str, name: str) -> None:
    assert run(SCENE + "return imageName(argument);", volume) == name
