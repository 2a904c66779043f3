"""The parts of the page that make characters of what is typed, together."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from moof.keyboard import layouts_json
from support.mac_page import show_toolbar

Run = Callable[..., Any]
Scene = Any  # see conftest.py


@pytest.mark.parametrize(
    ("characters", "layout", "sentence"),
    [
        (["漢", "字"], None, "The Mac’s keyboard has no 漢 字"),
        (["ą"], "german", "The Mac’s German keyboard has no ą"),
        (["\0", "\x1b", "\u200b", "\u2028"], None, "The Mac’s keyboard has no U+0000 U+001B U+200B U+2028"),
    ],
)
def test_the_sentence_about_what_is_missing(
    run: Run, characters: list[str], layout: str | None, sentence: str
) -> None:
    body = """
    const { describeMissing } = await load("ui/keys/typing.js");
    const { macLayouts } = await load("input/mac-layout.js");
    const [characters, name, file] = argument;
    return describeMissing(characters, macLayouts(file).get(name) ?? null);
    """
    assert run(body, [characters, layout, layouts_json()]) == sentence


def test_without_a_layout_the_screen_has_the_focus(steady: Scene) -> None:
    assert steady.page.evaluate("document.activeElement.id") == "screen"


LAYOUTS = [{"name": "us", "title": "U.S."}, {"name": "german", "title": "German"}]
PASTE = """(text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, clipboardData }));
}"""


@pytest.fixture
def composing(steady: Scene) -> Scene:
    """Return the page of a Mac with the U.S. layout, which is not the emulator's to change."""
    steady.server.send(type="keyboard", layout="us", layouts=LAYOUTS, settable=False)
    steady.page.wait_for_function("() => document.activeElement.id === 'text-field'")
    return steady


def character(text: str, place: int = 0xFF) -> str:
    return (bytes([0x23, place, 0, 0]) + text.encode()).hex()


def progress(scene: Scene, text_id: str, state: str, typed: int, total: int) -> None:
    scene.server.send(
        type="text-progress", id=text_id, typed=typed, total=total, missing="", state=state, message=""
    )


def test_composed_text_and_keys_reach_the_mac(composing: Scene) -> None:
    composing.page.keyboard.insert_text("é")
    composing.page.keyboard.press("a")
    composing.wait_for_input(character("é"), "01010000", "01000000")


def test_a_click_and_the_toolbar_give_the_focus_back(composing: Scene) -> None:
    show_toolbar(composing.page)
    composing.page.locator("#mute").focus()
    composing.page.mouse.click(640, 300)
    assert composing.page.evaluate("document.activeElement.id") == "text-field"
    show_toolbar(composing.page)
    composing.page.locator("#volume").focus()
    composing.page.keyboard.press("Escape")
    assert composing.page.evaluate("document.activeElement.id") == "text-field"


def test_what_the_mac_lacks_is_shown(composing: Scene) -> None:
    composing.page.keyboard.insert_text("ą")
    expect(composing.page.locator("#hint")).to_have_text("The Mac’s U.S. keyboard has no ą")
    composing.server.send(type="untypable", characters="ł漢", layout="us")
    expect(composing.page.locator("#hint")).to_have_text("The Mac’s U.S. keyboard has no ł 漢")


def test_a_pasted_text_is_typed_and_stopped(composing: Scene) -> None:
    composing.page.evaluate(PASTE, "Clarus")
    message = composing.server.expect("text")
    assert message["text"] == "Clarus"
    progress(composing, message["id"], "typing", 2, 6)
    expect(composing.page.locator("#hint")).to_have_text("Typing 2 of 6. Esc stops.")
    composing.page.keyboard.press("Escape")
    assert composing.server.expect("text-stop")["id"] == message["id"]
    progress(composing, message["id"], "stopped", 3, 6)
    expect(composing.page.locator("#hint")).to_have_text("Stopped after 3 of 6 characters")
    composing.page.keyboard.press("Escape")
    composing.wait_for_input("01013500", "01003500")


def test_a_long_composed_text_is_a_text(composing: Scene) -> None:
    composing.page.keyboard.insert_text("dictated " * 30)
    message = composing.server.expect("text")
    assert message["text"] == "dictated " * 30
    progress(composing, message["id"], "done", 270, 270)


def test_a_text_of_the_panel_is_typed(composing: Scene) -> None:
    show_toolbar(composing.page)
    composing.page.locator("#keys").click()
    composing.page.get_by_role("button", name="Type a text…").click()
    composing.page.get_by_role("textbox", name="Text", exact=True).fill("Moof!\nMoof!")
    composing.page.get_by_role("button", name="Type", exact=True).click()
    message = composing.server.expect("text")
    assert message["text"] == "Moof!\nMoof!"
    progress(composing, message["id"], "done", 11, 11)
    expect(composing.page.locator("#type-panel")).to_be_hidden()
    assert composing.page.evaluate("document.activeElement.id") == "text-field"


def test_the_chosen_layout_is_sent(composing: Scene) -> None:
    composing.page.locator("#layout").select_option("german", force=True)
    assert composing.server.expect("keyboard")["layout"] == "german"


def test_places_do_not_compose(composing: Scene) -> None:
    for choice, element in (("places", "screen"), ("automatic", "text-field")):
        composing.page.locator("#typing").select_option(choice, force=True)
        composing.page.locator("#screen").focus()
        assert composing.page.evaluate("document.activeElement.id") == element


def test_keys_of_the_mac_end_the_corrections_of_a_telephone(composing: Scene) -> None:
    # The last one: the page has the keyboard of a telephone from now on.
    kept = "document.getElementById('text-field').value.replaceAll('\u200b', '')"
    composing.page.locator("#keyboard").evaluate("(button) => button.click()")
    composing.page.get_by_label("the system’s keyboard").evaluate("(key) => key.click()")
    composing.page.keyboard.insert_text("teh")
    assert composing.page.evaluate(kept) == "teh"
    composing.page.keyboard.press("ArrowLeft")
    assert composing.page.evaluate(kept) == ""
