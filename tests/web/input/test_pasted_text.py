from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]

IS_PASTE = """
const { isPaste } = await load("input/pasted-text.js");
const [init, apple, chosen] = argument;
return isPaste(new KeyboardEvent("keydown", { key: "v", code: "KeyV", ...init }), apple, chosen);
"""
CONTROL, COMMAND = {"ctrlKey": True}, {"metaKey": True}
SHIFT, ALT = {"shiftKey": True, "key": "V"}, {"altKey": True}

LISTEN = """
document.body.innerHTML = '<div id=viewport>picture</div><div class=panel><textarea id=own></textarea></div>';
const { listenForText } = await load("input/pasted-text.js");
const stop = new AbortController(), add = window.addEventListener;
window.addEventListener = (type, listener) => add.call(window, type, listener, stop);
const taken = [];
listenForText(document.getElementById("viewport"), (text) => taken.push(text));
window.addEventListener = add;
const data = (type, text) => {
  const transfer = new DataTransfer();
  transfer.setData(type, text);
  return transfer;
};
const fire = (id, event) => document.getElementById(id).dispatchEvent(event);
const init = { bubbles: true, cancelable: true };
"""


@pytest.mark.parametrize(
    ("event", "apple", "chosen", "pastes"),
    [
        (CONTROL, False, True, True),
        (CONTROL | SHIFT, False, True, True),
        (CONTROL, False, False, False),
        (CONTROL | ALT, False, True, False),  # AltGr
        (ALT, False, True, False),  # the Mac's own ⌘V
        ({}, False, True, False),
        (CONTROL | {"key": "b"}, False, True, False),
        (CONTROL | {"key": "м"}, False, True, True),  # V of a Russian keyboard
        (CONTROL | {"key": "v", "code": "Period"}, False, True, True),  # of a Dvorak keyboard
        (COMMAND, True, True, True),
        (COMMAND, True, False, False),
        (COMMAND | SHIFT, True, False, True),
        (CONTROL, True, True, False),
    ],
)
def test_the_keys_that_paste(
    run: Run, event: dict[str, Any], apple: bool, chosen: bool, pastes: bool
) -> None:
    assert run(IS_PASTE, [event, apple, chosen]) is pastes


@pytest.fixture
def listen(run: Run, blank: Page) -> Iterator[Callable[[str], Any]]:
    """Return the texts that a script's events bring."""
    yield lambda script: run(f"{LISTEN} {script} stop.abort(); return taken;")
    blank.evaluate("() => { document.body.innerHTML = ''; }")


def test_pasted_text_is_taken(listen: Callable[[str], Any]) -> None:
    paste = "new ClipboardEvent('paste', { ...init, clipboardData: data('text/plain', 'some\\ntext') })"
    assert listen(f"fire('viewport', {paste});") == ["some\ntext"]
    assert listen(f"fire('own', {paste});") == []


def test_a_picture_is_no_text(listen: Callable[[str], Any]) -> None:
    paste = "new ClipboardEvent('paste', { ...init, clipboardData: data('text/html', '<img>') })"
    assert listen(f"fire('viewport', {paste});") == []


def test_dropped_text_is_taken(listen: Callable[[str], Any]) -> None:
    script = """
    const over = (type) => new DragEvent("dragover", { ...init, dataTransfer: data(type, "x") });
    taken.push(fire("viewport", over("text/plain")), fire("viewport", over("text/html")));
    fire("viewport", new DragEvent("drop", { ...init, dataTransfer: data("text/plain", "text") }));
    """
    assert listen(script) == [False, True, "text"]  # what is cancelled may be dropped
