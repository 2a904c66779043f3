"""The browser's console: empty, whatever the Mac has and whoever watches it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from moof.server.auth.roles import Role
from support.access import new_tokens
from support.hatari import write_atari_system
from support.mac_page import VIEWPORT, MacPage, show_toolbar
from support.moof_process import MoofProcess, start_moof, stop_moof

pytestmark = pytest.mark.browser


def started(folder: Path, *options: str) -> tuple[MoofProcess, dict[Role, str]]:
    tokens = new_tokens(folder)
    return start_moof(folder, "--token-file", str(folder / "tokens.json"), *options), tokens


@pytest.fixture(scope="module")
def mac(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MoofProcess, dict[Role, str]]]:
    """Run the built-in Mac with documents and states."""
    folder = tmp_path_factory.mktemp("mac")
    files = ("--documents", str(folder / "documents"), "--states", str(folder / "states"))
    running, tokens = started(folder, *files)
    yield running, tokens
    stop_moof(running)


@pytest.fixture(scope="module")
def hatari(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MoofProcess, dict[Role, str]]]:
    """Run a program of the bridge, without documents and states."""
    if shutil.which("hatari") is None:
        pytest.fail("The bridge's tests need Hatari: apt install hatari", pytrace=False)
    folder = tmp_path_factory.mktemp("hatari")
    system = str(write_atari_system(folder))
    running, tokens = started(folder, "--emulator", "hatari", "--emulator-file", system, "--states", "none")
    yield running, tokens
    stop_moof(running)


def lines_of(browser: Browser, moof: tuple[MoofProcess, dict[Role, str]], role: Role) -> list[str]:
    """Open the page and each tab of its settings; return what the console has, with what it is about."""
    running, tokens = moof
    context = browser.new_context(viewport=VIEWPORT)
    try:
        page = context.new_page()
        lines: list[str] = []
        page.on("console", lambda line: lines.append(f"{line.text} {line.location.get('url')}"))
        page.on("pageerror", lambda error: lines.append(str(error)))
        MacPage(page).connect(f"{running.url}/?token={tokens[role]}")
        open_all_tabs(page, role)
        return lines
    finally:
        context.close()


def open_all_tabs(page: Page, role: Role) -> None:
    show_toolbar(page)
    page.locator("#settings").click()
    mac_tab = page.locator("#mac-tab")
    expect(mac_tab).to_be_visible(visible=role is Role.OWNER)
    for tab in page.locator("#settings-panel [role=tab]:visible").all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("role", list(Role))
def test_the_built_in_mac_leaves_it_empty(
    browser: Browser, mac: tuple[MoofProcess, dict[Role, str]], role: Role
) -> None:
    assert lines_of(browser, mac, role) == []


def test_a_program_of_the_bridge_leaves_it_empty(
    browser: Browser, hatari: tuple[MoofProcess, dict[Role, str]]
) -> None:
    assert lines_of(browser, hatari, Role.OWNER) == []
