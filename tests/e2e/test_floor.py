"""Three people at one Mac: one has the mouse, the others point, ask, get it, take it, and one leaves.

First in one browser, then in three different ones, in turns and by a link that works once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from moof.server.auth.roles import Role
from support.access import new_tokens
from support.browser_tabs import BrowserError, BrowserTab
from support.browsers import firefox_and_webkit
from support.mac_page import VIEWPORT, MacPage
from support.mac_tab import MacTab
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("floor")


@pytest.fixture(scope="module")
def tokens(folder: Path) -> dict[Role, str]:
    return new_tokens(folder)


@pytest.fixture(scope="module")
def other_tabs() -> Iterator[Callable[[], tuple[BrowserTab, BrowserTab]]]:
    """Start Firefox and WebKit, while Moof starts and the first test runs."""
    with firefox_and_webkit() as tabs:
        yield tabs


@pytest.fixture(scope="module")
def moof(folder: Path, tokens: dict[Role, str], other_tabs: object) -> Iterator[MoofProcess]:
    """Run Moof with the tokens, also on this machine; one person at a time has the mouse."""
    options = (
        "--allow-host",
        "mac.example",
        "--token-file",
        str(folder / "tokens.json"),
        "--floor",
        "request",
    )
    running = start_moof(folder, *options)
    yield running
    stop_moof(running)


def open_page(browser: Browser, moof: MoofProcess, token: str, name: str) -> MacPage:
    """Open the Mac in a browser of its own, and choose a name for the others."""
    page = MacPage(browser.new_context(viewport=VIEWPORT).new_page())
    page.connect(f"{moof.url}/?token={token}")
    open_people(page.page)
    page.page.get_by_label("Your name for the others").fill(name)
    page.page.keyboard.press("Enter")
    expect(page.page.locator("#here")).to_contain_text(name)
    page.page.keyboard.press("Escape")
    return page


def open_people(page: Page) -> None:
    """Show the toolbar and the panel."""
    page.keyboard.press("Control+Alt+m")
    page.locator("#people").click()
    expect(page.locator("#here li").first).to_be_visible()


def notice(page: MacPage) -> str:
    """Return what the notice says, "" without one."""
    return str(page.page.locator("#floor-notice p").text_content() or "")


def button(page: MacPage, action: str) -> None:
    """Click a button of the notice."""
    page.page.locator(f'#floor-notice [data-action="{action}"]').click()


COVERED = """() => {
    const boxes = Object.fromEntries(["toolbar", "floor-notice", "hint", "copied"].map((id) =>
        [id, document.getElementById(id).getBoundingClientRect()]));
    const names = Object.keys(boxes);
    const pairs = names.flatMap((one, n) => names.slice(n + 1).map((other) => [one, other]));
    return pairs.filter(([one, other]) => {
        const [a, b] = [boxes[one], boxes[other]];
        return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    });
}"""


def test_the_notice_covers_nothing_in_any_window(
    browser: Browser, moof: MoofProcess, tokens: dict[Role, str]
) -> None:
    holder = open_page(browser, moof, tokens[Role.PLAYER], "Maximiliane von und zu Hohenstein")
    holder.click(100, 300)
    owner = open_page(browser, moof, tokens[Role.OWNER], "Olga")
    wait_until(lambda: notice(owner).startswith("Maximiliane"), "the notice")
    button(owner, "request")
    wait_until(lambda: "number 1" in notice(owner), "the longest notice")
    owner.page.keyboard.press("Control+Alt+m")
    owner.page.evaluate(
        """() => {
            const hint = document.getElementById("hint");
            const copied = document.createElement("section");
            copied.id = "copied";
            copied.innerHTML = "<p>Copied in the Mac: a line of text that is long</p><button>Copy</button>";
            document.getElementById("copied")?.remove();
            document.body.append(copied);
            hint.hidden = false;
            Object.defineProperty(hint, "hidden", { set() {} });  // it stays
            hint.textContent = "Your keys go to the Mac. Ctrl+Alt+M: controls.";
        }"""
    )
    for width, height in (
        (320, 568),
        (844, 390),
        (1000, 630),
        (1366, 768),
        (1799, 900),
        (1800, 1000),
        (2560, 1440),
    ):
        owner.page.set_viewport_size({"width": width, "height": height})
        owner.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        assert owner.page.evaluate(COVERED) == [], (width, height)
    for page in (owner, holder):
        page.page.context.close()


def test_whose_keys_go_nowhere_is_not_told_that_they_go_to_the_mac(
    browser: Browser, moof: MoofProcess, tokens: dict[Role, str]
) -> None:
    holder = open_page(browser, moof, tokens[Role.OWNER], "Olga")
    holder.click(100, 300)
    wait_until(lambda: notice(holder) == "You have the mouse", "the owner's mouse")
    other = MacPage(browser.new_context(viewport=VIEWPORT).new_page())
    other.connect(f"{moof.url}/?token={tokens[Role.PLAYER]}")
    wait_until(lambda: notice(other) == "Olga has the mouse", "the notice")
    other.page.keyboard.press("ArrowLeft")
    expect(other.page.locator("#hint")).not_to_contain_text("Your keys go to the Mac")
    button(holder, "release")
    other.click(100, 300)
    wait_until(lambda: notice(other) == "You have the mouse", "the mouse")
    other.page.keyboard.press("ArrowLeft")
    expect(other.page.locator("#hint")).to_contain_text("Your keys go to the Mac")
    for page in (holder, other):
        page.page.context.close()


def test_the_mouse_is_passed_on(browser: Browser, moof: MoofProcess, tokens: dict[Role, str]) -> None:
    owner = open_page(browser, moof, tokens[Role.OWNER], "Olga")
    ann = open_page(browser, moof, tokens[Role.PLAYER], "Ann")
    bob = open_page(browser, moof, tokens[Role.PLAYER], "Bob")

    def floor() -> dict[str, object]:
        found: dict[str, object] = owner.page.request.get(f"{moof.url}/api/floor").json()
        return found

    # Who presses first has it; what another one presses goes nowhere but shows where that one points.
    wait_until(lambda: notice(ann) == "Nobody has the mouse", "a free mouse")
    ann.click(100, 300)
    wait_until(lambda: notice(ann) == "You have the mouse", "Ann's mouse")
    wait_until(lambda: notice(bob) == "Ann has the mouse", "the notice for Bob")
    bob.move(320, 240)
    arrow = ann.page.locator(".others-pointer")
    expect(arrow).to_have_text("Bob")
    width, height = ann.mac_size()
    place = arrow.evaluate("(arrow) => [arrow.style.left, arrow.style.top].map(parseFloat)")
    assert place == pytest.approx([100 * 320.5 / width, 100 * 240.5 / height], abs=0.01)

    # Bob asks, Ann passes it on.
    button(bob, "request")
    wait_until(lambda: notice(ann) == "Bob asks for the mouse", "the request")
    button(ann, "release")
    wait_until(lambda: notice(bob) == "You have the mouse", "Bob's mouse")
    expect(arrow).to_have_count(0)

    # The owner takes it, and gives it to Ann by the list.
    button(owner, "take")
    wait_until(lambda: notice(owner) == "You have the mouse", "the owner's mouse")
    open_people(owner.page)
    owner.page.get_by_role("button", name="Give Ann the mouse").click()
    wait_until(lambda: notice(ann) == "You have the mouse", "Ann's mouse")

    # Ann leaves while Bob waits.
    button(bob, "request")
    wait_until(lambda: floor()["waiting"] != [], "Bob's request")
    ann.page.context.close()
    wait_until(lambda: notice(bob) == "You have the mouse", "the mouse of who has left")

    # Everybody's again: there is nothing to say.
    owner.page.locator("#floor-mode").select_option("free")
    expect(bob.page.locator("#floor-notice")).to_be_hidden()
    assert floor()["holder"] == ""
    audit = owner.page.request.get(f"{moof.url}/api/audit").json()
    assert "floor" in [entry["event"] for entry in audit]
    for page in (owner, bob):
        page.page.context.close()


def tab_notice(tab: MacTab) -> str:
    """Return what the notice says in a tab of any browser, "" without one."""
    return str(tab.tab.evaluate("return document.querySelector('#floor-notice p')?.textContent ?? ''"))


def in_a_page(found: Callable[[], object]) -> Callable[[], bool]:
    """Return a condition that is false while a browser goes to another page, where it answers nothing."""

    def is_found() -> bool:
        try:
            return bool(found())
        except BrowserError:
            return False

    return is_found


def make_link(owner: Page, name: str) -> str:
    """Make a link to play, for one use, in the panel."""
    open_people(owner)
    owner.get_by_label("Name of a new token").fill(name)
    owner.get_by_label("Role", exact=True).select_option("player")
    owner.get_by_label("Number of uses").select_option("once")
    owner.get_by_role("button", name="Make a link").click()
    expect(owner.locator("#tokens")).to_contain_text(name)
    link = owner.get_by_label("The new link").input_value()
    owner.keyboard.press("Escape")
    return link


def test_three_browsers_take_turns(
    browser: Browser,
    moof: MoofProcess,
    tokens: dict[Role, str],
    other_tabs: Callable[[], tuple[BrowserTab, BrowserTab]],
) -> None:
    try:
        firefox, webkit = (MacTab(tab, moof.memory()) for tab in other_tabs())
    except BrowserError as error:
        pytest.fail(str(error), pytrace=False)
    owner = open_page(browser, moof, tokens[Role.OWNER], "Olga")
    rules = {"mode": "queue", "minutes": 0.1}
    changed = owner.page.request.put(f"{moof.url}/api/floor", data=rules, headers={"origin": moof.url})
    assert changed.status == 200

    # Firefox comes by a link that works once, WebKit by a token.
    link = make_link(owner.page, "Fay")
    firefox.tab.open(link)
    firefox.press("Enter")
    wait_until(in_a_page(lambda: firefox.is_ready), "a picture in Firefox")
    assert "token" not in firefox.tab.evaluate("return location.href")
    webkit.connect(f"{moof.url}/?token={tokens[Role.PLAYER]}")

    # Firefox has the mouse, WebKit waits and gets it when the turn is over.
    wait_until(lambda: tab_notice(firefox) == "Nobody has the mouse", "a free mouse")
    firefox.click(100, 300)
    wait_until(lambda: tab_notice(firefox) == "You have the mouse", "Firefox's mouse")
    wait_until(lambda: tab_notice(webkit) == "Fay has the mouse", "the notice in WebKit")
    webkit.click_control("#floor-notice [data-action=request]")
    wait_until(lambda: tab_notice(webkit) == "You have the mouse", "WebKit's turn")
    wait_until(lambda: tab_notice(firefox) == "player has the mouse", "the end of Firefox's turn")

    # The owner takes it, and gives Firefox the next turn.
    button(owner, "take")
    wait_until(lambda: tab_notice(webkit) == "Olga has the mouse", "the owner's mouse")
    open_people(owner.page)
    owner.page.get_by_role("button", name="Give Fay the mouse").click()
    wait_until(lambda: tab_notice(firefox) == "You have the mouse", "the mouse that was given")

    # The link is used up; withdrawn, it ends Firefox's session, and the mouse is free again.
    entry = owner.page.locator("#tokens li", has_text="Fay")
    expect(entry).to_contain_text("used up")
    withdraw = entry.get_by_role("button")
    withdraw.click()
    withdraw.click()
    wait_until(lambda: tab_notice(webkit) == "Nobody has the mouse", "a free mouse again")
    owner.page.context.close()
