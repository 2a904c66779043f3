"""The page's states and panels, examined by axe-core for WCAG 2.2 AA, and used by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, WebSocketRoute, expect

from support import page_states
from support.browser_tabs import ChromiumTab
from support.first_visit import first_visit
from support.guest_memory import Program
from support.mac_page import MacPage
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_for_value

pytestmark = pytest.mark.browser

AXE: Final = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
LANGUAGES: Final = ("en", "de", "fr", "ja")
SIZES: Final = ((1366, 657), (320, 568))
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

FINDINGS: Final = """async ([selector, tags]) => {
    const { violations } = await axe.run(selector, { runOnly: tags, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id} ${target.join(" ")}: ${failureSummary.split("\\n").slice(1).join(" ").trim()}`));
}"""
SIGNS: Final = """
    document.getElementById("hint").textContent = "A hint";
    for (const name of ["hint", "recording", "zoom"]) document.getElementById(name).hidden = false;
"""

HELLO: Final = (
    '{"type": "hello", "version": "1", "viewer": "v1", "codec": "h264", "codecs": [], "iceServers": [],'
    ' "role": "owner", "session": "", "resumed": false}'
)
LONG_TIMERS_NEVER_END: Final = """
    const start = window.setTimeout;
    window.setTimeout = (call, ms, ...rest) => start(call, ms >= 100 ? 2 ** 30 : ms, ...rest);
"""
"""The page stays in a state that it would leave to try again."""


@pytest.fixture(scope="module")
def moof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoofProcess]:
    """Run a Mac with a disk and a state: the settings have tabs with its documents and its states."""
    folder = tmp_path_factory.mktemp("moof")
    files = ("--documents", str(folder / "documents"), "--states", str(folder / "states"))
    running = start_moof(folder, "--size", "640x480", *files)
    running.save_state("A state with a long name, as people give them")
    yield running
    stop_moof(running)


@pytest.fixture(scope="module")
def page(browser: Browser, moof: MoofProcess) -> Iterator[Page]:
    """Open the page at a first visit."""
    with first_visit(browser, reduced_motion="reduce") as context:
        tab = MacPage(context.new_page())
        tab.connect(moof.url)
        tab.page.evaluate("() => document.getElementById('toolbar').classList.remove('away')")
        yield tab.page


def findings(page: Page, selector: str = "html") -> list[str]:
    """Return what axe finds in an element, one line for each element."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    return list(page.evaluate(FINDINGS, [selector, TAGS]))


def assert_nothing(found: dict[str, list[str]]) -> None:
    """Fail with each line once, and the last state that has it."""
    report = {line: state for state, lines in found.items() for line in lines}
    assert report == {}, "\n".join(f"{state}: {line}" for line, state in report.items())


def test_axe_finds_nothing_at_a_first_visit(page: Page) -> None:
    expect(page.locator("#welcome")).to_be_visible()
    assert_nothing({"welcome": findings(page)})
    page.locator("#welcome-close").click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_a_panel(page: Page, language: str) -> None:
    """The whole page with its toolbar, then each panel, at two sizes."""
    page.evaluate(page_states.in_language(language))
    page.reload()
    MacPage(page).wait_for_picture()
    tab, found = ChromiumTab(page), {}
    for width, height in SIZES:
        page.set_viewport_size(ViewportSize(width=width, height=height))
        for state in page_states.STATES:
            state.enter(tab)
            found[f"{state.name} {width}"] = findings(page, state.part)
    page_states.PICTURE.enter(tab)
    page.evaluate(page_states.in_language("en"))
    assert_nothing(found)


def test_axe_finds_nothing_in_signs_and_notices(page: Page, moof: MoofProcess) -> None:
    page.reload()
    MacPage(page).wait_for_picture()
    tab = ChromiumTab(page)
    page_states.TOOLBAR.enter(tab)
    tab.evaluate(SIGNS)
    found = {"signs": findings(page)}
    page_states.PICTURE.enter(tab)
    moof.post("/api/stop")
    expect(page.locator("#notice-action")).to_be_visible()
    for width, height in SIZES:
        page.set_viewport_size(ViewportSize(width=width, height=height))
        found[f"off {width}"] = findings(page)
    moof.post("/api/start")
    expect(page.locator("#notice")).to_be_hidden()
    assert_nothing(found)


def test_axe_finds_nothing_without_a_connection(page: Page, moof: MoofProcess) -> None:
    """The server is silent, greets, and is lost before its picture, which would stay."""
    other = page.context.new_page()
    other.add_init_script(LONG_TIMERS_NEVER_END)
    sockets: list[WebSocketRoute] = []
    other.route_web_socket("**", lambda socket: sockets.append(socket))
    other.goto(moof.url)
    notice, found = other.locator("#notice"), {}

    def examine(state: str) -> None:
        for width, height in SIZES:
            other.set_viewport_size(ViewportSize(width=width, height=height))
            found[f"{state} {width}"] = findings(other)

    expect(notice).to_contain_text("Connecting…")
    examine("connecting")
    while not sockets:
        other.wait_for_timeout(20)
    sockets[0].send(HELLO)
    sockets[0].close()
    expect(notice).to_contain_text("The connection is lost")
    examine("lost")
    notice.get_by_role("button", name="Try now").click()
    expect(notice.get_by_role("button")).to_have_count(0)
    expect(notice).to_contain_text("The connection is lost")
    examine("trying again")
    other.close()
    assert_nothing(found)


@pytest.mark.parametrize("path", ["sign-in", "nothing-here"])
def test_axe_finds_nothing_in_a_page_without_the_mac(page: Page, moof: MoofProcess, path: str) -> None:
    other = page.context.new_page()
    other.goto(f"{moof.url}/{path}")
    found = {}
    for width, height in SIZES:
        other.set_viewport_size(ViewportSize(width=width, height=height))
        found[f"{path} {width}"] = findings(other)
    other.close()
    assert_nothing(found)


def test_the_settings_are_used_by_the_keyboard_alone(page: Page) -> None:
    page.set_viewport_size(ViewportSize(width=1366, height=657))
    page.keyboard.press("Control+Alt+m")
    page.locator("#picture-tab").dispatch_event("click")
    page.locator("#settings").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#settings-panel")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#picture-tab")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#key-settings")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#scale-choices :checked")).to_have_value("fit")
    page.keyboard.press("Escape")
    expect(page.locator("#settings-panel")).to_be_hidden()
    assert page.evaluate("document.getElementById('screen').contains(document.activeElement)")


def test_the_focus_ring_is_for_keyboards(page: Page) -> None:
    ring = "() => getComputedStyle(document.activeElement).outlineStyle"
    page.keyboard.press("Control+Alt+m")
    assert page.evaluate(ring) == "solid"
    page.keyboard.press("Escape")
    page.mouse.move(683, 640)
    page.locator("#settings").click()
    assert page.evaluate(ring) != "solid"
    page.keyboard.press("Escape")


def test_a_screen_reader_finds_menus_dialogs_and_the_text_in_notes(page: Page, moof: MoofProcess) -> None:
    memory = moof.memory()
    page.set_viewport_size(ViewportSize(width=1366, height=800))
    page.reload()
    MacPage(page).wait_for_picture()
    MacPage(page).open_program(memory, Program.NOTES)
    page.keyboard.press("Alt+KeyA")
    page.keyboard.type("Dear reader")
    wait_for_value(lambda: memory.notes, "Dear reader", "the text in Notes")
    page.keyboard.press("Control+Alt+r")
    region = page.locator("#screen-text")
    expect(region).to_be_focused()
    expect(region.get_by_role("textbox")).to_have_value("Dear reader")
    assert findings(page) == []
    snapshot = region.aria_snapshot()
    for words in ("menubar", 'menuitem "File"', "Restart", "textbox", "Dear reader"):
        assert words in snapshot, snapshot
    news = page.locator("#screen-text-news")
    expect(news).to_contain_text("Window on the Mac")
    page.keyboard.press("Escape")
    expect(region).not_to_be_focused()
    page.keyboard.type("s")
    expect(region.get_by_role("textbox")).to_have_value("Dear readers")
    expect(news.locator("p").last).to_have_text("readers")
    page.keyboard.press("Alt+KeyW")
    cancel = region.get_by_role("dialog").get_by_role("button", name="Cancel")
    expect(cancel).to_be_attached()
    expect(news.locator("p").last).to_contain_text("The Mac asks: Save changes")
    page.keyboard.press("Escape")
    expect(cancel).not_to_be_attached()
    page.keyboard.press("Control+Alt+r")
    expect(region).to_be_hidden()
