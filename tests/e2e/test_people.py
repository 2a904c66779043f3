"""People sign in, get links, watch, and are sent away: one server that needs a token, one browser."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from moof.server.auth.roles import Role
from support.access import new_tokens
from support.mac_page import VIEWPORT, MacPage
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("people")


@pytest.fixture(scope="module")
def tokens(folder: Path) -> dict[Role, str]:
    return new_tokens(folder)


@pytest.fixture(scope="module")
def moof(folder: Path, tokens: dict[Role, str]) -> Iterator[MoofProcess]:
    """Run Moof with the tokens, also on this machine."""
    options = ("--allow-host", "mac.example", "--token-file", str(folder / "tokens.json"))
    running = start_moof(folder, *options)
    yield running
    stop_moof(running)


@pytest.fixture(scope="module")
def owner(browser: Browser, moof: MoofProcess, tokens: dict[Role, str]) -> Iterator[Page]:
    """Open the Mac as its owner."""
    context = browser.new_context(viewport=VIEWPORT)
    page = context.new_page()
    MacPage(page).connect(f"{moof.url}/?token={tokens[Role.OWNER]}")
    yield page
    context.close()


def ignored_inputs(page: Page, moof: MoofProcess) -> int:
    """Return how many messages of viewers the server has dropped."""
    return int(page.request.get(f"{moof.url}/api/status").json()["inputs_ignored"])


def open_people(page: Page) -> None:
    """Show the toolbar and the panel."""
    page.keyboard.press("Control+Alt+m")
    page.locator("#people").click()
    expect(page.locator("#tokens li").first).to_be_visible()


def test_person_signs_in_without_scripts(
    browser: Browser, moof: MoofProcess, tokens: dict[Role, str]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    answer = page.goto(moof.url)
    assert answer is not None
    assert answer.status == 401
    field = page.get_by_label("Token or link")
    expect(field).to_be_focused()
    field.fill("wrong")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This token is not")
    expect(field).to_be_focused()
    field.fill(f"{moof.url}/?token={tokens[Role.OWNER]}")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#toolbar")).to_be_attached()
    assert page.url == f"{moof.url}/"
    page.goto(f"{moof.url}/nothing/here")
    expect(page.get_by_role("heading")).to_have_text("There is nothing here")
    page.get_by_role("link", name="Go to the Mac").click()
    expect(page.locator("#toolbar")).to_be_attached()
    context.close()


def test_owner_makes_a_link_to_watch_and_withdraws_it(
    browser: Browser, owner: Page, moof: MoofProcess
) -> None:
    open_people(owner)
    owner.get_by_label("Name of a new token").fill("Room 3")
    owner.get_by_role("button", name="Make a link").click()
    link = owner.get_by_label("The new link")
    expect(link).to_be_visible()

    context = browser.new_context(viewport=VIEWPORT)
    page = context.new_page()
    watching = MacPage(page)
    watching.connect(link.input_value())
    assert "token" not in page.url
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("#power")).to_be_hidden()
    expect(owner.locator("#logins li", has_text="Room 3")).to_have_attribute("data-connected", "true")
    watching.click(100, 100)
    refused = page.request.post(f"{moof.url}/api/reset", headers={"origin": moof.url})
    assert refused.status == 403
    wait_until(lambda: ignored_inputs(owner, moof) > 0, "the click to be ignored")

    withdraw = owner.locator("#tokens li", has_text="Room 3").get_by_role("button")
    withdraw.click()
    withdraw.click()
    expect(page.locator("#notice")).to_contain_text("You are signed out")
    expect(owner.locator("#logins li", has_text="Room 3")).to_have_count(0)
    expect(owner.locator("#new-link")).to_be_hidden()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Token or link")).to_be_focused()
    context.close()
    events = [each["event"] for each in owner.request.get(f"{moof.url}/api/audit").json()]
    assert events.count("tokens") == 2
    assert {"signed-in", "refused"} < set(events)


def test_a_telephone_reads_the_code_of_a_link_that_works_once(
    browser: Browser, moof: MoofProcess, tokens: dict[Role, str]
) -> None:
    """The page comes by a name that is not this computer's alone: browsers resolve *.localhost themselves."""
    address = moof.url.replace("127.0.0.1", "mac.localhost")
    context = browser.new_context(viewport=VIEWPORT)
    owner = context.new_page()
    MacPage(owner).connect(f"{address}/?token={tokens[Role.OWNER]}")
    open_people(owner)
    owner.get_by_label("Name of a new token").fill("Telephone")
    owner.get_by_label("Number of uses").select_option("once")
    owner.get_by_role("button", name="Make a link").click()
    code = owner.locator(".qr-code")
    expect(code).to_be_visible()
    with Image.open(BytesIO(code.screenshot())) as picture:
        (read,) = zxingcpp.read_barcodes(picture.convert("RGB"))
    assert read.text == owner.get_by_label("The new link").input_value()

    entry = owner.locator("#tokens li", has_text="Telephone")
    expect(entry).to_contain_text("used 0 of 1 times")
    for used_up in (False, True):
        telephone = browser.new_context(viewport=VIEWPORT).new_page()
        telephone.goto(read.text)
        if used_up:
            expect(telephone.get_by_role("alert")).to_contain_text("used as often as it may be")
        else:
            telephone.get_by_role("button", name="Sign in").click()
            expect(telephone.locator("#toolbar")).to_be_attached()
        telephone.context.close()
        expect(entry).to_contain_text("used up")
    context.close()


def test_person_signs_out(browser: Browser, moof: MoofProcess, tokens: dict[Role, str]) -> None:
    context = browser.new_context(viewport=VIEWPORT)
    page = context.new_page()
    MacPage(page).connect(f"{moof.url}/?token={tokens[Role.PLAYER]}")
    page.keyboard.press("Control+Alt+m")
    page.locator("#people").click()
    expect(page.locator("#me-role")).to_contain_text("Player")
    expect(page.locator("#owners-part")).to_be_hidden()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Token or link")).to_be_focused()
    context.close()
