from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error

Run = Callable[..., Any]

FIND = """
const { elementById } = await load("ui/controls/elements.js");
document.body.innerHTML = "<button id=mute>Mute</button>";
try {
  return elementById(argument, HTMLButtonElement).textContent;
} finally {
  document.body.replaceChildren();
}
"""


def test_element_of_the_page(run: Run) -> None:
    assert run(FIND, "mute") == "Mute"


def test_missing_element_throws(run: Run) -> None:
    with pytest.raises(Error, match="no HTMLButtonElement #volume"):
        run(FIND, "volume")


def test_element_of_another_class_throws(run: Run) -> None:
    body = FIND.replace("HTMLButtonElement", "HTMLSelectElement")
    with pytest.raises(Error, match="no HTMLSelectElement #mute"):
        run(body, "mute")


def test_icon_and_label_of_a_button(run: Callable[..., Any]) -> None:
    body = """
    const { setIcon, setLabel } = await load("ui/controls/elements.js");
    document.body.innerHTML = "<button><svg><use href=''></use></svg></button>";
    const button = document.querySelector("button");
    setIcon(button, "sound");
    setLabel(button, "Sound is on");
    return [button.querySelector("use").getAttribute("href"), button.ariaLabel, button.title];
    """
    assert run(body) == ["static/icons/icons.svg#sound", "Sound is on", "Sound is on"]
