"""Writing to this computer's clipboard, with the browser's consent and without."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]
SCENE = """
const { writeClipboard } = await load("input/clipboard-writer.js");
const written = [];
const replaced = (value) => Object.defineProperty(navigator, "clipboard", { configurable: true, value });
const restored = () => delete navigator.clipboard;
"""


def test_text_is_written_by_the_clipboards_interface(run: Run) -> None:
    script = """
    replaced({ writeText: async (text) => written.push(text) });
    const done = await writeClipboard("Größe");
    restored();
    return [done, written];
    """
    assert run(SCENE + script) == [True, ["Größe"]]


@pytest.mark.parametrize(
    "clipboard",
    ["undefined", '{ writeText: async () => { throw new DOMException("no", "NotAllowedError"); } }'],
)
def test_within_a_click_the_browsers_command_writes_it(run: Run, blank: Page, clipboard: str) -> None:
    blank.context.grant_permissions(["clipboard-read", "clipboard-write"])
    script = """
    const button = document.createElement("button");
    document.body.replaceChildren(button);
    window.clicked = new Promise((resolve) => button.addEventListener("click", async () => {
      replaced(%s);
      const done = await writeClipboard("a\\nb");
      restored();
      resolve(done);
    }));
    """
    run(SCENE + script % clipboard)
    blank.click("button")
    assert blank.evaluate("window.clicked") is True
    assert blank.evaluate("navigator.clipboard.readText()") == "a\nb"
    blank.evaluate("() => { document.body.innerHTML = ''; }")
