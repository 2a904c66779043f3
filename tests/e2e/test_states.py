"""A Mac that goes on from a state while a browser watches, and after a new start of Moof."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from support.guest_memory import GuestMemory
from support.mac_page import VIEWPORT, MacPage, new_mac_page, show_toolbar, shown_frames
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("moof")


def start(folder: Path, *more: str) -> MoofProcess:
    return start_moof(folder, "--size", "640x480", "--states", str(folder / "states"), *more)


@pytest.fixture
def moof(folder: Path) -> Iterator[MoofProcess]:
    running = start(folder)
    yield running
    stop_moof(running)


def change(moof: MoofProcess, action: str, name: str = "") -> None:
    assert moof.post("/api/states", {"action": action, "name": name}) == 204


@pytest.mark.parametrize(
    ("locale", "bad", "long", "taken"),
    [
        (
            "de-DE",
            "Der Name eines Zustands hat 1 bis 80 Zeichen",
            "Dieser Name ist zu lang",
            "Es gibt schon einen Zustand mit diesem Namen.",
        ),
        (
            "fr-FR",
            "Le nom d’un état a de 1 à 80 caractères",
            "Ce nom est trop long",
            "Il existe déjà un état de ce nom.",
        ),
    ],
)
def test_a_refused_name_is_told_in_the_language_of_the_page(
    browser: Browser, moof: MoofProcess, locale: str, bad: str, long: str, taken: str
) -> None:
    name = f"Taken {locale}"
    context = browser.new_context(viewport=VIEWPORT, locale=locale)
    page = context.new_page()
    MacPage(page).connect(moof.url)
    change(moof, "save", name)
    show_toolbar(page)
    page.locator("#settings").click()
    page.locator("#states-tab").click()
    field, error = page.locator("#states-name"), page.locator("#states-error")
    for wrong in ("a/b", ".a"):
        field.fill(wrong)
        field.press("Enter")
        expect(error).to_contain_text(bad)
        expect(error).to_contain_text('" * / : < > ? \\ |')
        expect(field).to_have_value(wrong)
    field.fill("日" * 70)
    field.press("Enter")
    expect(error).to_contain_text(long)
    expect(field).to_have_value("日" * 70)
    field.fill(name)
    field.press("Enter")
    expect(error).to_have_text(taken)
    expect(field).to_have_css("outline-style", "solid")
    page.locator("#states-list .panel-buttons button").nth(1).press("Enter")
    renamed = page.locator("#states-list .state-name")
    expect(renamed).to_be_focused()
    expect(renamed).to_have_css("outline-style", "solid")
    expect(renamed).to_have_css("outline-offset", "-2px")
    context.close()


def write(page: MacPage, memory: GuestMemory, text: str) -> None:
    """Type in Notes, behind what is there."""
    wanted = memory.notes + text
    page.page.keyboard.type(text)
    wait_until(lambda: memory.notes == wanted, f"{wanted!r} in Notes")


def test_page_goes_on_across_a_load_and_the_mac_after_a_new_start(
    browser: Browser, moof: MoofProcess, folder: Path
) -> None:
    memory = moof.memory()
    with new_mac_page(browser) as page:
        page.connect(moof.url)
        page.open_empty_document(memory)
        write(page, memory, "hello")
        change(moof, "save", "Hello")
        write(page, memory, " and more")
        viewer, frames = moof.status()["viewers"][0]["id"], shown_frames(page.page)
        change(moof, "load", "Hello")
        wait_until(lambda: memory.notes == "hello", "the text of the state")
        write(page, memory, " again")
        wait_until(lambda: shown_frames(page.page) > frames, "new pictures")
        assert [each["id"] for each in moof.status()["viewers"]] == [viewer]
    assert stop_moof(moof) == 0
    again = start(folder)
    try:
        wait_until(lambda: again.memory().notes == "hello again", "the text from before the end")
    finally:
        stop_moof(again)


def open_states(page: MacPage) -> None:
    show_toolbar(page.page)
    page.page.locator("#settings").click()
    page.page.locator("#states-tab").click()
    expect(page.page.locator("#states-name")).to_be_visible()


def buttons_in_rows(page: MacPage) -> list[int]:
    """Return how many buttons of the first state stand in each row."""
    buttons = page.page.locator("#states-list li:first-child button")
    tops = buttons.evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().top)")
    return [tops.count(top) for top in sorted(set(tops))]


def click_twice(page: MacPage, label: str) -> None:
    """Click a button of the tab, and again as its question."""
    button = page.page.locator("#states-settings").get_by_role("button", name=label, exact=True)
    button.click()
    asking = page.page.locator("#states-settings button.asking")
    expect(asking).to_have_text("Really?")
    asking.click()


def go_on(page: MacPage, memory: GuestMemory, label: str, text: str) -> None:
    """Let the Mac go on from a state in which Notes has this text, and wait until the settings close."""
    open_states(page)
    click_twice(page, label)
    wait_until(lambda: memory.notes == text, f"{text!r} in Notes")
    expect(page.page.locator("#settings-panel")).to_be_hidden()


def test_state_is_renamed_downloaded_and_uploaded(
    browser: Browser, moof: MoofProcess, tmp_path: Path
) -> None:
    with new_mac_page(browser) as page:
        page.connect(moof.url)
        change(moof, "save", "Before")
        open_states(page)
        assert buttons_in_rows(page) == [4]
        page.page.set_viewport_size({"width": 390, "height": 844})
        assert buttons_in_rows(page) == [2, 2]
        page.page.set_viewport_size({"width": 320, "height": 568})
        buttons = page.page.locator("#states-list li:first-child button")
        label = buttons.first.text_content()
        buttons.first.evaluate("(button) => { button.textContent = 'Herunterladen'; }")  # German's longest
        ends = buttons.evaluate_all(
            "(all) => all.map((b) => [b.getBoundingClientRect().right, b.scrollWidth - b.clientWidth])"
        )
        buttons.first.evaluate("(button, label) => { button.textContent = label; }", label)
        assert [end for end in ends if end[0] > 320 - 16 or end[1] > 0] == []
        page.page.set_viewport_size(VIEWPORT)
        states = page.page.locator("#states-settings")
        states.get_by_role("button", name="Rename: Before").click()
        page.page.keyboard.type("After")
        page.page.keyboard.press("Enter")
        expect(states.get_by_role("button", name="Rename: After")).to_be_focused()
        with page.page.expect_download() as downloading:
            states.get_by_role("button", name="Download: After").click()
        file = tmp_path / downloading.value.suggested_filename
        downloading.value.save_as(file)
        assert file.name == "After.moofstate"
        with page.page.expect_file_chooser() as choosing:
            page.page.locator("#states-upload").click()
        choosing.value.set_files(file)
        expect(page.page.locator("#states-note")).to_have_text("After 2 is saved")
        click_twice(page, "Load: After 2")
        expect(page.page.locator("#settings-panel")).to_be_hidden()
        file.write_bytes(file.read_bytes()[:-1])
        open_states(page)
        with page.page.expect_file_chooser() as choosing:
            page.page.locator("#states-upload").click()
        choosing.value.set_files(file)
        expect(page.page.locator("#states-error")).to_contain_text(
            "After was not copied: The file is damaged"
        )
        for name in ("After 2", "After"):
            click_twice(page, f"Delete: {name}")
            expect(states.get_by_role("button", name=f"Delete: {name}", exact=True)).to_have_count(0)


def test_shelf_in_the_page_saves_loads_goes_back_and_deletes(browser: Browser, tmp_path: Path) -> None:
    moof = start(tmp_path)
    try:
        memory = moof.memory()
        with new_mac_page(browser) as page:
            page.connect(moof.url)
            page.open_empty_document(memory)
            write(page, memory, "one")
            open_states(page)
            page.page.locator("#states-name").fill("First & last")
            page.page.keyboard.press("Enter")
            expect(page.page.locator("#states-note")).to_have_text("First & last is saved")
            picture = page.page.locator("#states-list img")
            expect(picture).to_have_js_property("complete", True)
            assert picture.evaluate("(image) => image.naturalWidth") == 320
            page.page.keyboard.press("Escape")
            write(page, memory, " two")
            go_on(page, memory, "Load: First & last", "one")
            go_on(page, memory, "Go back a minute", "one two")
            open_states(page)
            click_twice(page, "Delete: First & last")
            expect(page.page.locator("#states-list li")).to_have_count(1)
            page.page.keyboard.press("Escape")
            go_on(page, memory, "Load: Before going back", "one")
    finally:
        stop_moof(moof)


def test_states_of_qemu_are_behind_the_same_buttons(browser: Browser, tmp_path: Path) -> None:
    words = ("--emulator", "qemu-mac99", "--states", str(tmp_path / "states"), "--codec", "png")
    moof = start_moof(tmp_path, *words, "--", "-prom-env", "auto-boot?=false")
    try:
        with new_mac_page(browser) as page:
            page.connect(moof.url)
            wait_until(lambda: has_prompt(page), "the prompt of Open Firmware")
            open_states(page)
            page.page.locator("#states-name").fill("Prompt")
            page.page.keyboard.press("Enter")
            expect(page.page.locator("#states-note")).to_have_text("Prompt is saved")
            expect(page.page.locator("#states-list img")).to_have_js_property("naturalWidth", 266)
            shown = page.page.locator("#states-settings button:visible")
            expect(shown).to_have_text(["Save", "Load", "Rename", "Delete"])
            page.page.keyboard.press("Escape")
            before = page.pixels()
            page.page.keyboard.press("5")
            wait_until(lambda: not np.array_equal(page.pixels(), before), "the key")
            open_states(page)
            click_twice(page, "Load: Prompt")
            expect(page.page.locator("#settings-panel")).to_be_hidden()
            wait_until(lambda: np.array_equal(page.pixels(), before), "the picture of then")
    finally:
        stop_moof(moof)


def has_prompt(page: MacPage) -> bool:
    """Return whether the cursor stands behind the prompt in Open Firmware's third line."""
    if page.mac_size() != (800, 600):
        return False
    pixels = page.pixels()
    drawn = (pixels[20:30] != pixels[-1, -1]).any(axis=(0, 2))
    return bool(drawn[32:40].any() and not drawn[48:].any())
