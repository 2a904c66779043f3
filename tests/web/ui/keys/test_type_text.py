from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]

SCENE = """
const { TypeText } = await load("ui/keys/type-text.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(page.getElementById("type-panel"));
const sent = [], told = [];
const typeText = new TypeText({
  send: (message) => sent.push(message),
  describeMissing: (text) => (text.includes("漢") ? "has no 漢" : ""),
  tell: (text) => told.push(text),
  before: () => sent.push("released"),
  done: () => sent.push("done"),
});
const element = (name) => document.getElementById(`type-${name}`);
const isOpen = () => element("panel").matches(":popover-open");
const write = (text) => { element("text").value = text; element("text").dispatchEvent(new Event("input")); };
const none = { missing: "", message: "" };
const progress = (typed, total, state = "typing", more = {}) =>
  typeText.receive({ type: "text-progress", id: "text 1", typed, total, state, ...none, ...more });
"""


@pytest.fixture
def scene(run: Run, blank: Page) -> Iterator[Callable[[str], Any]]:
    """Run a script with the panel and return what it returns."""
    yield lambda script: run(SCENE + script)
    blank.evaluate("() => { document.body.innerHTML = ''; }")


def test_a_short_text_is_typed_at_once(scene: Callable[[str], Any]) -> None:
    script = "typeText.take('Clarus'); progress(2, 6); progress(6, 6, 'done'); return [sent, told, isOpen()];"
    sent, told, is_open = scene(script)
    assert sent == ["released", {"type": "text", "id": "text 1", "text": "Clarus"}]
    assert told == [
        "Typing 0 of 6. Esc stops.",
        "Typing 2 of 6. Esc stops.",
        "Typed 6 characters",
    ] or told == [
        "Typing 0 of 6. Esc stops.",
        "Typing 2 of 6. Esc stops.",
        "Typing 6 of 6. Esc stops.",
        "Typed 6 characters",
    ]
    assert is_open is False


def test_half_of_a_surrogate_pair_does_not_spoil_the_text(scene: Callable[[str], Any]) -> None:
    sent = scene("typeText.take('a\\ud83db'); return sent;")
    assert sent[1] == {"type": "text", "id": "text 1", "text": "a\N{REPLACEMENT CHARACTER}b"}


def test_a_long_text_is_shown_first(scene: Callable[[str], Any]) -> None:
    script = """
    typeText.take("a".repeat(501));
    return [sent, isOpen(), element("count").textContent, document.activeElement.id];
    """
    assert scene(script) == [[], True, "501 characters", "type-text"]


def test_the_panel_types_and_closes(scene: Callable[[str], Any]) -> None:
    script = """
    typeText.open();
    write("x".repeat(10000));
    const before = [element("count").textContent, element("stop").hidden];
    element("start").click();
    progress(1234, 10000);
    const { value } = element("progress");
    const during = [element("count").textContent, value, element("start").hidden, told.length];
    progress(10000, 10000, "done");
    return [before, during, isOpen(), element("text").value, told, sent.slice(-1)];
    """
    before, during, is_open, text, told, last = scene(script)
    assert before == ["10,000 characters", True]
    assert during == ["1,234 of 10,000", 1234, True, 0]
    assert (is_open, text, told, last) == (False, "", ["Typed 10,000 characters"], ["done"])


def test_typing_is_stopped(scene: Callable[[str], Any]) -> None:
    script = """
    const idle = typeText.stop();
    typeText.type("Clarus");
    const busy = typeText.stop();
    progress(3, 6, "stopped");
    return [idle, busy, sent.slice(-1), told.slice(-1), typeText.stop()];
    """
    stop = {"type": "text-stop", "id": "text 1"}
    assert scene(script) == [False, True, [stop], ["Stopped after 3 of 6 characters"], False]


def test_what_cannot_be_typed_is_named_before_and_after(scene: Callable[[str], Any]) -> None:
    script = """
    typeText.open("漢");
    const before = element("missing").textContent;
    element("start").click();
    progress(0, 0, "done", { missing: "漢" });
    return [before, told.slice(-1)];
    """
    assert scene(script) == ["has no 漢", ["has no 漢"]]


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("progress(0, 1, 'failed', { message: 'There is no Mac.' })", "There is no Mac."),
        ("typeText.refused('You are watching only.')", "You are watching only."),
        ("typeText.lost()", "The connection was lost. A part of the text has not been typed."),
    ],
)
def test_a_failure_is_told_and_keeps_the_text(scene: Callable[[str], Any], end: str, sentence: str) -> None:
    script = f"""
    typeText.open("a");
    element("start").click();
    {end};
    return [told, element("text").value, element("text").readOnly, element("start").hidden];
    """
    assert scene(script) == [[sentence], "a", False, False]


def test_other_messages_do_not_end_a_text(scene: Callable[[str], Any]) -> None:
    script = """
    typeText.refused("Something else.");
    typeText.lost();
    typeText.type("ab");
    progress(1, 2);
    typeText.refused("Something else.");
    typeText.receive({ type: "text-progress", id: "text 7", typed: 1, total: 1, state: "done", missing: "" });
    return [told.slice(-1), typeText.stop()];
    """
    assert scene(script) == [["Typing 1 of 2. Esc stops."], True]


def test_a_text_that_is_too_long_is_not_sent(scene: Callable[[str], Any]) -> None:
    script = """
    typeText.take("a".repeat(20001));
    typeText.type(element("text").value);
    return [sent, element("start").disabled, element("missing").textContent];
    """
    assert scene(script) == [[], True, "At most 20,000 characters"]


def test_a_second_text_follows_the_first(scene: Callable[[str], Any]) -> None:
    script = """
    typeText.type("first");
    typeText.take("second");
    progress(0, 6, "typing", { id: "text 2" });
    progress(5, 5, "done");
    const between = typeText.stop();
    progress(1, 6, "stopped", { id: "text 2" });
    const messages = sent.filter(({ id }) => id).map(({ type, id }) => `${type} ${id}`);
    return [messages, between, told, typeText.stop()];
    """
    sent, between, told, after = scene(script)
    assert sent == ["text text 1", "text text 2", "text-stop text 2"]
    assert (between, after) == (True, False)
    assert told[-3:] == ["Typed 5 characters", "Typing 1 of 6. Esc stops.", "Stopped after 1 of 6 characters"]
