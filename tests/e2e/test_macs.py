"""Real Macs in the page, with a program that reads its settings as Basilisk II does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from moof.setup.rom_identity import identify_rom
from support.basilisk_home import BasiliskHome, make_home
from support.mac_page import MacPage, new_mac_page, show_toolbar
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> BasiliskHome:
    return make_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def moof(home: BasiliskHome) -> Iterator[MoofProcess]:
    running = start_moof(home.folder, "--size", "512x342", environment=home.environment)
    yield running
    stop_moof(running)


@pytest.fixture(scope="module")
def tab(browser: Browser, moof: MoofProcess) -> Iterator[MacPage]:
    with new_mac_page(browser) as page:
        page.connect(moof.url)
        yield page


def open_macs(page: Page) -> Locator:
    """Open the tab "The Mac" of the settings, and return its list of Macs."""
    show_toolbar(page)
    if not page.locator("#settings-panel").is_visible():
        page.locator("#settings").click()
    page.locator("#mac-tab").click()
    expect(page.locator("#mac-add")).to_be_visible()
    return page.locator("#macs-list li")


def go_on(page: Page, heading: str) -> None:
    """Go on from the question that is shown to another one."""
    page.locator("#add-mac-next").click()
    expect(page.locator("#add-mac-heading")).to_have_text(heading)


def upload(page: Page, home: BasiliskHome, name: str, sentence: str) -> None:
    """Give a file as the ROM, and read what it is."""
    page.locator("#add-mac-answer input[type=file]").set_input_files(home.folder / name)
    expect(page.locator("#add-mac-note")).to_contain_text(sentence)


def switch(mac: Locator, text: str = "Start") -> None:
    """Start or stop a Mac of the list: click, and answer the question."""
    button = mac.get_by_role("button", name=text)
    button.click()
    button.click()


def test_a_mac_is_set_up_and_starts_in_the_same_page(
    tab: MacPage, moof: MoofProcess, home: BasiliskHome
) -> None:
    page = tab.page
    assert open_macs(page).count() == 1
    viewer = moof.status()["viewers"][0]["id"]
    page.locator("#mac-add").click()
    expect(page.locator("#add-mac-answer select")).to_have_value("basilisk2")
    go_on(page, "ROM")
    for name, sentence in (
        ("archive.zip", "a ZIP archive"),
        ("cut.rom", "cut off"),
        ("plus.rom", "Mini vMac does"),
    ):
        upload(page, home, name, sentence)
        expect(page.locator("#add-mac-next")).to_be_disabled()
    upload(page, home, "low.rom", "one of two chips")
    upload(page, home, "high.rom", "The ROM of: Quadra 610, 650 and 800.")
    upload(page, home, "swapped.rom", "in another order")
    go_on(page, "Disk image")
    go_on(page, "Size of the empty disk (MB)")
    page.locator("#add-mac-answer input").fill("50")
    page.locator("#add-mac-back").click()
    page.locator("#add-mac-back").click()
    expect(page.locator("#add-mac-note")).to_contain_text("in another order")
    for heading in ("Disk image", "Size of the empty disk (MB)", "CD image", "Memory (MB)"):
        go_on(page, heading)
    page.locator("#add-mac-answer select").select_option("32")
    go_on(page, "Screen")
    page.locator("#add-mac-answer select").select_option("640x480")
    for heading in ("Colours", "Sound", "Name of the Mac"):
        go_on(page, heading)
    page.locator("#add-mac-answer input").fill("A b")
    page.locator("#add-mac-next").click()
    expect(page.locator("#add-mac-note")).to_contain_text("A name has small letters")
    page.locator("#add-mac-answer input").fill("quadra")
    page.locator("#add-mac-next").click()
    expect(page.locator("#settings-panel")).to_be_hidden()
    wait_for_value(tab.mac_size, (640, 480), "the first picture of the new Mac")
    wait_until(lambda: bool(home.settings_read("quadra")), "the program to have read its settings")
    read = home.settings_read("quadra")
    assert (read["ramsize"], read["screen"]) == ([str(32 << 20)], ["win/640/480"])
    assert identify_rom((home.macs / "quadra" / "rom").read_bytes()).is_usable
    assert (home.macs / "quadra" / "disk.img").stat().st_size == 50 << 20
    assert [each["id"] for each in moof.status()["viewers"]] == [viewer]


def test_the_built_in_mac_comes_back(tab: MacPage, moof: MoofProcess) -> None:
    macs = open_macs(tab.page)
    expect(macs.nth(1)).to_contain_text("in use")
    switch(macs.nth(0))
    expect(tab.page.locator("#settings-panel")).to_be_hidden()
    wait_for_value(tab.mac_size, (512, 342), "the built-in Mac's picture")


def test_a_mac_is_copied_removed_and_brought_back(tab: MacPage, home: BasiliskHome) -> None:
    macs = open_macs(tab.page)
    expect(macs.nth(1).locator("img")).to_have_count(1)  # how it looked when it was left
    macs.nth(1).get_by_role("button", name="Duplicate").click()
    expect(macs).to_have_count(3)
    remove = macs.nth(2).get_by_role("button", name="Remove")
    remove.click()
    remove.click()
    expect(macs).to_have_count(2)
    tab.page.locator("#macs-removed summary").click()
    tab.page.locator("#macs-removed-list button").click()
    expect(macs).to_have_count(3)
    switch(macs.nth(2))
    wait_for_value(tab.mac_size, (640, 480), "the copy's picture")
    disk = str(home.macs / "quadra-2" / "disk.img")
    wait_until(lambda: home.settings_read("quadra-2")["disk"] == [disk], "the copy to have its own disk")


def test_the_mac_is_stopped_and_started_in_the_list(tab: MacPage, moof: MoofProcess) -> None:
    macs = open_macs(tab.page)
    expect(macs.nth(2)).to_contain_text("in use")
    switch(macs.nth(2), "Stop")
    wait_until(lambda: not moof.status()["emulator"]["connected"], "the Mac to end")
    macs.nth(2).get_by_role("button", name="Start").click()
    wait_until(lambda: bool(moof.status()["emulator"]["connected"]), "the Mac to start")


def test_disk_images_are_made_uploaded_attached_and_removed(tab: MacPage, home: BasiliskHome) -> None:
    page = tab.page
    open_macs(page)
    images = page.locator("#images-list li")
    expect(page.locator("#images-elsewhere")).to_contain_text("disk.img")  # the Mac's own
    page.locator("#images-new").click()
    page.locator("#new-disk input").first.fill("Games")
    page.locator("#new-disk input").last.fill("5")
    page.locator("#new-disk button[type=submit]").click()
    expect(images).to_contain_text(["This is the disk “Games” (HFS)."])
    page.locator("#images input[type=file]").set_input_files(home.folder / "archive.zip")
    expect(images).to_contain_text(["archive.zip", "Games.img"])
    expect(images.first).to_contain_text("This is too small for a disk")
    expect(images.first.locator("select")).to_have_count(0)
    images.last.locator("select").select_option("disk, read-only")
    expect(page.locator("#mac-note")).to_contain_text("when the Mac is started again")
    expect(images.last.locator("select")).to_have_value("disk, read-only")
    expect(images.last.get_by_role("button", name="Remove")).to_be_disabled()
    remove = images.first.get_by_role("button", name="Remove")
    remove.click()
    remove.click()
    expect(images).to_have_count(1)
    page.locator("#mac-restart").click()
    page.locator("#mac-restart").click()
    expect(page.locator("#settings-panel")).to_be_hidden()
    games = f"*{home.folder / 'data' / 'moof' / 'disks' / 'Games.img'}"
    wait_until(lambda: home.settings_read("quadra-2")["disk"][1:] == [games], "the Mac to get the disk")
