"""Both directions of the clipboard, with a browser that lets the page write and one that does not."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]

SCENE = """
const { MacClipboard } = await load("ui/keys/mac-clipboard.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(page.getElementById("type-panel"));
const sent = [], told = [], written = [];
let allowed = true, active = true;
Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText: async (text) => {
  if (!allowed) throw new DOMException("no", "NotAllowedError");
  written.push(text);
} } });
Object.defineProperty(navigator, "userActivation", { configurable: true, get: () => ({ isActive: active }) });
document.execCommand = () => false;
const clipboard = new MacClipboard({
  send: (message) => sent.push(message),
  tell: (text) => told.push(text),
  done: () => sent.push("done"),
});
const copied = (text) => clipboard.receive({ type: "clipboard", text });
const shared = (shared) => clipboard.receive({ type: "clipboard-status", shared });
const notice = document.getElementById("copied");
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const button = document.getElementById("type-to-clipboard");
const write = (text) => {
  document.getElementById("type-text").value = text;
  document.getElementById("type-text").dispatchEvent(new Event("input"));
};
"""


@pytest.fixture
def scene(run: Run, blank: Page) -> Iterator[Callable[[str], Any]]:
    """Run a script with the clipboard and return what it returns."""
    blank.bring_to_front()
    yield lambda script: run(SCENE + script)
    blank.evaluate(
        "() => { document.body.innerHTML = ''; delete navigator.clipboard; delete navigator.userActivation; }"
    )


def test_what_was_copied_arrives_while_the_page_is_used(scene: Callable[[str], Any]) -> None:
    script = "copied('Größe'); await settle(); return [written, told, notice.hidden];"
    assert scene(script) == [["Größe"], ["Copied from the Mac: “Größe”"], True]


def test_otherwise_a_notice_asks_and_its_click_copies_the_newest_text(scene: Callable[[str], Any]) -> None:
    script = """
    active = false;
    copied("another player's");
    await settle();
    const first = [written.length, notice.hidden];
    active = true;
    allowed = false;
    copied("the newest");
    await settle();
    const second = [written.length, notice.hidden, notice.querySelector("p").textContent];
    document.getElementById("copied-copy").click();
    await settle();
    const refused = [told.slice(), notice.hidden];
    allowed = true;
    document.getElementById("copied-copy").click();
    await settle();
    return [first, second, refused, written, notice.hidden, sent];
    """
    first, second, refused, written, hidden, sent = scene(script)
    assert first == [0, False]
    assert second == [0, False, "Copied in the Mac: “the newest”"]
    assert refused == [["This browser does not let the page copy"], False]
    assert (written, hidden, sent) == (["the newest"], True, ["done", "done"])


def test_notice_can_be_closed(scene: Callable[[str], Any]) -> None:
    script = """
    active = false;
    copied("x");
    await settle();
    document.getElementById("copied-close").click();
    return [notice.hidden, written];
    """
    assert scene(script) == [True, []]


def test_a_text_that_was_too_long_is_told(scene: Callable[[str], Any]) -> None:
    assert scene("copied(''); await settle(); return [written, told[0], notice.hidden];") == [
        [],
        "What was copied in the Mac is too long to come here: it has more than 60,000 bytes",
        True,
    ]


def test_button_is_there_while_the_clipboard_is_shared(scene: Callable[[str], Any]) -> None:
    script = """
    const states = [button.hidden];
    for (const each of [true, false]) { shared(each); states.push(button.hidden); }
    return states;
    """
    assert scene(script) == [True, False, True]


def test_a_text_of_the_panel_goes_to_the_mac(scene: Callable[[str], Any]) -> None:
    script = """
    document.getElementById("type-panel").showPopover();
    shared(true);
    const empty = button.disabled;
    write("Clarus \\ud83d");
    button.click();
    return [empty, sent, told, document.getElementById("type-panel").matches(":popover-open")];
    """
    empty, sent, told, is_open = scene(script)
    assert (empty, is_open) == (True, False)
    assert sent == [{"type": "clipboard", "text": "Clarus \N{REPLACEMENT CHARACTER}"}, "done"]
    assert len(told) == 1


@pytest.mark.parametrize(
    ("text", "disabled"),
    [("x" * 60_000, False), ("x" * 60_001, True), ("é" * 30_000, False), ("é" * 30_001, True)],
)
def test_bytes_are_counted(scene: Callable[[str], Any], text: str, disabled: bool) -> None:
    script = f"shared(true); write({text!r}); clipboard.put({text!r}); return [button.disabled, sent.length];"
    assert scene(script) == [disabled, 0 if disabled else 2]
