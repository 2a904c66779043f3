"""The text field, with sequences of events as browsers and telephones report them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]

SET_UP = """
const { TextField } = await load("input/text-field.js");
document.body.innerHTML = '<div id=screen tabindex=0><textarea id=field></textarea></div>';
const [screen, area] = [document.getElementById("screen"), document.getElementById("field")];
window.sent = [];
window.field = new TextField(area, screen, {
  text: (text) => sent.push(text),
  count: (text) => Array.from(text).filter((character) => character !== "漢").length,
  key: (key, count) => sent.push(`${key} ${count}`),
});
field.addEventListener("change", () => sent.push(field.isOpen ? "opened" : "closed"));
const caret = () => [area.selectionStart, area.selectionEnd];
window.fire = (type, init = {}) => area.dispatchEvent(type.startsWith("composition")
  ? new CompositionEvent(type, init)
  : new InputEvent(type, { cancelable: type === "beforeinput", ...init }));
// What a keyboard on the screen does to the text before the caret: it deletes some, then inserts some.
window.edit = (inputType, deleted, data = "") => {
  if (!fire("beforeinput", { inputType, data })) return;
  const [at] = caret();
  area.setRangeText(data, Math.max(at - deleted, 0), at, "end");
  fire("input", { inputType, data });
};
"""


@pytest.fixture
def typed(run: Run, blank: Page) -> Iterator[Callable[..., list[str]]]:
    """Return what a script types into a field that has the focus, on a computer or a telephone."""

    def typed(script: str, *, telephone: bool = False) -> list[str]:
        opening = "field.open();" if telephone else "screen.focus();"
        return list(run(f"{SET_UP} {opening} sent.length = 0; {script} return sent;"))

    yield typed
    blank.evaluate("() => { document.body.innerHTML = ''; }")


def test_text_that_the_browser_inserts_is_typed(typed: Callable[..., Any], blank: Page) -> None:
    typed("")
    blank.keyboard.insert_text("é")  # an input method, dictation, a window of characters
    blank.keyboard.insert_text("two words")
    assert blank.evaluate("sent") == ["é", "two words"]
    assert blank.evaluate("document.getElementById('field').value.replaceAll('\\u200b', '')") == ""


def test_a_backspace_without_a_key_is_typed(typed: Callable[..., Any]) -> None:
    assert typed("edit('deleteContentBackward', 1); edit('deleteContentBackward', 1);") == ["Backspace 1"] * 2


@pytest.mark.parametrize("kind", ["insertLineBreak", "insertParagraph"])
def test_a_line_break_is_return(typed: Callable[..., Any], kind: str) -> None:
    assert typed(f"edit('{kind}', 0, '\\n');", telephone=True) == ["Enter 1"]


COMPOSED = {
    "Chromium under X11: ´ and e": """
        fire("compositionstart");
        edit("insertCompositionText", 0, "´");
        edit("insertCompositionText", 1, "é");
        fire("compositionend", { data: "é" });
    """,
    "WebKitGTK": """
        fire("compositionstart");
        edit("insertCompositionText", 0, "´");
        edit("deleteCompositionText", 1);
        fire("compositionend", { data: "" });
        edit("insertFromComposition", 0, "é");
        fire("compositionend", { data: "é" });
    """,
    "Safari": """
        fire("compositionstart");
        edit("insertCompositionText", 0, "´");
        edit("deleteCompositionText", 1);
        edit("insertFromComposition", 0, "é");
        fire("compositionend", { data: "é" });
    """,
    "Firefox": """
        fire("compositionstart");
        edit("insertCompositionText", 0, "´");
        edit("insertCompositionText", 1, "é");
        fire("compositionend", { data: "é" });
        fire("input", { inputType: "insertCompositionText", data: "é" });
    """,
}


@pytest.mark.parametrize("reported_by", COMPOSED)
def test_a_composition_is_typed_at_its_end(typed: Callable[..., Any], reported_by: str) -> None:
    assert typed(COMPOSED[reported_by]) == ["é"]


def test_a_cancelled_composition_types_nothing(typed: Callable[..., Any]) -> None:
    script = """
        fire("compositionstart");
        edit("insertCompositionText", 0, "´");
        edit("insertCompositionText", 1, "");
        fire("compositionend", { data: "" });
    """
    assert typed(script) == []


def test_a_composition_is_shown(run: Run, typed: Callable[..., Any], blank: Page) -> None:
    shown = "document.getElementById('field').classList.contains('composing')"
    typed("fire('compositionstart');")
    assert blank.evaluate(shown) is True
    blank.evaluate("fire('compositionend', { data: '' })")
    assert blank.evaluate(shown) is False


def test_android_composes_words_letter_by_letter(typed: Callable[..., Any]) -> None:
    script = """
        fire("compositionstart");
        edit("insertCompositionText", 0, "t");
        edit("insertCompositionText", 1, "te");
        edit("insertCompositionText", 2, "teh");
        edit("insertCompositionText", 3, "te");
        edit("insertCompositionText", 2, "the");
        fire("compositionend", { data: "the" });
        edit("insertText", 0, " ");
        edit("deleteContentBackward", 1);
    """
    assert typed(script, telephone=True) == [
        "t",
        "e",
        "h",
        "Backspace 1",
        "Backspace 1",
        "he",
        " ",
        "Backspace 1",
    ]


def test_a_telephone_corrects_words(typed: Callable[..., Any]) -> None:
    script = """
        for (const letter of "Teh") edit("insertText", 0, letter);
        edit("insertReplacementText", 3, "The");
        edit("insertText", 0, " ");
        edit("deleteWordBackward", 4);
        edit("deleteContentBackward", 1);
    """
    assert typed(script, telephone=True) == [*"Teh", "Backspace 2", "he", " ", "Backspace 4", "Backspace 1"]


def test_dictation_on_a_telephone(typed: Callable[..., Any]) -> None:
    script = """
        edit("insertText", 0, "Hello");
        edit("insertText", 0, " Clarus");
        edit("insertReplacementText", 12, "Hello, Clarus");
    """
    assert typed(script, telephone=True) == ["Hello", " Clarus", "Backspace 7", ", Clarus"]


def test_what_the_mac_lacks_is_not_deleted(typed: Callable[..., Any]) -> None:
    script = """
        edit("insertText", 0, "a");
        edit("insertText", 0, "漢");
        edit("deleteContentBackward", 1);
        edit("deleteContentBackward", 1);
    """
    assert typed(script, telephone=True) == ["a", "漢", "Backspace 1"]


def test_an_accent_after_its_letter_replaces_it(typed: Callable[..., Any]) -> None:
    script = "edit('insertText', 0, 'e'); edit('insertText', 0, '\u0301'); edit('deleteContentBackward', 2);"
    assert typed(script, telephone=True) == ["e", "Backspace 1", "é", "Backspace 1"]


def test_what_was_typed_before_other_keys_is_not_corrected(typed: Callable[..., Any]) -> None:
    script = "edit('insertText', 0, 'teh'); field.forget(); edit('insertText', 0, ' ');"
    assert typed(script, telephone=True) == ["teh", " "]
    assert typed(
        "fire('compositionstart'); edit('insertCompositionText', 0, '´'); field.forget();"
        "edit('insertCompositionText', 1, 'é'); fire('compositionend');"
    ) == ["é"]


def test_a_line_break_that_cannot_be_cancelled_is_typed_once(typed: Callable[..., Any]) -> None:
    script = """
        fire("beforeinput", { inputType: "insertLineBreak", cancelable: false });
        area.setRangeText("\\n", area.selectionStart, area.selectionStart, "end");
        fire("input", { inputType: "insertLineBreak" });
    """
    assert typed(script, telephone=True) == ["\n"]


def test_the_text_of_a_telephone_is_removed_when_it_is_long(typed: Callable[..., Any], blank: Page) -> None:
    typed("for (let count = 0; count < 300; count += 1) edit('insertText', 0, 'a');", telephone=True)
    assert blank.evaluate("sent.join('').length") == 300
    assert blank.evaluate("document.getElementById('field').value.length") < 210


def test_the_field_has_the_focus_of_the_screen(typed: Callable[..., Any], blank: Page) -> None:
    active = "document.activeElement.id"
    typed("")
    assert blank.evaluate(active) == "field"
    assert blank.evaluate("field.composes") is True
    blank.evaluate("() => { field.enabled = false; }")
    assert blank.evaluate(active) == "screen"
    assert blank.evaluate("field.composes") is False
    blank.evaluate("() => { field.enabled = true; }")
    assert blank.evaluate(active) == "field"


def test_the_field_has_the_focus_in_a_window_without_it(typed: Callable[..., Any]) -> None:
    script = """
    area.blur();
    const silent = new AbortController(); // Firefox tells elements nothing while its window has no focus
    const options = { capture: true, signal: silent.signal };
    window.addEventListener("focus", (event) => event.stopImmediatePropagation(), options);
    screen.focus();
    sent.push(document.activeElement.id);
    screen.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    sent.push(document.activeElement.id);
    field.enabled = true;
    sent.push(document.activeElement.id);
    silent.abort();
    """
    assert typed(script) == ["screen", "field", "field"]


def test_the_keyboard_on_the_screen_is_opened_and_closed(typed: Callable[..., Any], blank: Page) -> None:
    mode = "document.getElementById('field').inputMode"
    typed("")
    assert blank.evaluate(mode) == "none"  # a touch of the screen must not open it
    blank.evaluate("field.open()")
    assert blank.evaluate(mode) == "text"
    assert blank.evaluate("[document.activeElement.id, field.isOpen, ...sent]") == ["field", True, "opened"]
    blank.evaluate("field.close()")
    assert blank.evaluate("[field.isOpen, ...sent]") == [False, "opened", "closed"]
    assert blank.evaluate(mode) == "none"


def test_a_keyboard_that_the_person_closed_is_closed(typed: Callable[..., Any], blank: Page) -> None:
    typed("", telephone=True)
    blank.evaluate("document.getElementById('field').blur()")  # "Done" of iOS
    assert blank.evaluate("[field.isOpen, ...sent]") == [False, "closed"]


def test_the_keyboard_on_the_screen_works_for_places_too(typed: Callable[..., Any]) -> None:
    script = "field.enabled = false; field.open(); edit('insertText', 0, 'a'); sent.push(field.composes);"
    assert typed(script) == ["opened", "a", True]


def test_the_field_follows_the_pointer(typed: Callable[..., Any], blank: Page) -> None:
    script = """
        const { left, top } = screen.getBoundingClientRect();
        screen.dispatchEvent(new PointerEvent("pointerdown", { clientX: left + 30, clientY: top + 7 }));
        sent.push(area.style.left, area.style.top);
    """
    assert typed(script) == ["30px", "7px"]
